import type { Config } from '@connector/config';
import { closeQueues, openQueues, openRedis, type Queues, queueNames } from '@connector/queues';
import type { Finding } from './finding.ts';

const subject = 'Redis';

/** BullMQ's recommendation. Valkey names the version of Redis that it is compatible with. */
const recommended = { major: 6, minor: 2 };
/** A sweep that should have begun so long ago waits for nobody. */
const overdueMs = 10 * 60_000;

/** Whether Redis answers, keeps jobs whatever its memory and is new enough; then whether somebody works with it. */
export async function checkRedis(config: Config): Promise<Finding[]> {
  const redis = await openRedis(config.redis, 'producer');
  const queues = openQueues(redis, config.queuePrefix);
  try {
    const version = /^redis_version:(\S+)/m.exec(await redis.info('server'))?.[1];
    const answers: Finding = {
      level: 'good',
      subject,
      text: `answers (${version ?? 'unknown version'}), and does not evict`,
    };
    return [answers, ...checkVersion(version), await checkSchedules(queues), await checkWorkers(queues)];
  } finally {
    await closeQueues(queues);
    redis.disconnect();
  }
}

function checkVersion(version: string | undefined): Finding[] {
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
  if (version === undefined || major > recommended.major) return [];
  if (major === recommended.major && minor >= recommended.minor) return [];
  const hint = `Bring Redis to ${recommended.major}.${recommended.minor} or newer.`;
  return [{ level: 'warning', subject, text: `${version} is old`, hint }];
}

async function checkSchedules(queues: Queues): Promise<Finding> {
  const subjectOfSweeps = 'Sweeps';
  const hint = 'pnpm start:scheduler starts the scheduler.';
  const schedules = await queues.byName.sweeps.getJobSchedulers(0, -1);
  if (schedules.length === 0) return { level: 'note', subject: subjectOfSweeps, text: 'none is scheduled yet', hint };
  const late = schedules
    .filter(({ next }) => next !== undefined && next < Date.now() - overdueMs)
    .map(({ key }) => key);
  if (late.length === 0) return { level: 'good', subject: subjectOfSweeps, text: `${schedules.length} on schedule` };
  return { level: 'warning', subject: subjectOfSweeps, text: `should have begun long ago: ${late.join(', ')}`, hint };
}

async function checkWorkers(queues: Queues): Promise<Finding> {
  const counts = await Promise.all(queueNames.map((name) => queues.byName[name].getWorkersCount()));
  const unserved = queueNames.filter((_, index) => counts[index] === 0);
  if (unserved.length === 0) return { level: 'good', subject: 'Workers', text: 'every queue has one' };
  const text = `none is connected to ${unserved.join(', ')}`;
  return { level: 'note', subject: 'Workers', text, hint: 'pnpm start:worker starts one for all queues.' };
}
