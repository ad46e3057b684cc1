import type { Database } from '@connector/database';
import { sql } from 'kysely';
import { all, type Condition, oneOf } from './conditions-table.ts';
import type { DifferenceFilter, DifferenceRecord, DifferenceStatus, RecordSlice } from './record.ts';

/** Differences, those that were found first first. */
export async function listDifferences(
  db: Database,
  filter: DifferenceFilter,
  slice: RecordSlice,
): Promise<DifferenceRecord[]> {
  const { createdAfter, createdBefore } = filter;
  const conditions: Condition[] = [
    ...oneOf('kind', filter.kind),
    ...oneOf('mirakl_shop_id', filter.miraklShopId),
    ...inState(filter.status),
    ...(createdAfter ? [sql<boolean>`first_seen_at >= ${createdAfter}`] : []),
    ...(createdBefore ? [sql<boolean>`first_seen_at < ${createdBefore}`] : []),
  ];
  return differences(db)
    .where(all(conditions))
    .orderBy('first_seen_at')
    .orderBy('id')
    .offset(slice.offset)
    .limit(slice.limit)
    .execute();
}

/** One difference; undefined if there is none of this id. */
export async function findDifferenceRecord(db: Database, id: number): Promise<DifferenceRecord | undefined> {
  return differences(db).where('id', '=', id).executeTakeFirst();
}

function inState(status: DifferenceFilter['status']): Condition[] {
  return status === undefined
    ? []
    : [
        sql`(${sql.join(
          status.map((each) => isIn[each]),
          sql` or `,
        )})`,
      ];
}

const isIn: Readonly<Record<DifferenceStatus, Condition>> = {
  open: sql`resolved_at is null and accepted_at is null`,
  accepted: sql`resolved_at is null and accepted_at is not null`,
  resolved: sql`resolved_at is not null`,
};

function differences(db: Database) {
  return db
    .selectFrom('reconciliation_difference')
    .select([
      'id',
      'kind',
      'movement',
      'stripe_id as stripeId',
      'other_stripe_id as otherStripeId',
      'stripe_account_id as accountId',
      'mirakl_id as miraklId',
      'mirakl_order_id as miraklOrderId',
      'mirakl_shop_id as miraklShopId',
      'operation_kind as operationKind',
      'operation_id as operationId',
      'ledger_amount as ledgerAmount',
      'ledger_currency as ledgerCurrency',
      'actual_amount as actualAmount',
      'actual_currency as actualCurrency',
      'first_seen_at as firstSeenAt',
      'last_seen_at as lastSeenAt',
      'resolved_at as resolvedAt',
      'accepted_at as acceptedAt',
      'note',
    ]);
}
