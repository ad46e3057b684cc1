import { ConnectorError } from '@connector/kernel';
import { createLogger } from '@connector/observability';
import { type RedisServer, startRedis } from '@connector/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { enqueue } from './enqueue.ts';
import type { JobData, JobName } from './job-catalog.ts';
import { backoffMs } from './job-policy.ts';
import { keepSchedules } from './keep-schedules.ts';
import { closeQueues, openQueues, type Queues } from './open-queues.ts';
import { openRedis, type RedisConnection } from './open-redis.ts';
import { countCaused, readRunProgress } from './run-progress.ts';
import { type JobContext, type JobHandlers, startWorker } from './start-worker.ts';

let server: RedisServer;
let producer: RedisConnection;
let consumer: RedisConnection;
let queues: Queues;
let prefix = 0;

beforeAll(async () => {
  server = await startRedis();
  producer = await openRedis({ kind: 'single', url: server.url }, 'producer');
  consumer = await openRedis({ kind: 'single', url: server.url }, 'worker');
});

afterAll(async () => {
  await Promise.all([producer.quit(), consumer.quit()]);
  await server.stop();
});

beforeEach(() => {
  prefix += 1;
  queues = openQueues(producer, `test${prefix}`);
  return () => closeQueues(queues);
});

const log = createLogger({ app: 'test', level: 'silent', format: 'json' });

function serve(
  queue: 'payment-split' | 'sweeps',
  handler: (data: unknown, context: JobContext) => Promise<string>,
  concurrency = 5,
) {
  const handlers = new Proxy({} as JobHandlers, { get: () => handler });
  const worker = startWorker(queue, { redis: consumer, queues, handlers, log, concurrency });
  onTestFinished(() => worker.close(0));
  return worker;
}

const send = (transferId: number) => enqueue(queues, 'payment-split.send-transfer', [{ transferId }]);

describe('adding jobs', () => {
  test('a job that waits already is not added again, and is not counted', async () => {
    const add = (...ids: number[]) =>
      enqueue(
        queues,
        'payment-split.send-transfer',
        ids.map((transferId) => ({ transferId })),
      );
    expect(await add(1, 2)).toBe(2);
    expect(await add(2, 3, 3)).toBe(1);
    expect(await queues.byName['payment-split'].getWaitingCount()).toBe(3);
  });

  test('a job that failed for good makes room for a new one of the same data', async () => {
    serve('payment-split', () => Promise.reject(new ConnectorError('no', { code: 'refused', retryable: false })));
    await send(1);
    await vi.waitFor(async () => expect(await queues.byName['payment-split'].getFailedCount()).toBe(1));
    expect(await send(1)).toBe(1);
  });

  test('a doorbell that rings while its job runs makes it run once more, however often it rings', async () => {
    const started = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    let runs = 0;
    serve('payment-split', async () => {
      runs += 1;
      started.resolve();
      await go.promise;
      return 'done';
    });
    const ring = () => enqueue(queues, 'payment-split.release-shop', [{ shopId: 7 }]);
    await ring();
    await started.promise;
    await ring();
    await ring();
    await ring();
    go.resolve();
    await vi.waitFor(async () => expect(await queues.byName['payment-split'].getCompletedCount()).toBe(2));
    expect(runs).toBe(2);
  });
});

describe('how a job ends', () => {
  test('what cannot be mended by trying again fails at once, with its message', async () => {
    serve('payment-split', () =>
      Promise.reject(new ConnectorError('Stripe said no', { code: 'refused', retryable: false })),
    );
    await send(1);
    const failed = await vi.waitUntil(async () => (await queues.byName['payment-split'].getFailed())[0]);
    expect(failed).toMatchObject({ failedReason: 'Stripe said no', attemptsMade: 1 });
  });

  test('what may work later is tried again, and done when it works', async () => {
    let tries = 0;
    serve('payment-split', (_, { attempt }) => {
      tries = attempt;
      return attempt < 2
        ? Promise.reject(new ConnectorError('busy', { code: 'busy', retryable: true }))
        : Promise.resolve('done');
    });
    await send(1);
    await vi.waitFor(async () => expect(await queues.byName['payment-split'].getCompletedCount()).toBe(1), 5_000);
    expect(tries).toBe(2);
  });

  test('a wait that the other side asked for is no failed attempt', async () => {
    let calls = 0;
    serve('payment-split', () => {
      calls += 1;
      return calls === 1
        ? Promise.reject(new ConnectorError('later', { code: 'later', retryable: true, retryAfterMs: 50 }))
        : Promise.resolve('done');
    });
    await send(1);
    const done = await vi.waitUntil(async () => (await queues.byName['payment-split'].getCompleted())[0], 5_000);
    expect(done.attemptsMade).toBe(1);
  });

  test('a rate limit pauses the whole queue and burns no attempt', async () => {
    const startedAt: number[] = [];
    serve(
      'payment-split',
      () => {
        startedAt.push(performance.now());
        return startedAt.length === 1
          ? Promise.reject(
              new ConnectorError('slow down', { code: 'limit', retryable: true, pausesQueue: true, retryAfterMs: 300 }),
            )
          : Promise.resolve('done');
      },
      1,
    );
    await enqueue(queues, 'payment-split.send-transfer', [{ transferId: 1 }, { transferId: 2 }]);
    await vi.waitFor(async () => expect(await queues.byName['payment-split'].getCompletedCount()).toBe(2), 5_000);
    expect((startedAt[1] ?? 0) - (startedAt[0] ?? 0)).toBeGreaterThan(250);
    const jobs = await queues.byName['payment-split'].getCompleted();
    expect(jobs.map((job) => job.attemptsMade)).toEqual([1, 1]);
  });

  test('data that does not fit the catalog never reaches a handler', async () => {
    const handler = vi.fn(() => Promise.resolve('done'));
    serve('payment-split', handler);
    await queues.byName['payment-split'].add('payment-split.send-transfer', { transferId: 'all', note: 'x' });
    await queues.byName['payment-split'].add('no-such-job', {});
    await vi.waitFor(async () => expect(await queues.byName['payment-split'].getFailedCount()).toBe(2));
    expect(handler).not.toHaveBeenCalled();
  });

  test('a worker that stops hands back what it cannot finish in time', async () => {
    const started = Promise.withResolvers<void>();
    const worker = serve('payment-split', () => {
      started.resolve();
      return new Promise(() => undefined);
    });
    await send(1);
    await started.promise;
    await worker.close(10);
    const counts = await queues.byName['payment-split'].getJobCounts('active', 'waiting', 'delayed');
    expect(counts).toMatchObject({ active: 0 });
    expect((counts.waiting ?? 0) + (counts.delayed ?? 0)).toBe(1);
  });
});

test('a run knows when everything that it caused is settled, and what failed', async () => {
  const run = 'a-run';
  serve('payment-split', (data) =>
    (data as JobData<'payment-split.send-transfer'>).transferId === 2
      ? Promise.reject(new ConnectorError('no', { code: 'refused', retryable: false }))
      : Promise.resolve('done'),
  );
  serve('sweeps', async (_, context) => {
    const items = [{ transferId: 1 }, { transferId: 2 }, { transferId: 3 }];
    await enqueue(queues, 'payment-split.send-transfer', items, { run: context.run });
    return 'done';
  });
  await enqueue(queues, 'payment-split.plan-new-product-orders', [{}], { run });
  await vi.waitFor(async () => expect(await readRunProgress(queues, run)).toEqual({ caused: 4, done: 3, failed: 1 }));
  await countCaused(queues, run, 1);
  expect(await readRunProgress(queues, run)).toMatchObject({ caused: 5 });
});

describe('schedules', () => {
  const name: JobName = 'recovery.ring-waiting-work';

  test('are laid once, whoever lays them, and follow a change', async () => {
    const lay = (everyMs: number) => keepSchedules(queues, { [name]: { everyMs } }, new Date());
    await Promise.all([lay(60_000), lay(60_000)]);
    expect(await lay(60_000)).toBe(0);
    expect(await queues.byName.sweeps.getJobSchedulersCount()).toBe(1);
    expect(await lay(30_000)).toBe(1);
    expect(await queues.byName.sweeps.getJobScheduler(name)).toMatchObject({ every: 30_000 });
  });

  test('of sweeps that are switched off are taken away', async () => {
    await keepSchedules(queues, { [name]: { cron: '0 3 * * *', timeZone: 'Europe/Paris' } }, new Date());
    expect(await keepSchedules(queues, { [name]: { cron: '0 3 * * *', timeZone: 'Europe/Paris' } }, new Date())).toBe(
      0,
    );
    await keepSchedules(queues, {}, new Date());
    expect(await queues.byName.sweeps.getJobSchedulersCount()).toBe(0);
  });

  test('come back into a Redis that was emptied, and the sweeps run again', async () => {
    let rounds = 0;
    serve('sweeps', () => {
      rounds += 1;
      return Promise.resolve('done');
    });
    await keepSchedules(queues, { [name]: { everyMs: 100 } }, new Date());
    await vi.waitFor(() => expect(rounds).toBeGreaterThan(1));
    await producer.flushall();
    const before = rounds;
    expect(await keepSchedules(queues, { [name]: { everyMs: 100 } }, new Date())).toBe(1);
    await vi.waitFor(() => expect(rounds).toBeGreaterThan(before + 1), 10_000);
  });
});

test('a job knows whether somebody asked for it, and one that is put off comes back beside the next one of the schedule', async () => {
  const name: JobName = 'recovery.ring-waiting-work';
  const started: (string | undefined)[] = [];
  const putOff = new ConnectorError('too soon', { code: 'too_soon', retryable: true, retryAfterMs: 300 });
  serve('sweeps', (_, { run, attempt }) => {
    started.push(run);
    expect(attempt).toBe(1);
    return started.length === 1 ? Promise.reject(putOff) : Promise.resolve('done');
  });
  await enqueue(queues, name, [{}], { run: 'a-run' });
  await vi.waitFor(() => expect(started).toEqual(['a-run', 'a-run']));
  started.length = 0;
  await keepSchedules(queues, { [name]: { everyMs: 60_000 } }, new Date());
  await (await queues.byName.sweeps.getDelayed())[0]?.promote();
  await vi.waitFor(() => expect(started).toEqual([undefined, undefined]));
  await vi.waitFor(async () => expect(await queues.byName.sweeps.getJobCountByTypes('delayed', 'failed')).toBe(1));
});

describe('opening Redis', () => {
  test('says within the time given that nobody answers, and where, without the password', async () => {
    const target = { kind: 'single', url: 'redis://user:secret@127.0.0.1:1/0' } as const;
    const opening = openRedis(target, 'worker', { connectTimeoutMs: 300 });
    await expect(opening).rejects.toThrow(/Redis does not answer at redis:\/\/127\.0\.0\.1:1\/0 .*REDIS_URL/);
    await expect(opening).rejects.not.toThrow('secret');
  });

  test('refuses a Redis that may throw jobs away', async () => {
    await producer.config('SET', 'maxmemory-policy', 'allkeys-lru');
    onTestFinished(async () => void (await producer.config('SET', 'maxmemory-policy', 'noeviction')));
    const opening = openRedis({ kind: 'single', url: server.url }, 'worker');
    await expect(opening).rejects.toMatchObject({ code: 'redis_may_evict' });
  });
});

test('adding a job while Redis is away is an error within seconds, not a wait', async () => {
  const own = await startRedis();
  const redis = await openRedis({ kind: 'single', url: own.url }, 'producer');
  const lonely = openQueues(redis, 'lonely');
  onTestFinished(async () => {
    redis.disconnect();
    await own.stop();
  });
  await enqueue(lonely, 'onboarding.onboard-seller', [{ shopId: 1 }]);
  await own.kill();
  const startedAt = performance.now();
  await expect(enqueue(lonely, 'onboarding.onboard-seller', [{ shopId: 2 }])).rejects.toThrow();
  expect(performance.now() - startedAt).toBeLessThan(3_000);
});

test('pauses between tries double up to five minutes and are spread', () => {
  expect(backoffMs(1, () => 1)).toBe(1_000);
  expect(backoffMs(4, () => 1)).toBe(8_000);
  expect(backoffMs(30, () => 1)).toBe(300_000);
  expect(backoffMs(4, () => 0)).toBe(4_000);
});
