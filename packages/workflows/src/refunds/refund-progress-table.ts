import { type Database, type StripeRefundRow, utcTimestamp } from '@connector/database';
import { writeHistory } from '../operation/history.ts';
import { jobHasMs, nextLookAtHold, nextTryAfterRefusal } from '../retry-pauses.ts';
import { fitReason } from '../status-reason.ts';
import type { RefundStatus } from './refund.ts';

/** A refund that exists on Stripe. */
export type MadeRefund = Pick<
  StripeRefundRow,
  'id' | 'type' | 'status' | 'round' | 'paid_back_at' | 'mirakl_validation_time' | 'creation_datetime'
> & { readonly stripe_refund_id: string };

/** The refund with this id of Stripe's. */
export async function findMadeRefund(db: Database, stripeRefundId: string): Promise<MadeRefund | undefined> {
  const row = await db
    .selectFrom('stripe_refund')
    .select(['id', 'type', 'status', 'round', 'paid_back_at', 'mirakl_validation_time', 'creation_datetime'])
    .where('stripe_refund_id', '=', stripeRefundId)
    .executeTakeFirst();
  return row && { ...row, stripe_refund_id: stripeRefundId };
}

/** Records that the buyer gets his money: the refund is to be confirmed to Mirakl, unless it has heard of it before. */
export async function recordPaidBack(db: Database, refund: MadeRefund, now: Date): Promise<void> {
  const isConfirmed = refund.mirakl_validation_time !== null;
  await change(db, refund, now, {
    columns: { paid_back_at: now, next_try_at: isConfirmed ? null : now },
    status: isConfirmed ? 'REFUND_CREATED' : 'REFUND_PENDING',
    note: `${refund.stripe_refund_id} has reached the buyer`,
  });
}

/** Records that the buyer does not get his money: the next try is a new refund, after a pause that grows. */
export async function recordNotPaidBack(db: Database, refund: MadeRefund, reason: string, now: Date): Promise<void> {
  const round = refund.round + 1;
  await change(db, refund, now, {
    columns: {
      ...{ stripe_refund_id: null, paid_back_at: null, confirmation_sent_at: null, round },
      next_try_at: nextTryAfterRefusal(round, now),
    },
    status: 'REFUND_FAILED',
    reason,
  });
}

/** Moves the next look at a refund that is still on its way. `reason`: why that is not known. */
export async function postponeLook(
  db: Database,
  refund: MadeRefund,
  now: Date,
  reason: string | null = null,
): Promise<void> {
  if (refund.paid_back_at !== null) return;
  await db
    .updateTable('stripe_refund')
    .set({ next_try_at: nextLookAtHold(refund.creation_datetime, now), status_reason: reason && fitReason(reason) })
    .where('id', '=', refund.id)
    .where('stripe_refund_id', '=', refund.stripe_refund_id)
    .where('status', '=', refund.status)
    .execute();
}

/**
 * The Stripe ids of refunds that are on their way and are to be looked at again, those that the old connector left included;
 * each is asked for again in a few minutes.
 */
export async function takeRefundsToFollow(db: Database, now: Date, limit: number): Promise<string[]> {
  const due = db
    .selectFrom('stripe_refund')
    .select('id')
    .where('stripe_refund_id', 'is not', null)
    .where('paid_back_at', 'is', null)
    .where('status', 'in', ['REFUND_PENDING', 'REFUND_ON_HOLD', 'REFUND_FAILED'])
    .where((row) => row.or([row('next_try_at', 'is', null), row('next_try_at', '<=', now)]))
    .orderBy('next_try_at')
    .limit(limit)
    .forUpdate()
    .skipLocked();
  const rows = await db
    .updateTable('stripe_refund')
    .set({ next_try_at: new Date(now.getTime() + jobHasMs) })
    .where('id', 'in', due)
    .returning('stripe_refund_id')
    .execute();
  return rows.flatMap(({ stripe_refund_id: id }) => id ?? []);
}

type Change = {
  readonly columns: Partial<
    Pick<StripeRefundRow, 'stripe_refund_id' | 'paid_back_at' | 'confirmation_sent_at' | 'round' | 'next_try_at'>
  >;
  readonly status: RefundStatus;
  readonly reason?: string;
  /** For the story only. */
  readonly note?: string;
};

/** The row and its story in one transaction, if the row is still as it was read. */
async function change(db: Database, refund: MadeRefund, now: Date, { columns, status, ...why }: Change): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable('stripe_refund')
      .set({
        ...columns,
        status,
        status_reason: why.reason === undefined ? null : fitReason(why.reason),
        modification_datetime: utcTimestamp(now),
      })
      .where('id', '=', refund.id)
      .where('stripe_refund_id', '=', refund.stripe_refund_id)
      .where('status', '=', refund.status)
      .executeTakeFirstOrThrow();
    if (numUpdatedRows === 0n) return;
    const reason = fitReason(why.reason ?? why.note ?? '');
    await writeHistory(trx, 'refund', [{ operationId: refund.id, from: refund.status, to: status, reason }], now);
  });
}
