import type { Queues } from './open-queues.ts';

/** How far a run is: jobs it caused, and how those ended so far. */
export type RunProgress = { readonly caused: number; readonly done: number; readonly failed: number };

const keptSeconds = 24 * 3_600;

/** Notes that so many jobs were added on behalf of the run. */
export async function countCaused(queues: Queues, run: string, jobs: number): Promise<void> {
  await count(queues, run, 'caused', jobs);
}

/** Notes that a job of the run has ended for good. Called after whatever it caused itself was counted. */
export async function countSettled(queues: Queues, run: string, outcome: 'done' | 'failed'): Promise<void> {
  await count(queues, run, outcome, 1);
}

/** How far the run is. It is over when `done + failed` has reached `caused`. */
export async function readRunProgress(queues: Queues, run: string): Promise<RunProgress> {
  const fields = await queues.redis.hgetall(key(queues, run));
  return { caused: Number(fields.caused ?? 0), done: Number(fields.done ?? 0), failed: Number(fields.failed ?? 0) };
}

async function count(queues: Queues, run: string, field: keyof RunProgress, by: number): Promise<void> {
  await queues.redis.multi().hincrby(key(queues, run), field, by).expire(key(queues, run), keptSeconds).exec();
}

function key(queues: Queues, run: string): string {
  return `${queues.prefix}:run:${run}`;
}
