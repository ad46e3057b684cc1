import { errorMessage } from '@connector/kernel';
import type { Logger } from '@connector/observability';
import { type Job, Worker } from 'bullmq';
import type { JobData, JobName } from './job-catalog.ts';
import { backoffMs } from './job-policy.ts';
import { type Queues, queuePrefix } from './open-queues.ts';
import type { RedisConnection } from './open-redis.ts';
import type { QueueName } from './queue-names.ts';
import { idsOf, type JobOutcome, runJob } from './run-job.ts';
import { countSettled } from './run-progress.ts';

/**
 * What a handler knows beside its data. `run` is to be handed on to the jobs it enqueues; without it nobody asked for the job, its
 * time had come.
 */
export type JobContext = { readonly run: string | undefined; readonly attempt: number };

/** One handler for each job of the catalog; a missing one does not compile. Gives back its outcome in a word or two. */
export type JobHandlers = { readonly [Name in JobName]: (data: JobData<Name>, context: JobContext) => Promise<string> };

export type WorkerOptions = {
  readonly redis: RedisConnection;
  readonly queues: Queues;
  readonly handlers: JobHandlers;
  readonly log: Logger;
  readonly concurrency: number;
  readonly observe?: (job: { name: string; outcome: JobOutcome; durationMs: number }) => void;
};

export type RunningWorker = {
  readonly queue: QueueName;
  /** False when the worker has lost its way to Redis or was stopped. */
  isRunning(): boolean;
  /** Takes no more jobs, and gives those under way `deadlineMs`; then hands them back to the queue. */
  close(deadlineMs: number): Promise<void>;
};

/**
 * A crash counts as a stall, and a money job that "stalled too often" would be dead although nothing was decided about it.
 * So the number is high; rows, not jobs, say what is to be done.
 */
const stallsForgiven = 50;

/** A job whose worker shows no sign of life for so long is given to another one, at the next look for such jobs. */
const lockMs = 15_000;
const stallCheckMs = 10_000;

/** Starts serving one queue with up to `concurrency` jobs at once in this process. */
export function startWorker(queue: QueueName, options: WorkerOptions): RunningWorker {
  const { redis, queues, log } = options;
  const worker = new Worker(queue, (job, token, signal) => runJob(options, { queue, job, token, signal }), {
    connection: redis,
    prefix: queuePrefix(redis, queues.prefix),
    concurrency: options.concurrency,
    maxStalledCount: stallsForgiven,
    lockDuration: lockMs,
    stalledInterval: stallCheckMs,
    metrics: { maxDataPoints: 7 * 24 * 60 },
    settings: { backoffStrategy: (attemptsMade) => backoffMs(attemptsMade) },
  });
  worker.on('error', (error) => log.warn({ queue, err: error }, 'worker lost its connection'));
  worker.on('failed', (job, error) => {
    if (job === undefined) return;
    const facts = { queue, job: job.name, jobId: job.id, attempt: job.attemptsMade, ...idsOf(job), err: error };
    if (job.finishedOn === undefined) return log.info(facts, 'job will be tried again');
    log.error(facts, 'job failed');
    settle(options, job, 'failed');
  });
  worker.on('completed', (job) => settle(options, job, 'done'));

  return {
    queue,
    isRunning: () => worker.isRunning() && redis.status === 'ready',
    async close(deadlineMs) {
      const handBack = setTimeout(() => worker.cancelAllJobs('the worker stops'), deadlineMs);
      await worker.close();
      clearTimeout(handBack);
    },
  };
}

function settle(options: WorkerOptions, job: Job, outcome: 'done' | 'failed'): void {
  const { run } = job.data as { run?: string };
  if (run === undefined) return;
  countSettled(options.queues, run, outcome).catch((error: unknown) =>
    options.log.warn({ job: job.name, reason: errorMessage(error) }, 'run progress not counted'),
  );
}
