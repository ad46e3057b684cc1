import { randomUUID } from 'node:crypto';
import { createDatabase, type Database } from '@connector/database';
import { createMiraklClient, type MiraklClient } from '@connector/mirakl';
import { createLogger, type Logger } from '@connector/observability';
import { closeQueues, openQueues, openRedis, type Queues, type RedisConnection } from '@connector/queues';
import {
  type MiraklSimulator,
  type StripeSimulator,
  startMiraklSimulator,
  startStripeSimulator,
} from '@connector/simulator';
import { createStripeClient, createStripeLimiter, type StripeClient } from '@connector/stripe';
import { inject, test as vitest } from 'vitest';
import { createTestDatabase } from './create-test-database.ts';
import { createTestClock, type TestClock } from './test-clock.ts';

/** Everything a step touches, real and its own: a ledger, queues, both simulators over HTTP, a clock that can be turned. */
export type World = {
  readonly db: Database;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly redis: RedisConnection;
  readonly queues: Queues;
  readonly mirakl: MiraklClient;
  readonly stripe: StripeClient;
  readonly miraklSimulator: MiraklSimulator;
  readonly stripeSimulator: StripeSimulator;
  readonly clock: TestClock;
  readonly now: () => Date;
  readonly log: Logger;
  readonly version: string;
  close(): Promise<void>;
};

/** A world for one test. Only within vitest, whose global setup starts the servers. */
export async function createWorld(): Promise<World> {
  const clock = createTestClock();
  const { url: databaseUrl, drop } = await createTestDatabase();
  const redisUrl = inject('redisUrl');
  const prefix = `world-${randomUUID()}`;
  const redis = await openRedis({ kind: 'single', url: redisUrl }, 'producer');
  const log = createLogger({ app: 'test', level: 'silent', format: 'json' });
  const [miraklSimulator, stripeSimulator] = await Promise.all([
    startMiraklSimulator({ clock: clock.now }),
    startStripeSimulator({ clock: clock.now }),
  ]);
  const limiter = createStripeLimiter({ redis, keyPrefix: prefix, globalPerSecond: 10_000, endpointPerSecond: 10_000 });
  const version = '0.0.0-test';
  const world = {
    db: createDatabase({ url: databaseUrl, poolSize: 8 }),
    databaseUrl,
    redisUrl,
    redis,
    queues: openQueues(redis, prefix),
    mirakl: createMiraklClient({
      baseUrl: miraklSimulator.url,
      auth: { scheme: 'key', apiKey: miraklSimulator.apiKey },
      clock: clock.now,
      requestsPerSecond: 1_000,
      log,
    }),
    stripe: createStripeClient({
      apiKey: stripeSimulator.apiKey,
      apiBase: stripeSimulator.url,
      limiter,
      log,
      version,
    }),
    miraklSimulator,
    stripeSimulator,
    clock,
    now: clock.now,
    log,
    version,
  };
  return {
    ...world,
    async close() {
      await closeQueues(world.queues);
      await redis.quit();
      await world.db.destroy();
      await Promise.all([miraklSimulator.close(), stripeSimulator.close()]);
      await drop();
    },
  };
}

/** Vitest's `test`, with a world of its own for each test. */
export const test = vitest.extend<{ world: World }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern what a fixture builds on
  world: async ({}, use) => {
    const world = await createWorld();
    await use(world);
    await world.close();
  },
});
