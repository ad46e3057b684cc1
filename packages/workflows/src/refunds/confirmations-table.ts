import { type Database, type StripeRefundRow, utcTimestamp } from '@connector/database';
import { type HistoryEntry, writeHistory } from '../operation/history.ts';
import { nextTryAfterRefusal } from '../retry-pauses.ts';
import { fitReason } from '../status-reason.ts';
import type { RefundType } from './refund.ts';
import { makeReversalsDue } from './reversals-table.ts';

/** A refund that the buyer has got and that Mirakl is to hear of. */
export type DueConfirmation = Pick<
  StripeRefundRow,
  | 'id'
  | 'amount'
  | 'currency'
  | 'mirakl_refund_id'
  | 'mirakl_order_id'
  | 'status'
  | 'status_reason'
  | 'confirmation_sent_at'
  | 'confirmation_refusals'
> & { readonly stripe_refund_id: string };

/** What a job has for a batch before another one may take it. */
const leaseMs = 2 * 60_000;

/** Takes refunds that Mirakl is to hear of now, the longest waiting first; nobody else gets them for two minutes. */
export async function takeConfirmations(
  db: Database,
  type: RefundType,
  now: Date,
  limit: number,
): Promise<DueConfirmation[]> {
  const due = unconfirmed(db, now).select('id').where('type', '=', type).orderBy('next_try_at').limit(limit);
  const rows = await db
    .updateTable('stripe_refund')
    .set({ next_try_at: new Date(now.getTime() + leaseMs) })
    .where('id', 'in', due.forUpdate().skipLocked())
    .returningAll()
    .execute();
  return rows.flatMap(({ stripe_refund_id: id, ...row }) => (id === null ? [] : [{ ...row, stripe_refund_id: id }]));
}

/** Whether Mirakl is to hear of any refund now. */
export async function hasDueConfirmations(db: Database, now: Date): Promise<boolean> {
  return (await unconfirmed(db, now).select('id').limit(1).executeTakeFirst()) !== undefined;
}

function unconfirmed(db: Database, now: Date) {
  return db
    .selectFrom('stripe_refund')
    .where('paid_back_at', 'is not', null)
    .where('mirakl_validation_time', 'is', null)
    .where('status', 'in', ['REFUND_PENDING', 'REFUND_FAILED'])
    .where('next_try_at', '<=', now);
}

/** Notes that Mirakl is about to be told: should nobody learn the outcome, it is read back first. */
export async function noteConfirmationsSent(db: Database, ids: readonly number[], now: Date): Promise<void> {
  await db.updateTable('stripe_refund').set({ confirmation_sent_at: now }).where('id', 'in', ids).execute();
}

/** Makes these refunds due again at once, those whose confirmation is on record apart. */
export async function makeConfirmationsDue(db: Database, ids: readonly number[], now: Date): Promise<void> {
  await db
    .updateTable('stripe_refund')
    .set({ next_try_at: now })
    .where('id', 'in', ids)
    .where('next_try_at', '>', now)
    .where('status', '=', 'REFUND_PENDING')
    .execute();
}

/** Records that Mirakl has heard of these refunds, and makes their reversals due; all in one transaction with their stories. */
export async function recordConfirmed(db: Database, refunds: readonly DueConfirmation[], now: Date): Promise<void> {
  if (refunds.length === 0) return;
  const before = new Map(refunds.map((refund) => [refund.id, refund.status]));
  await db.transaction().execute(async (trx) => {
    const rows = await trx
      .updateTable('stripe_refund')
      .set({
        status: 'REFUND_CREATED',
        status_reason: null,
        mirakl_validation_time: utcTimestamp(now),
        ...{ confirmation_sent_at: null, next_try_at: null, modification_datetime: utcTimestamp(now) },
      })
      .where((row) =>
        row(
          row.refTuple('id', 'stripe_refund_id'),
          'in',
          refunds.map((refund) => row.tuple(refund.id, refund.stripe_refund_id)),
        ),
      )
      .where('mirakl_validation_time', 'is', null)
      .returning(['id', 'mirakl_refund_id'])
      .execute();
    const story = rows.map(
      ({ id }): HistoryEntry => ({ operationId: id, from: before.get(id) ?? null, to: 'REFUND_CREATED', reason: null }),
    );
    await writeHistory(trx, 'refund', story, now);
    await makeReversalsDue(
      trx,
      rows.map((row) => row.mirakl_refund_id),
      now,
    );
  });
}

/** Records why Mirakl does not want to hear of a refund; only the confirmation is tried again, after a pause that grows. */
export async function recordUnconfirmed(
  db: Database,
  refund: DueConfirmation,
  refusal: string,
  now: Date,
): Promise<void> {
  const reason = fitReason(refusal);
  const refusals = refund.confirmation_refusals + 1;
  await db.transaction().execute(async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable('stripe_refund')
      .set({
        ...{ status: 'REFUND_FAILED', status_reason: reason, modification_datetime: utcTimestamp(now) },
        ...{
          confirmation_sent_at: null,
          confirmation_refusals: refusals,
          next_try_at: nextTryAfterRefusal(refusals, now),
        },
      })
      .where('id', '=', refund.id)
      .where('stripe_refund_id', '=', refund.stripe_refund_id)
      .where('mirakl_validation_time', 'is', null)
      .executeTakeFirstOrThrow();
    const isKnown = refund.status === 'REFUND_FAILED' && refund.status_reason === reason;
    if (numUpdatedRows === 0n || isKnown) return;
    await writeHistory(
      trx,
      'refund',
      [{ operationId: refund.id, from: refund.status, to: 'REFUND_FAILED', reason }],
      now,
    );
  });
}
