import { type Database, utcTimestamp } from '@connector/database';
import { sql } from 'kysely';
import type { OperationName, RecordedMovement } from './movement.ts';
import { selectRecorded, stripeIdColumn } from './recorded-table.ts';

/**
 * Rows that say that something was made, were changed in that time, and have not been seen on Stripe yet; the longest unchanged
 * first, from the one behind `after` on.
 */
export async function findUnseen(
  db: Database,
  kind: OperationName['kind'],
  range: { readonly from: Date; readonly to: Date; readonly after: RecordedMovement | undefined },
  limit: number,
): Promise<RecordedMovement[]> {
  return selectRecorded(
    db,
    kind,
    sql`op.status = ${sql.lit(`${kind.toUpperCase()}_CREATED`)}
      and op.modification_datetime >= ${utcTimestamp(range.from)} and op.modification_datetime < ${utcTimestamp(range.to)}
      and not exists (select from reconciliation_sighting seen where seen.name = op.${sql.ref(stripeIdColumn[kind])})
      ${range.after ? after(range.after) : sql``}
      order by op.modification_datetime, op.id limit ${limit}`,
  );
}

function after({ changedAt, operation }: RecordedMovement) {
  return sql`and (op.modification_datetime, op.id) > (${utcTimestamp(changedAt)}, ${operation.id})`;
}

/** Transfers of this type that are made, whose order was created on Mirakl in that time and has not been seen there yet. */
export async function findUnseenOrders(
  db: Database,
  type: string,
  { from, to }: { readonly from: Date; readonly to: Date },
  limit: number,
): Promise<RecordedMovement[]> {
  return selectRecorded(
    db,
    'transfer',
    // Nothing is recorded before its order is created: that time has an index.
    sql`op.type = ${type} and op.status = 'TRANSFER_CREATED' and op.creation_datetime >= ${utcTimestamp(from)}
      and op.mirakl_created_date >= ${utcTimestamp(from)} and op.mirakl_created_date < ${utcTimestamp(to)}
      and not exists (select from reconciliation_sighting seen where seen.name = op.type || ' ' || op.mirakl_id)
      order by op.creation_datetime, op.id limit ${limit}`,
  );
}

/** Rows with a call that was sent before that moment, and of which nobody knows yet what became; the oldest first. */
export async function findUnknownOutcomes(
  db: Database,
  kind: OperationName['kind'],
  { sentBefore, limit }: { readonly sentBefore: Date; readonly limit: number },
): Promise<RecordedMovement[]> {
  return selectRecorded(
    db,
    kind,
    sql`op.idempotency_key is not null and op.first_sent_at < ${sentBefore} order by op.first_sent_at limit ${limit}`,
  );
}
