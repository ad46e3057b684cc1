import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { ConnectorError } from '@connector/kernel';
import { createLogger } from '@connector/observability';
import { makeReadOnly, test, type World } from '@connector/testing';
import { describe, expect, onTestFinished, vi } from 'vitest';
import { enqueue } from './enqueue.ts';
import { readHalts, requireNoHalt } from './halts.ts';
import { openRedis } from './open-redis.ts';
import type { QueueName } from './queue-names.ts';
import { type JobHandlers, startWorker, type WorkerOptions } from './start-worker.ts';

type Observed = Parameters<NonNullable<WorkerOptions['observe']>>[0];

/** A worker whose every job does this; what it measured and what it logged. */
async function serve(world: World, queue: QueueName, handler: (data: unknown) => Promise<string>) {
  const redis = await openRedis({ kind: 'single', url: world.redisUrl }, 'worker');
  const handlers = new Proxy({} as JobHandlers, { get: () => handler });
  const observed: Observed[] = [];
  const destination = new PassThrough();
  const worker = startWorker(queue, {
    ...{ redis, handlers, queues: world.queues, concurrency: 5 },
    log: createLogger({ app: 'test', level: 'info', format: 'json', destination }),
    observe: (job) => void observed.push(job),
  });
  onTestFinished(async () => {
    await worker.close(0);
    await redis.quit();
  });
  const outcomes = () => observed.map(({ name, outcome }) => [name, outcome]);
  const logged = () => {
    destination.end();
    return text(destination);
  };
  return { outcomes, logged };
}

const send = ({ queues }: World, ...ids: number[]) =>
  enqueue(
    queues,
    'payment-split.send-transfer',
    ids.map((transferId) => ({ transferId })),
  );
const countsOf = ({ queues }: World, queue: QueueName) =>
  queues.byName[queue].getJobCounts('waiting', 'delayed', 'completed', 'failed');
const patient = { timeout: 10_000, interval: 50 };

describe('a job that can only poison its queue', () => {
  test.for([
    ['of a name that nobody knows', 'no-such-job', {}],
    ['of a newer version, with more data', 'payment-split.send-transfer', { transferId: 1, note: 'jane@example.com' }],
    ['of an older version, with less data', 'payment-split.send-transfer', {}],
  ] as const)('%s fails at once, is counted, and the next one is done', async ([, name, data], { world }) => {
    const { outcomes, logged } = await serve(world, 'payment-split', () => Promise.resolve('sent'));
    await world.queues.byName['payment-split'].add(name, data);
    await send(world, 2);
    await vi.waitFor(async () =>
      expect(await countsOf(world, 'payment-split')).toMatchObject({ completed: 1, failed: 1 }),
    );
    const known = name === 'no-such-job' ? 'unknown' : name;
    expect(outcomes()).toContainEqual([known, 'failed']);
    expect(outcomes()).toContainEqual(['payment-split.send-transfer', 'done']);
    const lines = await logged();
    expect(lines).toContain('"msg":"job failed"');
    expect(lines).not.toContain('jane');
  });

  test('whose handler always throws is counted as failed when its tries are used up', async ({ world }) => {
    const { outcomes } = await serve(world, 'payment-split', () => Promise.reject(new TypeError('a bug')));
    await world.queues.byName['payment-split'].add(
      'payment-split.send-transfer',
      { transferId: 1 },
      { attempts: 2, backoff: { type: 'fixed', delay: 1 } },
    );
    await vi.waitFor(async () => expect(await countsOf(world, 'payment-split')).toMatchObject({ failed: 1 }), patient);
    expect(outcomes().map(([, outcome]) => outcome)).toEqual(['retried', 'failed']);
  });
});

describe('a key that was revoked', () => {
  const revoked = () =>
    Promise.reject(
      new ConnectorError('Invalid API Key provided: sk_live_abcdef123456', {
        ...{ code: 'stripe_misconfigured', retryable: false, pausesQueue: true, retryAfterMs: 300 },
      }),
    );

  test('makes its queue stand still, says so to everybody who looks, and fails no job', async ({ world }) => {
    let key = revoked as () => Promise<string>;
    const { outcomes } = await serve(world, 'payment-split', () => key());
    await requireNoHalt(world.queues);
    await send(world, 1, 2, 3);
    await vi.waitFor(
      () => expect(requireNoHalt(world.queues)).rejects.toMatchObject({ code: 'queue_halted' }),
      patient,
    );
    expect(await readHalts(world.queues)).toEqual([
      {
        queue: 'payment-split',
        code: 'stripe_misconfigured',
        message: 'Invalid API Key provided: sk_[hidden]',
      },
    ]);
    await expect(requireNoHalt(world.queues)).rejects.toThrow('payment-split cannot go on: Invalid API Key provided');
    expect(outcomes()).toContainEqual(['payment-split.send-transfer', 'paused']);
    expect(await countsOf(world, 'payment-split')).toMatchObject({ completed: 0, failed: 0 });
    key = () => Promise.resolve('sent');
    await vi.waitFor(
      async () => expect(await countsOf(world, 'payment-split')).toMatchObject({ completed: 3 }),
      patient,
    );
    const jobs = await world.queues.byName['payment-split'].getCompleted();
    expect(jobs.map(({ attemptsMade }) => attemptsMade)).toEqual([1, 1, 1]);
  });

  test('fails a round, which comes again by itself, and holds up no other round', async ({ world }) => {
    await serve(world, 'sweeps', revoked);
    await enqueue(world.queues, 'kyc.monitor-accounts', [{}]);
    await vi.waitFor(async () => expect(await countsOf(world, 'sweeps')).toMatchObject({ failed: 1 }), patient);
    expect(await world.queues.byName.sweeps.getRateLimitTtl()).toBeLessThanOrEqual(0);
    expect(await readHalts(world.queues)).toMatchObject([{ queue: 'sweeps', code: 'stripe_misconfigured' }]);
  });
});

test('a ledger that is away pauses the queue, and wears no job out', async ({ world }) => {
  const save = () => world.db.insertInto('config').values({ key: 'x', value: 'y' }).execute();
  const { outcomes } = await serve(world, 'payment-split', async () => {
    await save();
    return 'saved';
  });
  const mend = await makeReadOnly(world.databaseUrl);
  await vi.waitFor(() => expect(save()).rejects.toThrow('read-only'), patient);
  await send(world, 1);
  await vi.waitFor(() => expect(outcomes()).toContainEqual(['payment-split.send-transfer', 'paused']), patient);
  await mend();
  await vi.waitFor(async () => expect(await countsOf(world, 'payment-split')).toMatchObject({ completed: 1 }), patient);
  const [job] = await world.queues.byName['payment-split'].getCompleted();
  expect(job?.attemptsMade).toBe(1);
});
