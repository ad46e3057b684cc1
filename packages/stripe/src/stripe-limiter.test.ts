import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { openRedis } from '@connector/queues';
import { startRedis } from '@connector/testing';
import { expect, inject, onTestFinished, test } from 'vitest';
import type { StripeEndpoint } from './rate-limits.ts';
import { createStripeLimiter, type StripeLimiter, type StripeLimiterOptions } from './stripe-limiter.ts';

const transfers = 'POST /v1/transfers';
const charges = 'GET /v1/charges/:id';

/** A process of its own, as far as the limiter can tell: a connection and a limiter. */
async function pod(options: Partial<StripeLimiterOptions> & { url?: string } = {}) {
  const { url = inject('redisUrl'), ...limits } = options;
  const redis = await openRedis({ kind: 'single', url }, 'producer');
  onTestFinished(() => redis.disconnect());
  const limiter = createStripeLimiter({
    redis,
    keyPrefix: randomUUID(),
    globalPerSecond: 80,
    endpointPerSecond: 20,
    ...limits,
  });
  return { redis, limiter };
}

/** Takes `count` turns at once and notes when each came, in milliseconds. */
async function takeAtOnce(limiter: StripeLimiter, endpoint: StripeEndpoint, count: number): Promise<number[]> {
  const turns = Array.from({ length: count }, async () => {
    await limiter.take(endpoint);
    return performance.now();
  });
  return Promise.all(turns);
}

/** The most turns in any window of that length. */
function most(turns: number[], windowMs: number): number {
  const sorted = turns.toSorted((a, b) => a - b);
  return Math.max(...sorted.map((from, index) => sorted.slice(index).filter((turn) => turn < from + windowMs).length));
}

/** A second, less what an answer of Redis may be late by. */
const almostASecond = 900;

test('two processes together take no more turns in any second than one endpoint allows', async () => {
  const keyPrefix = randomUUID();
  const pods = [await pod({ keyPrefix }), await pod({ keyPrefix })];
  const startedAt = performance.now();
  const turns = await Promise.all(pods.map(({ limiter }) => takeAtOnce(limiter, transfers, 35)));
  expect(most(turns.flat(), almostASecond)).toBeLessThanOrEqual(20);
  // 70 turns at 20 a second: three full seconds, and not much more.
  const lastMs = Math.max(...turns.flat()) - startedAt;
  expect(lastMs).toBeGreaterThan(2_900);
  expect(lastMs).toBeLessThan(5_000);
});

test('neither of two processes is kept waiting for the other', async () => {
  const keyPrefix = randomUUID();
  const pods = [await pod({ keyPrefix }), await pod({ keyPrefix })];
  const [first = [], second = []] = await Promise.all(pods.map((one) => takeAtOnce(one.limiter, transfers, 40)));
  const both = [...first, ...second].toSorted((a, b) => a - b);
  const halfTime = both[both.length / 2] ?? 0;
  for (const turns of [first, second]) expect(turns.filter((turn) => turn < halfTime).length).toBeGreaterThan(5);
});

test('a burst at the end of one second and another at the start of the next do not add up', async () => {
  const { limiter } = await pod();
  const first = await takeAtOnce(limiter, transfers, 1);
  await expect.poll(() => performance.now() - (first[0] ?? 0), { interval: 10 }).toBeGreaterThan(800);
  const rest = await takeAtOnce(limiter, transfers, 39);
  expect(most([...first, ...rest], almostASecond)).toBeLessThanOrEqual(20);
});

test('all endpoints together keep to the limit of the account, while one of them waits for its own', async () => {
  const { limiter } = await pod({ globalPerSecond: 30, endpointPerSecond: 20 });
  const endpoints: StripeEndpoint[] = [transfers, charges, 'GET /v1/payment_intents/:id'];
  const turns = await Promise.all(endpoints.map((endpoint) => takeAtOnce(limiter, endpoint, 25)));
  expect(most(turns.flat(), almostASecond)).toBeLessThanOrEqual(30);
  for (const ofOne of turns) expect(most(ofOne, almostASecond)).toBeLessThanOrEqual(20);
});

test('an endpoint with a limit of its own keeps to that one', async () => {
  const { limiter } = await pod({ overrides: { [charges]: 5 } });
  const turns = await takeAtOnce(limiter, charges, 11);
  expect(most(turns, almostASecond)).toBeLessThanOrEqual(5);
});

test('those who came first go first', async () => {
  const { limiter } = await pod({ endpointPerSecond: 5 });
  const order: number[] = [];
  const turns = Array.from({ length: 12 }, async (_, index) => {
    await limiter.take(transfers);
    order.push(index);
  });
  await Promise.all(turns);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
});

test('a turn costs one Redis command, and waiting costs few', async () => {
  // Its own, because a server counts the commands of everybody.
  const server = await startRedis();
  onTestFinished(() => server.stop());
  const { redis, limiter } = await pod({ url: server.url });
  const { redis: other } = await pod({ url: server.url });
  await limiter.take(transfers);
  const commands = async () => {
    const stats = await other.call('info', 'commandstats');
    const script = /cmdstat_evalsha:calls=(\d+)/.exec(String(stats))?.[1];
    return Number(script ?? 0);
  };
  const before = await commands();
  await takeAtOnce(limiter, transfers, 10);
  expect((await commands()) - before).toBe(10);
  await takeAtOnce(limiter, transfers, 40);
  // At most one more question for each second of waiting and each of the 40 that asked at once.
  expect((await commands()) - before).toBeLessThan(10 + 40 * 2 + 10);
  expect(redis.status).toBe('ready');
});

test('a turn that does not come in time is refused, and nothing is held up for good', async () => {
  const { limiter } = await pod({ endpointPerSecond: 5, maxWaitMs: 1_000 });
  const settled = await Promise.allSettled(Array.from({ length: 40 }, () => limiter.take(transfers)));
  const refused = settled.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason);
  expect(refused.length).toBeGreaterThan(20);
  for (const reason of refused) {
    expect(reason).toMatchObject({ code: 'stripe_slow_down', kind: 'slow-down', retryable: true, pausesQueue: true });
  }
  await limiter.take(charges);
});

test('without Redis a process goes on by itself at a quarter of the pace, and shares again when Redis is back', async () => {
  const server = await startRedis();
  onTestFinished(() => server.stop());
  const { redis, limiter } = await pod({ url: server.url });
  await limiter.take(transfers);

  const closed = once(redis, 'close');
  await server.kill();
  await closed;
  const turns = await takeAtOnce(limiter, transfers, 12);
  expect(most(turns, almostASecond)).toBeLessThanOrEqual(5);

  // Not with `once`: it gives up at the first refused connection, of which there may be some on the way.
  const ready = Promise.withResolvers<void>();
  redis.once('ready', ready.resolve);
  await server.restart();
  await ready.promise;
  const back = await takeAtOnce(limiter, transfers, 20);
  expect(Math.max(...back) - Math.min(...back)).toBeLessThan(1_000);
});

test('a Redis that does not answer is not waited for', async () => {
  const server = await startRedis();
  onTestFinished(() => server.stop());
  const { limiter } = await pod({ url: server.url });
  const { redis: other } = await pod({ url: server.url });
  await limiter.take(transfers);
  await other.call('client', 'pause', '20000', 'all');
  const startedAt = performance.now();
  await limiter.take(transfers);
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});
