import type { Database } from '@connector/database';
import type { SweepName } from '@connector/queues';

/** A round that shows no sign of life for so long is taken for dead. */
const leaseMs = 2 * 60_000;

/** Takes the turn for this sweep; false if somebody else has it. */
export async function startSweep(db: Database, name: SweepName, runId: string, now: Date): Promise<boolean> {
  const turn = { running_until: leaseEnd(now), run_id: runId, last_started_at: now };
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('sweep')
    .values({ name, ...turn })
    .onConflict((conflict) =>
      conflict
        .column('name')
        .doUpdateSet(turn)
        .where((row) => row.or([row('sweep.running_until', 'is', null), row('sweep.running_until', '<', now)])),
    )
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

/** Keeps the turn. */
export async function renewSweep(db: Database, name: SweepName, runId: string, now: Date): Promise<void> {
  const mine = db.updateTable('sweep').where('name', '=', name).where('run_id', '=', runId);
  await mine.set({ running_until: leaseEnd(now) }).execute();
}

/** How a round ended: with an outcome, with an error, or by coming too early. */
export type SweepEnd = { readonly outcome: string } | { readonly error: string } | { readonly postponed: string };

/** Gives the turn back and keeps how the round ended. */
export async function endSweep(db: Database, name: SweepName, runId: string, now: Date, end: SweepEnd): Promise<void> {
  await db
    .updateTable('sweep')
    .set({ running_until: null, run_id: null, last_finished_at: now, ...resultOf(end, now) })
    .where('name', '=', name)
    .where('run_id', '=', runId)
    .execute();
}

function resultOf(end: SweepEnd, now: Date) {
  if ('error' in end) return { last_error: end.error };
  // An error of the round before stands until one succeeds.
  if ('postponed' in end) return { last_outcome: end.postponed };
  return { last_succeeded_at: now, last_outcome: end.outcome, last_error: null };
}

/** The sweeps whose last round failed, if that was before this moment. */
export async function findFailedSweeps(db: Database, before: Date): Promise<string[]> {
  const rows = await db
    .selectFrom('sweep')
    .select('name')
    .where('last_error', 'is not', null)
    .where('last_finished_at', '<=', before)
    .where('running_until', 'is', null)
    .execute();
  return rows.map(({ name }) => name);
}

function leaseEnd(now: Date): Date {
  return new Date(now.getTime() + leaseMs);
}
