import type { Database } from '@connector/database';
import { type RawBuilder, sql } from 'kysely';
import { jobHasMs } from '../retry-pauses.ts';
import { commonTable, type OperationLedger } from './ledger.ts';

/** That nobody is at work on a row. */
export function isUnclaimed(now: Date): RawBuilder<boolean> {
  return sql<boolean>`(claimed_until is null or claimed_until < ${now})`;
}

/**
 * Operations ready to be sent whose job should have run by now: never enqueued because of a crash, lost with Redis, or given up
 * after its last try. Each is asked for again in a few minutes, so that the next call gets others. `types`: only of these.
 */
export async function takeOperationsWithoutJob(
  db: Database,
  ledger: OperationLedger,
  { now, limit, types }: { readonly now: Date; readonly limit: number; readonly types?: readonly string[] },
): Promise<number[]> {
  const due = db
    .selectFrom(commonTable(ledger))
    .select('id')
    .$if(types !== undefined, (query) => query.where('type', 'in', types ?? []))
    .where('status', '=', ledger.statuses.ready)
    .$if(ledger.madeColumn !== undefined, (query) => query.where(sql.ref(String(ledger.madeColumn)), 'is', null))
    .where((row) => row.or([row('decided_at', 'is not', null), row('idempotency_key', 'is not', null)]))
    .where('next_try_at', '<=', now)
    .where(isUnclaimed(now))
    .orderBy('next_try_at')
    .limit(limit)
    .forUpdate()
    .skipLocked();
  const rows = await db
    .updateTable(commonTable(ledger))
    .set({ next_try_at: new Date(now.getTime() + jobHasMs) })
    .where('id', 'in', due)
    .returning('id')
    .execute();
  return rows.map((row) => row.id);
}
