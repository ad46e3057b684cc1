import { ConnectorError, errorMessage } from '@connector/kernel';
import type { Logger } from '@connector/observability';
import { DelayedError, type Job, RateLimitError, UnrecoverableError, Worker } from 'bullmq';
import { isJobName, type JobData, type JobName, jobCatalog } from './job-catalog.ts';
import { backoffMs } from './job-policy.ts';
import { type Queues, queuePrefix } from './open-queues.ts';
import type { RedisConnection } from './open-redis.ts';
import type { QueueName } from './queue-names.ts';
import { countSettled } from './run-progress.ts';

/**
 * What a handler knows beside its data. `run` is to be handed on to the jobs it enqueues; `scheduled`: nobody asked for the job,
 * its time had come.
 */
export type JobContext = { readonly run: string | undefined; readonly attempt: number; readonly scheduled: boolean };

/** One handler for each job of the catalog; a missing one does not compile. Gives back its outcome in a word or two. */
export type JobHandlers = { readonly [Name in JobName]: (data: JobData<Name>, context: JobContext) => Promise<string> };

export type WorkerOptions = {
  readonly redis: RedisConnection;
  readonly queues: Queues;
  readonly handlers: JobHandlers;
  readonly log: Logger;
  readonly concurrency: number;
  readonly observe?: (job: {
    name: string;
    outcome: 'done' | 'failed' | 'retried' | 'paused';
    durationMs: number;
  }) => void;
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
  const worker = new Worker(queue, (job, token, signal) => run(options, queue, job, token, signal), {
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

async function run(
  options: WorkerOptions,
  queue: QueueName,
  job: Job,
  token: string | undefined,
  signal: AbortSignal | undefined,
): Promise<string> {
  const startedAt = performance.now();
  const observe = (outcome: 'done' | 'failed' | 'retried' | 'paused') =>
    options.observe?.({ name: job.name, outcome, durationMs: performance.now() - startedAt });
  try {
    const outcome = await Promise.race([handle(options.handlers, job), untilCancelled(signal)]);
    observe('done');
    return outcome;
  } catch (error) {
    if (!(error instanceof ConnectorError)) {
      observe('retried');
      throw error;
    }
    if (error.pausesQueue) {
      observe('paused');
      await options.queues.byName[queue].rateLimit(error.retryAfterMs ?? 1_000);
      options.log.warn({ queue, code: error.code, pauseMs: error.retryAfterMs ?? 1_000 }, 'queue pauses');
      throw new RateLimitError();
    }
    if (!error.retryable) {
      observe('failed');
      throw Object.assign(new UnrecoverableError(error.message), { stack: error.stack });
    }
    observe('retried');
    if (error.retryAfterMs === undefined) throw error;
    // The other side named the moment: coming back then is no failed attempt.
    await job.moveToDelayed(Date.now() + error.retryAfterMs, token);
    throw new DelayedError();
  }
}

async function handle(handlers: JobHandlers, job: Job): Promise<string> {
  const { name } = job;
  if (!isJobName(name)) throw new UnrecoverableError(`no such job: ${name}`);
  const { run, ...rest } = job.data as { run?: string };
  const parsed = jobCatalog[name].data.safeParse(rest);
  if (!parsed.success) throw new UnrecoverableError(`job ${name} carries unexpected data: ${parsed.error.message}`);
  // The catalog's schema for this name has just accepted the data; TypeScript cannot follow a name to its handler.
  const handler = handlers[name] as (data: unknown, context: JobContext) => Promise<string>;
  return handler(parsed.data, { run, attempt: job.attemptsMade + 1, scheduled: job.repeatJobKey !== undefined });
}

/** A step that is cut short is safe: it resumes from its row, with its idempotency key. */
async function untilCancelled(signal: AbortSignal | undefined): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal?.addEventListener('abort', () => reject(new Error('handed back: the worker stops')), { once: true });
  return promise;
}

function settle(options: WorkerOptions, job: Job, outcome: 'done' | 'failed'): void {
  const { run } = job.data as { run?: string };
  if (run === undefined) return;
  countSettled(options.queues, run, outcome).catch((error: unknown) =>
    options.log.warn({ job: job.name, reason: errorMessage(error) }, 'run progress not counted'),
  );
}

function idsOf(job: Job): Record<string, unknown> {
  const { run: _, ...ids } = job.data as Record<string, unknown>;
  return ids;
}
