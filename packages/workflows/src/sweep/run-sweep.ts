import { randomUUID } from 'node:crypto';
import type { Database } from '@connector/database';
import { type Clock, errorMessage } from '@connector/kernel';
import type { SweepName } from '@connector/queues';
import { fitReason } from '../status-reason.ts';
import { endSweep, renewSweep, startSweep } from './sweeps-table.ts';

export type RunSweepDeps = { readonly db: Database; readonly now: Clock };

/** What a round may ask of the one who runs it. */
export type SweepRound = {
  /** To be called once a page, so that a long round keeps its turn. */
  readonly renew: () => Promise<void>;
};

/**
 * Runs one round of a sweep unless another one is under way, and keeps in the ledger when it ran and how it ended.
 * Two rounds at once would do no harm, only double the calls to Mirakl. Gives back the round's own outcome, or
 * `already running`. Throws what the round threw.
 */
export async function runSweep(
  deps: RunSweepDeps,
  name: SweepName,
  round: (sweep: SweepRound) => Promise<string>,
): Promise<string> {
  const runId = randomUUID();
  if (!(await startSweep(deps.db, name, runId, deps.now()))) return 'already running';
  try {
    const outcome = await round({ renew: () => renewSweep(deps.db, name, runId, deps.now()) });
    await endSweep(deps.db, name, runId, deps.now(), { outcome });
    return outcome;
  } catch (error) {
    await endSweep(deps.db, name, runId, deps.now(), { error: fitReason(errorMessage(error)) });
    throw error;
  }
}
