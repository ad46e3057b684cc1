import { type Database, type Schema, type StripeRefundRow, utcTimestamp } from '@connector/database';
import { type ExpressionBuilder, sql } from 'kysely';
import { type HistoryEntry, writeHistory } from '../operation/history.ts';
import { findRestoration, mayBeMade } from '../operation/restoration-table.ts';
import { isUnclaimed } from '../operation/waiting-operations-table.ts';
import { jobHasMs, nextLookAtHold } from '../retry-pauses.ts';
import { fitReason } from '../status-reason.ts';
import { type RefundDecision, type RefundSubject, type RefundType, statusOf, waitingStatuses } from './refund.ts';

/** A row as the planning sees it. */
export type PlannedRefund = Pick<
  StripeRefundRow,
  'id' | 'mirakl_refund_id' | 'status' | 'status_reason' | 'creation_datetime' | 'mirakl_validation_time'
>;

/** A decision about one refund, with what is known of it. */
export type WeighedRefund = { readonly subject: RefundSubject; readonly decision: RefundDecision };

/** Facts older than this are asked for again before money moves. */
const factsAreFreshMs = 30 * 60_000;

/**
 * What a row holds where the old connector's schema wants an amount and a currency and none is known: nothing, in ISO 4217's
 * code for no currency. Such a row is held; it cannot be sent.
 */
const unknownMoney = { amount: 0n, currency: 'xxx' };

/** The type of the rows with these Mirakl ids, by Mirakl id. */
export async function findKnownRefunds(db: Database, refundIds: readonly string[]): Promise<Map<string, string>> {
  if (refundIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('stripe_refund')
    .select(['mirakl_refund_id', 'type'])
    .where('mirakl_refund_id', 'in', refundIds)
    .execute();
  return new Map(rows.map((row) => [row.mirakl_refund_id, row.type]));
}

/** PostgreSQL takes 65,535 values in a statement, and an order can have any number of refunds. */
const rowsPerStatement = 1_000;

/** Saves new rows with the first line of their story, and gives back the ids of those ready to be sent. Rows that another sweep has saved meanwhile are left to it. */
export async function insertRefunds(db: Database, items: readonly WeighedRefund[], now: Date): Promise<number[]> {
  const pending: number[] = [];
  for (let start = 0; start < items.length; start += rowsPerStatement) {
    pending.push(...(await insertTogether(db, items.slice(start, start + rowsPerStatement), now)));
  }
  return pending;
}

async function insertTogether(db: Database, items: readonly WeighedRefund[], now: Date): Promise<number[]> {
  const at = utcTimestamp(now);
  const look_up_first = mayBeMade(null, await findRestoration(db), now);
  const rows = items.map(({ subject, decision }) => ({
    ...{ ...columnsOf(decision, now, now), ...subjectColumns(subject) },
    ...{ look_up_first, creation_datetime: at, modification_datetime: at },
  }));
  const inserted = await db
    .insertInto('stripe_refund')
    .values(rows)
    .onConflict((conflict) => conflict.column('mirakl_refund_id').doNothing())
    .returning(['id', 'status', 'status_reason'])
    .execute();
  const story = inserted.map(
    (row): HistoryEntry => ({ operationId: row.id, from: null, to: row.status, reason: row.status_reason }),
  );
  await writeHistory(db, 'refund', story, now);
  return inserted.filter((row) => row.status === 'REFUND_PENDING').map((row) => row.id);
}

/** A decision about a row. Without a subject what is known of it stays. */
export type RefundChange = {
  readonly row: PlannedRefund;
  readonly decision: RefundDecision;
  readonly subject?: RefundSubject;
};

/**
 * Brings rows that were weighed again to their new state, and gives back the ids of those ready to be sent. A row that has
 * left the state it was read in, was made on Stripe, is being worked on or has a call of unknown outcome is left alone.
 */
export async function changeRefunds(db: Database, changes: readonly RefundChange[], now: Date): Promise<number[]> {
  const pending: number[] = [];
  const story: HistoryEntry[] = [];
  for (const { row, decision, subject } of changes) {
    const columns = {
      ...columnsOf(decision, row.creation_datetime, now),
      ...(subject ? subjectColumns(subject) : {}),
    };
    const { numUpdatedRows } = await db
      .updateTable('stripe_refund')
      .set({ ...columns, modification_datetime: utcTimestamp(now) })
      .where('id', '=', row.id)
      .where('status', '=', row.status)
      .where((refund) => isUntouched(refund, now))
      .executeTakeFirstOrThrow();
    if (numUpdatedRows === 0n) continue;
    if (columns.status === 'REFUND_PENDING') pending.push(row.id);
    if (columns.status === row.status && columns.status_reason === row.status_reason) continue;
    story.push({ operationId: row.id, from: row.status, to: columns.status, reason: columns.status_reason });
  }
  await writeHistory(db, 'refund', story, now);
  return pending;
}

/**
 * Rows to be weighed again now, the longest due first: waiting rows whose time has come, and rows ready to be sent whose
 * facts are old or were never ours (the old connector's). None that was made on Stripe.
 */
export async function findRefundsToWeigh(
  db: Database,
  type: RefundType,
  now: Date,
  options: { readonly limit: number; readonly evenIfNotDue: boolean },
): Promise<PlannedRefund[]> {
  const staleBefore = new Date(now.getTime() - factsAreFreshMs);
  return db
    .selectFrom('stripe_refund')
    .select(['id', 'mirakl_refund_id', 'status', 'status_reason', 'creation_datetime', 'mirakl_validation_time'])
    .where('type', '=', type)
    .where((refund) => isUntouched(refund, now))
    .$if(!options.evenIfNotDue, (query) =>
      query.where((row) => row.or([row('next_try_at', 'is', null), row('next_try_at', '<=', now)])),
    )
    .where((row) =>
      row.or([
        row('status', 'in', waitingStatuses),
        row.and([
          row('status', '=', 'REFUND_PENDING'),
          row.or([row('decided_at', 'is', null), row('decided_at', '<', staleBefore)]),
        ]),
      ]),
    )
    .orderBy(sql`next_try_at nulls first`)
    .limit(options.limit)
    .execute();
}

/** Which held refunds: those of a shop, or of a commercial order. */
export type HeldRefunds = { readonly shopId: number } | { readonly commercialOrderId: string };

/** Makes held refunds due at once, because their condition may have come true; gives back their types, each as often as it is there. */
export async function makeHeldRefundsDue(db: Database, of: HeldRefunds, now: Date): Promise<string[]> {
  const rows = await db
    .updateTable('stripe_refund')
    .set({ next_try_at: now })
    .where((row) =>
      'shopId' in of
        ? row('mirakl_shop_id', '=', of.shopId)
        : row('mirakl_commercial_order_id', '=', of.commercialOrderId),
    )
    .where('status', '=', 'REFUND_ON_HOLD')
    .returning('type')
    .execute();
  return rows.map(({ type }) => type);
}

type Expressions = ExpressionBuilder<Schema, 'stripe_refund'>;

/** Not made on Stripe, no call of unknown outcome, and nobody at work on it. */
function isUntouched(row: Expressions, now: Date) {
  return row.and([row('stripe_refund_id', 'is', null), row('idempotency_key', 'is', null), isUnclaimed(now)]);
}

function columnsOf(decision: RefundDecision, waitingSince: Date, now: Date) {
  const decided = { status: statusOf(decision), decided_at: now };
  switch (decision.kind) {
    case 'send':
      return { ...decided, status_reason: null, next_try_at: new Date(now.getTime() + jobHasMs) };
    case 'hold':
      return { ...decided, status_reason: fitReason(decision.reason), next_try_at: nextLookAtHold(waitingSince, now) };
    case 'abort':
      return { ...decided, status_reason: fitReason(decision.reason), next_try_at: null };
  }
}

function subjectColumns({ amount, currency, ...subject }: RefundSubject) {
  return {
    type: subject.type,
    mirakl_refund_id: subject.refundId,
    mirakl_order_id: subject.orderId,
    mirakl_order_line_id: subject.orderLineId,
    mirakl_commercial_order_id: subject.commercialOrderId,
    mirakl_shop_id: subject.shopId,
    amount: amount?.minor ?? unknownMoney.amount,
    currency: currency?.toLowerCase() ?? unknownMoney.currency,
  };
}
