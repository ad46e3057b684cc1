import { type Database, utcTimestamp } from '@connector/database';
import { type RawBuilder, sql } from 'kysely';
import type { RecordFilter } from './record.ts';

/** What a row must fulfil. */
export type Condition = RawBuilder<boolean>;

/** All of these; of none, every row. */
export function all(conditions: readonly Condition[]): Condition {
  return conditions.length === 0 ? sql<boolean>`true` : sql<boolean>`${sql.join(conditions, sql` and `)}`;
}

/** The conditions that a filter sets on the columns which all operations have, but for the shop. */
export function ofOperation(filter: Pick<RecordFilter, 'status' | 'createdAfter' | 'createdBefore'>): Condition[] {
  return [...oneOf('status', filter.status), ...ofTime(filter)];
}

/** When the record was created, to the second, as the old connector keeps it. */
export function ofTime({ createdAfter, createdBefore }: Pick<RecordFilter, 'createdAfter' | 'createdBefore'>) {
  const conditions: Condition[] = [];
  if (createdAfter) conditions.push(sql`creation_datetime >= ${utcTimestamp(createdAfter)}`);
  if (createdBefore) conditions.push(sql`creation_datetime < ${utcTimestamp(createdBefore)}`);
  return conditions;
}

/** The column holds one of these; no condition without them. */
export function oneOf(column: string, values: readonly (string | number)[] | undefined): Condition[] {
  return values === undefined ? [] : [sql`${sql.ref(column)} in (${sql.join(values)})`];
}

/**
 * Transfers and payouts of these shops. Rows of the old connector know their shop by the mapping alone. The mappings are
 * looked up first: with their ids at hand PostgreSQL sees that both indexes together give few rows.
 */
export async function ofShops(db: Database, shopIds: readonly number[] | undefined): Promise<Condition[]> {
  if (shopIds === undefined) return [];
  const mappingIds = await mappingsOf(db, shopIds);
  const ours = sql<boolean>`mirakl_shop_id in (${sql.join(shopIds)})`;
  if (mappingIds.length === 0) return [ours];
  return [sql`(${ours} or (mirakl_shop_id is null and account_mapping_id in (${sql.join(mappingIds)})))`];
}

/** Refunds of these shops. Those of the old connector know their order alone, whose transfer knows the shop. */
export async function ofOrdersOfShops(db: Database, shopIds: readonly number[] | undefined): Promise<Condition[]> {
  if (shopIds === undefined) return [];
  const transfers = sql`select mirakl_id from stripe_transfer where ${all(await ofShops(db, shopIds))}`;
  return [
    sql`(mirakl_shop_id in (${sql.join(shopIds)}) or (mirakl_shop_id is null and mirakl_order_id in (${transfers})))`,
  ];
}

async function mappingsOf(db: Database, shopIds: readonly number[]): Promise<number[]> {
  const rows = await db.selectFrom('account_mapping').select('id').where('mirakl_shop_id', 'in', shopIds).execute();
  return rows.map(({ id }) => id);
}
