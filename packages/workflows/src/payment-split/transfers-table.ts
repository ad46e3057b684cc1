import { type Database, type StripeTransferRow, utcTimestamp } from '@connector/database';
import { sql } from 'kysely';
import { type Actor, type HistoryEntry, writeHistory } from '../operation/history.ts';
import { findRestoration, mayBeMade } from '../operation/restoration-table.ts';
import { isUnclaimed } from '../operation/waiting-operations-table.ts';
import { jobHasMs, nextLookAtHold } from '../retry-pauses.ts';
import { fitReason } from '../status-reason.ts';
import {
  statusOf,
  type TransferDecision,
  type TransferSubject,
  type TransferType,
  taxSuffix,
  waitingStatuses,
} from './transfer.ts';

/** A row as the planning sees it. */
export type PlannedTransfer = Pick<StripeTransferRow, (typeof plannedColumns)[number]>;

const plannedColumns = [
  ...(['id', 'mirakl_id', 'status', 'status_reason', 'next_try_at', 'creation_datetime'] as const),
  ...(['mirakl_created_date', 'mirakl_shop_id', 'mirakl_commercial_order_id', 'currency'] as const),
] as const;

/** A decision about one share of one order, with what is known of it. */
export type WeighedTransfer = { readonly subject: TransferSubject; readonly decision: TransferDecision };

/** Facts older than this are asked for again before money moves. */
const factsAreFreshMs = 30 * 60_000;

/** The rows of these Mirakl ids, by Mirakl id. */
export async function findTransfers(
  db: Database,
  type: TransferType,
  miraklIds: readonly string[],
): Promise<Map<string, PlannedTransfer>> {
  if (miraklIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('stripe_transfer')
    .select(plannedColumns)
    .where('type', '=', type)
    .where('mirakl_id', 'in', miraklIds)
    .execute();
  return new Map(rows.map((row) => [row.mirakl_id, row]));
}

/** PostgreSQL takes 65,535 values in a statement, and an order can have any number of reversals. */
const rowsPerStatement = 1_000;

/** Saves new rows with the first line of their story, and gives back the ids of those ready to be sent. Rows that another sweep has saved meanwhile are left to it. */
export async function insertTransfers(db: Database, items: readonly WeighedTransfer[], now: Date): Promise<number[]> {
  const pending: number[] = [];
  for (let start = 0; start < items.length; start += rowsPerStatement) {
    pending.push(...(await insertTogether(db, items.slice(start, start + rowsPerStatement), now)));
  }
  return pending;
}

async function insertTogether(db: Database, items: readonly WeighedTransfer[], now: Date): Promise<number[]> {
  const restoration = await findRestoration(db);
  const rows = items.map((item) => ({
    ...{ ...subjectColumns(item.subject), ...columnsOf(item, now, now), ...timesOf(now) },
    look_up_first: mayBeMade(item.subject.createdAt ?? null, restoration, now),
  }));
  const inserted = await db
    .insertInto('stripe_transfer')
    .values(rows)
    .onConflict((conflict) => conflict.columns(['type', 'mirakl_id']).doNothing())
    .returning(['id', 'status', 'status_reason'])
    .execute();
  const story = inserted.map(
    (row): HistoryEntry => ({ operationId: row.id, from: null, to: row.status, reason: row.status_reason }),
  );
  await writeHistory(db, 'transfer', story, now);
  return inserted.filter((row) => row.status === 'TRANSFER_PENDING').map((row) => row.id);
}

/**
 * Brings rows that were weighed again to their new state, and gives back the ids of those ready to be sent. A row that has
 * left the state it was read in, is being worked on or has a call of unknown outcome is left alone; one that waits and has
 * become due since it was read is not made to wait on by what was true before.
 */
export async function changeTransfers(
  db: Database,
  items: readonly (WeighedTransfer & { readonly row: PlannedTransfer })[],
  now: Date,
): Promise<number[]> {
  const pending: number[] = [];
  const story: HistoryEntry[] = [];
  for (const { row, ...item } of items) {
    const columns = { ...subjectColumns(item.subject), ...columnsOf(item, row.creation_datetime, now) };
    const { numUpdatedRows } = await db
      .updateTable('stripe_transfer')
      .set({ ...columns, modification_datetime: utcTimestamp(now) })
      .where('id', '=', row.id)
      .where('status', '=', row.status)
      .where('idempotency_key', 'is', null)
      .where(isUnclaimed(now))
      .$if(row.status === 'TRANSFER_ON_HOLD' && columns.status === row.status, (query) =>
        query.where('next_try_at', 'is not distinct from', row.next_try_at),
      )
      .executeTakeFirstOrThrow();
    if (numUpdatedRows === 0n) continue;
    if (columns.status === 'TRANSFER_PENDING') pending.push(row.id);
    if (columns.status === row.status && columns.status_reason === row.status_reason) continue;
    story.push({ operationId: row.id, from: row.status, to: columns.status, reason: columns.status_reason });
  }
  await writeHistory(db, 'transfer', story, now);
  return pending;
}

/**
 * Rows to be weighed again now, the longest due first: waiting rows whose time has come, and rows ready to be sent whose
 * facts are old or were never ours (the old connector's).
 */
export async function findTransfersToWeigh(
  db: Database,
  type: TransferType,
  now: Date,
  options: { readonly limit: number; readonly evenIfNotDue: boolean },
): Promise<PlannedTransfer[]> {
  const staleBefore = new Date(now.getTime() - factsAreFreshMs);
  return db
    .selectFrom('stripe_transfer')
    .select(plannedColumns)
    .where('type', '=', type)
    .where('idempotency_key', 'is', null)
    .where(isUnclaimed(now))
    .$if(!options.evenIfNotDue, (query) =>
      query.where((row) => row.or([row('next_try_at', 'is', null), row('next_try_at', '<=', now)])),
    )
    .where((row) =>
      row.or([
        row('status', 'in', waitingStatuses),
        row.and([
          row('status', '=', 'TRANSFER_PENDING'),
          row.or([row('decided_at', 'is', null), row('decided_at', '<', staleBefore)]),
        ]),
      ]),
    )
    .orderBy(sql`next_try_at nulls first`)
    .limit(options.limit)
    .execute();
}

/** Moves the next look at rows that Mirakl did not tell us about; their state and reason stay. */
export async function postponeTransfers(db: Database, rows: readonly PlannedTransfer[], now: Date): Promise<void> {
  for (const row of rows) {
    await db
      .updateTable('stripe_transfer')
      .set({ next_try_at: nextLookAtHold(row.creation_datetime, now) })
      .where('id', '=', row.id)
      .where('status', '=', row.status)
      .execute();
  }
}

/** Which held transfers: those of a shop, of a commercial order or only its reversals, or all that go to the tax account. */
export type HeldTransfers =
  | { readonly shopId: number }
  | { readonly commercialOrderId: string }
  | { readonly reversalsOf: string }
  | { readonly share: 'tax' };

/** Makes held transfers due at once, because their condition may have come true; gives back their types. */
export async function makeHeldTransfersDue(db: Database, of: HeldTransfers, now: Date): Promise<Set<string>> {
  const rows = await db
    .updateTable('stripe_transfer')
    .set({ next_try_at: now })
    .where((row) => {
      if ('share' in of) return row('mirakl_id', 'like', `%${likeText(taxSuffix)}`);
      if ('shopId' in of) return row('mirakl_shop_id', '=', of.shopId);
      if ('commercialOrderId' in of) return row('mirakl_commercial_order_id', '=', of.commercialOrderId);
      return row.and([row('mirakl_commercial_order_id', '=', of.reversalsOf), row('type', '=', 'TRANSFER_REFUND')]);
    })
    .where('status', '=', 'TRANSFER_ON_HOLD')
    .returning('type')
    .execute();
  return new Set(rows.map((row) => row.type));
}

/** The text with what has a meaning in LIKE taken literally. */
function likeText(text: string): string {
  return text.replaceAll(/[\\%_]/g, '\\$&');
}

/** Makes a failed transfer of one of these types due at once, and says of which; undefined if it has not failed. */
export async function makeFailedTransferDue<Type extends TransferType>(
  db: Database,
  id: number,
  types: readonly Type[],
  now: Date,
): Promise<Type | undefined> {
  const row = await db
    .updateTable('stripe_transfer')
    .set({ next_try_at: now })
    .where('id', '=', id)
    .where('status', '=', 'TRANSFER_FAILED')
    .where('type', 'in', types)
    .returning('type')
    .executeTakeFirst();
  return row?.type as Type | undefined;
}

/**
 * Makes a transfer of one of these types due at once because a person asks for it, and says of which; undefined if it is none
 * that can be asked for. An ignored one waits from now on.
 */
export async function askForTransfer<Type extends TransferType>(
  db: Database,
  id: number,
  types: readonly Type[],
  actor: Actor,
  now: Date,
): Promise<Type | undefined> {
  const row = await db
    .selectFrom('stripe_transfer')
    .select(['type', 'status', 'status_reason'])
    .where('id', '=', id)
    .where('type', 'in', types)
    .where('status', 'in', [...waitingStatuses, 'TRANSFER_IGNORED'])
    .forUpdate()
    .executeTakeFirst();
  if (!row) return undefined;
  const status = row.status === 'TRANSFER_IGNORED' ? 'TRANSFER_ON_HOLD' : row.status;
  await db.updateTable('stripe_transfer').set({ status, next_try_at: now }).where('id', '=', id).execute();
  const entry = { operationId: id, from: row.status, to: status, reason: row.status_reason };
  await writeHistory(db, 'transfer', [entry], now, actor);
  return row.type as Type;
}

function columnsOf({ decision }: WeighedTransfer, waitingSince: Date, now: Date) {
  const status = statusOf(decision);
  const decided = { status, decided_at: now };
  switch (decision.kind) {
    case 'send':
      return {
        ...decided,
        status_reason: null,
        amount: decision.amount.minor,
        transaction_id: decision.source.kind === 'none' ? null : decision.source.id,
        account_mapping_id: decision.mappingId,
        next_try_at: new Date(now.getTime() + jobHasMs),
      };
    case 'hold':
      return { ...decided, status_reason: fitReason(decision.reason), next_try_at: nextLookAtHold(waitingSince, now) };
    case 'abort':
    case 'ignore':
      return { ...decided, status_reason: fitReason(decision.reason), next_try_at: null };
  }
}

function subjectColumns(subject: TransferSubject) {
  return {
    type: subject.type,
    mirakl_id: subject.miraklId,
    mirakl_shop_id: subject.shopId,
    mirakl_commercial_order_id: subject.commercialOrderId,
    mirakl_created_date: subject.createdAt && utcTimestamp(subject.createdAt),
    currency: subject.currency?.toLowerCase() ?? null,
    ...(subject.paymentId === undefined ? {} : { transaction_id: subject.paymentId }),
  };
}

function timesOf(now: Date) {
  const at = utcTimestamp(now);
  return { creation_datetime: at, modification_datetime: at };
}
