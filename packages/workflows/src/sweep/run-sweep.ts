import { randomUUID } from 'node:crypto';
import type { Database } from '@connector/database';
import { type Clock, ConnectorError, errorMessage, isConnectorError } from '@connector/kernel';
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
 * `already running`; with `insists`, throws `sweep_running` instead, to be tried again in a second. Throws what the round threw.
 */
export async function runSweep(
  deps: RunSweepDeps,
  name: SweepName,
  round: (sweep: SweepRound) => Promise<string>,
  options: { readonly insists: boolean } = { insists: false },
): Promise<string> {
  const runId = randomUUID();
  if (!(await startSweep(deps.db, name, runId, deps.now()))) {
    if (!options.insists) return 'already running';
    throw new ConnectorError(`${name} is running`, { code: 'sweep_running', retryable: true, retryAfterMs: 1_000 });
  }
  try {
    const outcome = await round({ renew: () => renewSweep(deps.db, name, runId, deps.now()) });
    await endSweep(deps.db, name, runId, deps.now(), { outcome });
    return outcome;
  } catch (error) {
    const why = fitReason(errorMessage(error));
    // That Mirakl allows a listing later is no failure: the round comes back then.
    const end = isConnectorError(error, 'mirakl_too_soon') ? { postponed: why } : { error: why };
    await endSweep(deps.db, name, runId, deps.now(), end);
    throw error;
  }
}
