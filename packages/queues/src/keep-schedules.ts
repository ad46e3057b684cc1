import { errorMessage } from '@connector/kernel';
import type { Logger } from '@connector/observability';
import { isJobName, jobCatalog, type SweepName } from './job-catalog.ts';
import type { Queues } from './open-queues.ts';

/** Every so many milliseconds, or at the times of a cron pattern in a time zone. */
export type Schedule = { readonly everyMs: number } | { readonly cron: string; readonly timeZone: string };
export type Schedules = Readonly<Partial<Record<SweepName, Schedule>>>;

/** A schedule whose next job lies this far in the past is not waiting for a busy worker; it has got lost. */
const overdueMs = 10 * 60_000;

/**
 * Makes Redis hold exactly these schedules, and gives back how many it had to lay anew. Harmless to call at any time, from
 * any number of processes: called again and again, it also brings schedules back into a Redis that was emptied.
 */
export async function keepSchedules(queues: Queues, schedules: Schedules, now: Date): Promise<number> {
  const queue = queues.byName.sweeps;
  const present = new Map((await queue.getJobSchedulers(0, -1)).map((scheduler) => [scheduler.key, scheduler]));
  let laid = 0;
  for (const [name, schedule] of Object.entries(schedules) as [SweepName, Schedule][]) {
    const found = present.get(name);
    present.delete(name);
    const waits = found?.next !== undefined && found.next > now.getTime() - overdueMs;
    if (waits && isSame(found, schedule)) continue;
    await queue.upsertJobScheduler(name, repeatOptions(schedule), { name, data: {}, opts: templateOptions(name) });
    laid += 1;
  }
  for (const name of present.keys()) await queue.removeJobScheduler(name);
  return laid;
}

/** When the schedules begin the next round of each sweep. */
export async function findNextRounds(queues: Queues): Promise<Map<SweepName, Date>> {
  const schedulers = await queues.byName.sweeps.getJobSchedulers(0, -1);
  return new Map(
    schedulers.flatMap(({ key, next }): [SweepName, Date][] =>
      isSweepName(key) && next !== undefined ? [[key, new Date(next)]] : [],
    ),
  );
}

function isSweepName(text: string): text is SweepName {
  return isJobName(text) && jobCatalog[text].queue === 'sweeps';
}

/** Looks after the schedules every `everyMs` until the returned function is called. */
export function watchSchedules(queues: Queues, schedules: Schedules, log: Logger, everyMs = 5_000): () => void {
  let stopped = false;
  let timer: NodeJS.Timeout;
  const plan = () => {
    timer = setTimeout(() => void look(), everyMs);
  };
  const look = async () => {
    try {
      const laid = await keepSchedules(queues, schedules, new Date());
      if (laid > 0) log.warn({ schedules: laid }, 'schedules laid anew');
    } catch (error) {
      log.warn({ reason: errorMessage(error) }, 'schedules not looked at');
    }
    if (!stopped) plan();
  };
  plan();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

function isSame(found: { every?: number; pattern?: string; tz?: string }, schedule: Schedule): boolean {
  return 'everyMs' in schedule
    ? Number(found.every) === schedule.everyMs
    : found.pattern === schedule.cron && found.tz === schedule.timeZone;
}

function repeatOptions(schedule: Schedule) {
  return 'everyMs' in schedule ? { every: schedule.everyMs } : { pattern: schedule.cron, tz: schedule.timeZone };
}

function templateOptions(name: SweepName) {
  return { ...jobCatalog[name].policy, backoff: { type: 'custom' } };
}
