import type { Database } from '@connector/database';
import type { Clock } from '@connector/kernel';
import { enqueue, findNextRounds, type Queues } from '@connector/queues';
import { findFailedSweeps } from '../sweep/sweeps-table.ts';

/** How long a sweep is left alone after it has failed. */
const pauseMs = 10 * 60_000;

/**
 * Has sweeps that failed run again where the schedule would only do so much later: a daily one must not lose its day because
 * Mirakl, Stripe or a mail server was away for some minutes. One that is not on the schedule was switched off, and stays so.
 * Gives back how many there were.
 */
export async function ringFailedSweeps(deps: {
  readonly db: Database;
  readonly queues: Queues;
  readonly now: Clock;
}): Promise<number> {
  const { db, queues, now } = deps;
  const failed = await findFailedSweeps(db, new Date(now().getTime() - pauseMs));
  if (failed.length === 0) return 0;
  const late = [...(await findNextRounds(queues))].filter(
    ([name, nextAt]) => failed.includes(name) && nextAt.getTime() - now().getTime() > pauseMs,
  );
  for (const [name] of late) await enqueue(queues, name, [{}]);
  return late.length;
}
