import type { Database } from '@connector/database';

/** A run that has ended. */
export type PastRun = {
  /** What was made from this moment to that one was compared. */
  readonly from: Date;
  readonly to: Date;
  readonly finishedAt: Date;
  readonly compared: number;
};

/** The last run that has ended; undefined before the first. */
export async function findLastRun(db: Database): Promise<PastRun | undefined> {
  const row = await db
    .selectFrom('reconciliation_run')
    .select(['compared_from', 'compared_to', 'finished_at', 'compared'])
    .where('finished_at', 'is not', null)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!row?.finished_at || row.compared === null) return undefined;
  return { from: row.compared_from, to: row.compared_to, finishedAt: row.finished_at, compared: row.compared };
}

/** How far a run is. */
export type Progress = { readonly startedAt: Date; readonly unitsDone: number; readonly units: number };

/** How far the run is that is under way; undefined if there is none. */
export async function findProgress(db: Database): Promise<Progress | undefined> {
  const row = await db
    .selectFrom('reconciliation_run as run')
    .innerJoin('reconciliation_unit as unit', 'unit.run_id', 'run.id')
    .select(({ fn }) => ['run.started_at', fn.count<bigint>('unit.id').as('units')])
    .select(({ fn }) => fn.count<bigint>('unit.done_at').as('done'))
    .where('run.finished_at', 'is', null)
    .groupBy('run.id')
    .executeTakeFirst();
  return row && { startedAt: row.started_at, unitsDone: Number(row.done), units: Number(row.units) };
}

/** How long nothing may be heard of a run before somebody is asked to carry it on. */
const silenceMs = 3_600_000;

/** Whether a run is under way that nobody seems to carry on. Asks once an hour, so that one that cannot go on is tried rarely. */
export async function takeStalledRun(db: Database, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('reconciliation_run')
    .set({ advanced_at: now })
    .where('finished_at', 'is', null)
    .where('advanced_at', '<', new Date(now.getTime() - silenceMs))
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}
