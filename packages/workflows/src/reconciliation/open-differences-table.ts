import type { Database } from '@connector/database';
import { sql } from 'kysely';
import type { Part } from './difference.ts';
import type { OperationName } from './movement.ts';
import type { Unit } from './runs-table.ts';

/** What an open difference is about. */
export type Unfound = {
  readonly id: number;
  readonly operation: OperationName | undefined;
  readonly orderId: string | undefined;
};

/** Open differences of this part that no unit of this run has found again, from the one after `afterId` on. */
export async function listUnfound(
  db: Database,
  { runId, part }: Pick<Unit, 'runId' | 'part'>,
  page: { readonly afterId: number; readonly limit: number },
): Promise<Unfound[]> {
  const rows = await db
    .selectFrom('reconciliation_difference')
    .select(['id', 'operation_kind', 'operation_id', 'mirakl_order_id'])
    .where('resolved_at', 'is', null)
    .where('accepted_at', 'is', null)
    .where('part', '=', part)
    .where('last_run_id', '<>', runId)
    .where('id', '>', page.afterId)
    .orderBy('id')
    .limit(page.limit)
    .execute();
  return rows.map(({ id, operation_kind: kind, operation_id: operationId, mirakl_order_id: orderId }) => ({
    ...{ id, orderId: orderId ?? undefined },
    operation:
      kind === null || operationId === null ? undefined : { kind: kind as OperationName['kind'], id: operationId },
  }));
}

/** Days before that moment with open differences, the longest not looked at first: their lists are to be read again. */
export async function findDaysOfOpen(db: Database, part: Part, before: Date, limit: number) {
  const day = sql<Date>`date_trunc('day', listed_at, 'UTC')`;
  const rows = await db
    .selectFrom('reconciliation_difference')
    .select([day.as('day')])
    .where('resolved_at', 'is', null)
    .where('accepted_at', 'is', null)
    .where('part', '=', part)
    .where('listed_at', '<', before)
    .groupBy(day)
    .orderBy(sql`min(last_seen_at)`)
    .limit(limit)
    .execute();
  return rows.map((row) => row.day);
}

/** How many differences are open. */
export async function countOpenDifferences(db: Database): Promise<number> {
  const { count } = await db
    .selectFrom('reconciliation_difference')
    .select(({ fn }) => fn.countAll<bigint>().as('count'))
    .where('resolved_at', 'is', null)
    .where('accepted_at', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(count);
}
