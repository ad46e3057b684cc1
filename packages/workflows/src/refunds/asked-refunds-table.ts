import type { Database } from '@connector/database';
import { type Actor, writeHistory } from '../operation/history.ts';
import { waitingStatuses } from './refund.ts';

/** How far a refund is that somebody asks for. */
export type AskedRefund = {
  readonly type: string;
  /** Null if it was not made yet. */
  readonly stripeRefundId: string | null;
  readonly isPaidBack: boolean;
};

/** Makes a failed refund due at once, and says how far it is; undefined if it has not failed. */
export async function makeFailedRefundDue(db: Database, id: number, now: Date): Promise<AskedRefund | undefined> {
  const row = await db
    .updateTable('stripe_refund')
    .set({ next_try_at: now })
    .where('id', '=', id)
    .where('status', '=', 'REFUND_FAILED')
    .returning(['type', 'stripe_refund_id', 'paid_back_at'])
    .executeTakeFirst();
  return row && stageOf(row);
}

/**
 * Makes a refund due at once because a person asks for it, and says how far it is; undefined if it is none that waits: one that is
 * ready to be sent goes by itself.
 */
export async function askForRefund(
  db: Database,
  id: number,
  actor: Actor,
  now: Date,
): Promise<AskedRefund | undefined> {
  const row = await db
    .updateTable('stripe_refund')
    .set({ next_try_at: now })
    .where('id', '=', id)
    .where((refund) =>
      refund.or([
        refund('status', 'in', waitingStatuses),
        refund.and([refund('status', '=', 'REFUND_PENDING'), refund('stripe_refund_id', 'is not', null)]),
      ]),
    )
    .returning(['type', 'stripe_refund_id', 'paid_back_at', 'status', 'status_reason'])
    .executeTakeFirst();
  if (!row) return undefined;
  const entry = { operationId: id, from: row.status, to: row.status, reason: row.status_reason };
  await writeHistory(db, 'refund', [entry], now, actor);
  return stageOf(row);
}

function stageOf(row: { type: string; stripe_refund_id: string | null; paid_back_at: Date | null }): AskedRefund {
  return { type: row.type, stripeRefundId: row.stripe_refund_id, isPaidBack: row.paid_back_at !== null };
}
