import { isDatabaseAway } from '@connector/database';
import { ConnectorError } from '@connector/kernel';
import { redactText } from '@connector/observability';
import { DelayedError, type Job, RateLimitError, UnrecoverableError } from 'bullmq';
import { noteHalt } from './halts.ts';
import { isJobName, jobCatalog } from './job-catalog.ts';
import type { QueueName } from './queue-names.ts';
import type { JobContext, JobHandlers, WorkerOptions } from './start-worker.ts';

/** How one try of a job ended; `retried` and `paused`: it will run again. */
export type JobOutcome = 'done' | 'failed' | 'retried' | 'paused';

/** What BullMQ gives a worker for one try. */
export type JobTry = {
  readonly queue: QueueName;
  readonly job: Job;
  readonly token: string | undefined;
  readonly signal: AbortSignal | undefined;
};

/**
 * Runs one try of a job, and gives back its outcome in a word or two. The one place that turns errors into BullMQ's words:
 * failed and visible, again after a pause, again at a moment that the other side has named, or the whole queue pauses.
 */
export async function runJob(options: WorkerOptions, tried: JobTry): Promise<string> {
  const startedAt = performance.now();
  const { job, signal } = tried;
  const observe = (outcome: JobOutcome) =>
    options.observe?.({
      name: isJobName(job.name) ? job.name : 'unknown',
      outcome,
      durationMs: performance.now() - startedAt,
    });
  try {
    const outcome = await Promise.race([handle(options.handlers, job), untilCancelled(signal)]);
    observe('done');
    return outcome;
  } catch (error) {
    hideSecrets(error);
    const verdict = await judge(options, tried, error);
    observe(verdict.outcome);
    throw verdict.error;
  }
}

/** When to come back to a ledger that is away. */
const databasePauseMs = 5_000;

type Verdict = { readonly outcome: JobOutcome; readonly error: unknown };

async function judge(options: WorkerOptions, { queue, job, token }: JobTry, error: unknown): Promise<Verdict> {
  if (isDatabaseAway(error)) return whenDatabaseIsAway(options, queue, job, error);
  if (error instanceof UnrecoverableError) return { outcome: 'failed', error };
  if (!(error instanceof ConnectorError)) return tryAgain(job, error);
  if (error.pausesQueue) {
    const pauseMs = error.retryAfterMs ?? 1_000;
    if (!error.retryable) await noteHalt(options.queues, { queue, code: error.code, message: error.message }, pauseMs);
    // Rounds have nothing in common but their queue: none is to hold up the others.
    if (queue !== 'sweeps') return pauseQueue(options, queue, error.code, pauseMs);
  }
  if (!error.retryable) {
    return { outcome: 'failed', error: Object.assign(new UnrecoverableError(error.message), { stack: error.stack }) };
  }
  if (error.retryAfterMs === undefined) return tryAgain(job, error);
  // The other side named the moment: coming back then is no failed attempt.
  await job.moveToDelayed(Date.now() + error.retryAfterMs, token);
  return { outcome: 'retried', error: new DelayedError() };
}

/** No job can do anything then, and none is to be worn out by that. Rounds come again by themselves. */
async function whenDatabaseIsAway(options: WorkerOptions, queue: QueueName, job: Job, error: unknown) {
  if (queue === 'sweeps') return tryAgain(job, error);
  return pauseQueue(options, queue, 'database_unavailable', databasePauseMs);
}

async function pauseQueue(
  { queues, log }: WorkerOptions,
  queue: QueueName,
  code: string,
  pauseMs: number,
): Promise<Verdict> {
  await queues.byName[queue].rateLimit(pauseMs);
  log.warn({ queue, code, pauseMs }, 'queue pauses');
  return { outcome: 'paused', error: new RateLimitError() };
}

/** BullMQ keeps message and stack in Redis, and Bull Board shows them. */
function hideSecrets(error: unknown): void {
  if (!(error instanceof Error)) return;
  error.message = redactText(error.message);
  if (error.stack !== undefined) error.stack = redactText(error.stack);
}

function tryAgain(job: Job, error: unknown): Verdict {
  const isLast = job.attemptsMade + 1 >= (job.opts.attempts ?? 1);
  return { outcome: isLast ? 'failed' : 'retried', error };
}

async function handle(handlers: JobHandlers, job: Job): Promise<string> {
  const { name } = job;
  if (!isJobName(name)) throw new UnrecoverableError(`no such job: ${name}`);
  const { run, ...rest } = job.data as { run?: string };
  const parsed = jobCatalog[name].data.safeParse(rest);
  if (!parsed.success) throw new UnrecoverableError(`job ${name} carries unexpected data: ${parsed.error.message}`);
  // The catalog's schema for this name has just accepted the data; TypeScript cannot follow a name to its handler.
  const handler = handlers[name] as (data: unknown, context: JobContext) => Promise<string>;
  return handler(parsed.data, { run, attempt: job.attemptsMade + 1 });
}

/** A step that is cut short is safe: it resumes from its row, with its idempotency key. */
async function untilCancelled(signal: AbortSignal | undefined): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal?.addEventListener('abort', () => reject(new Error('handed back: the worker stops')), { once: true });
  return promise;
}

/** The ids that a job carries, for the log; nothing of a job that is none of ours. */
export function idsOf(job: Job): Readonly<Record<string, unknown>> {
  const { run: _, ...ids } = job.data as Record<string, unknown>;
  return isJobName(job.name) && jobCatalog[job.name].data.safeParse(ids).success ? ids : {};
}
