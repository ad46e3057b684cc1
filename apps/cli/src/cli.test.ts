import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { ConnectorError } from '@connector/kernel';
import { type JobHandlers, openRedis, queueNames, startWorker } from '@connector/queues';
import { createEmptyDatabase, startRedis, test, type World } from '@connector/testing';
import { describe, expect, onTestFinished } from 'vitest';

const main = fileURLToPath(new URL('main.ts', import.meta.url));

function environment(world: World): Record<string, string> {
  return {
    STRIPE_CLIENT_SECRET: world.stripeSimulator.apiKey,
    STRIPE_API_BASE: world.stripeSimulator.url,
    MIRAKL_HOST_NAME: world.miraklSimulator.url,
    MIRAKL_API_KEY: world.miraklSimulator.apiKey,
    OPERATOR_PASSWORD: 'correct-horse-battery',
    BASE_HOST: 'connector.example.com',
    DATABASE_URL: world.databaseUrl,
    REDIS_URL: world.redisUrl,
    QUEUE_PREFIX: world.queues.prefix,
    ENABLE_PRODUCT_PAYMENT_SPLIT: 'true',
    START_DATE: 'all',
  };
}

/** Runs the command line as a person does. */
async function connector(env: Record<string, string>, ...args: string[]) {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [main, ...args], { env: { PATH, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += String(data)));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

/** Workers on all queues of the world, whose every job does this. */
async function startWorkers(world: World, handle: (data: unknown) => Promise<string>) {
  const redis = await openRedis({ kind: 'single', url: world.redisUrl }, 'worker');
  const handlers = new Proxy({} as JobHandlers, { get: () => handle });
  const workers = queueNames.map((name) =>
    startWorker(name, { redis, queues: world.queues, handlers, log: world.log, concurrency: 2 }),
  );
  onTestFinished(async () => {
    await Promise.all(workers.map((worker) => worker.close(0)));
    await redis.quit();
  });
}

describe('run', () => {
  test('starts a workflow through the queue and does nothing itself', async ({ world }) => {
    const started = await connector(environment(world), 'run', 'payment-split');
    expect(started).toEqual({ code: 0, output: 'payment-split started\n' });
    const names = (await world.queues.byName.sweeps.getWaiting()).map((job) => job.name).toSorted();
    expect(names).toEqual(['payment-split.plan-due-product-orders', 'payment-split.plan-new-product-orders']);
    expect((await connector(environment(world), 'run', 'payment-split')).output).toBe(
      'payment-split waits or runs already\n',
    );
  });

  test('waits until everything that it caused is settled', async ({ world }) => {
    await startWorkers(world, () => Promise.resolve('done'));
    const { code, output } = await connector(environment(world), 'run', 'payment-split', '--all', '--wait');
    expect(code).toBe(0);
    expect(output).toContain('2 of 2 jobs settled');
  });

  test('ends with 1 and says what failed', async ({ world }) => {
    await startWorkers(world, () =>
      Promise.reject(new ConnectorError('Mirakl said no', { code: 'no', retryable: false })),
    );
    const { code, output } = await connector(environment(world), 'connector:sync:onboarding', '--wait');
    expect(code).toBe(1);
    expect(output).toContain('onboarding.find-shops : Mirakl said no');
  });

  test('says that no worker is there instead of waiting for it', async ({ world }) => {
    const { code, output } = await connector(environment(world), 'run', 'onboarding', '--wait', '--timeout', '20');
    expect(code).toBe(3);
    expect(output).toContain('No worker is connected');
  });

  test.for([
    ['run', 'seller-settlement'],
    ['connector:dispatch:process-payout', '2000'],
    ['run', 'something'],
  ])('%s says which workflows there are', async (args, { world }) => {
    const { code, output } = await connector(environment(world), ...args);
    expect(code).toBe(1);
    expect(output).toContain('There are: onboarding, payment-split');
  });
});

test('migrate lays out an empty database, once', async ({ world }) => {
  const empty = await createEmptyDatabase();
  onTestFinished(() => empty.drop());
  const env = { ...environment(world), DATABASE_URL: empty.url };
  expect((await connector(env, 'migrate', '--dry-run')).output).toContain('To be applied:\n  0001-legacy-tables');
  expect((await connector(env, 'status')).output).toContain('Run: connector migrate');
  expect((await connector(env, 'migrate')).output).toContain('Applied:\n  0001-legacy-tables');
  expect((await connector(env, 'migrate')).output).toBe('The database is up to date.\n');
});

test('status shows rows by state and reason, also for programs', async ({ world }) => {
  const row = { type: 'TRANSFER_PRODUCT_ORDER', mirakl_id: 'O-1-A', currency: 'jpy', amount: 1_234n };
  await world.db
    .insertInto('stripe_transfer')
    .values({ ...row, status: 'TRANSFER_FAILED', status_reason: 'No such account 7' })
    .execute();
  const { code, output } = await connector(environment(world), 'status');
  expect(code).toBe(0);
  expect(output).toMatch(/1\s+│ transfer │ FAILED\s+│ No such account …/);
  expect(output).toContain('1234 JPY');
  const json: unknown = JSON.parse((await connector(environment(world), 'status', '--json')).output);
  expect(json).toMatchObject({
    operations: [{ status: 'FAILED', count: 1 }],
    queues: [{ name: 'sweeps', failed: 0 }, {}, {}],
  });
});

test('retry makes a failed transfer due, and refuses one that is done', async ({ world }) => {
  const row = { type: 'TRANSFER_PRODUCT_ORDER', next_try_at: new Date('2030-01-01') };
  const insert = (mirakl_id: string, status: string) =>
    world.db
      .insertInto('stripe_transfer')
      .values({ ...row, mirakl_id, status })
      .returning('id')
      .executeTakeFirstOrThrow();
  const [failed, done] = [await insert('O-1-A', 'TRANSFER_FAILED'), await insert('O-2-A', 'TRANSFER_CREATED')];
  expect((await connector(environment(world), 'retry', 'transfer', String(failed.id))).code).toBe(0);
  const { next_try_at } = await world.db
    .selectFrom('stripe_transfer')
    .select('next_try_at')
    .where('id', '=', failed.id)
    .executeTakeFirstOrThrow();
  expect(next_try_at?.getTime()).toBeLessThanOrEqual(Date.now());
  const refused = await connector(environment(world), 'retry', 'transfer', String(done.id));
  expect(refused.code).toBe(1);
  expect(refused.output).toContain('only failed, held and ignored ones can');
});

describe('what is not there is said within seconds', () => {
  test.for([
    ['Redis', { REDIS_URL: 'redis://user:cAnArY@127.0.0.1:1' }, 'Redis does not answer at redis://127.0.0.1:1'],
    ['PostgreSQL', { DATABASE_URL: 'postgres://user:cAnArY@127.0.0.1:1/x' }, 'PostgreSQL does not answer'],
  ] as const)('%s', async ([, change, message], { world }) => {
    const startedAt = performance.now();
    const { code, output } = await connector({ ...environment(world), ...change }, 'run', 'onboarding');
    expect(performance.now() - startedAt).toBeLessThan(12_000);
    expect(code).toBe(1);
    expect(output).toContain(message);
    expect(output).not.toContain('cAnArY');
  });
});

describe('doctor', () => {
  const examine = (world: World, change: Record<string, string> = {}) =>
    connector({ ...environment(world), ...change }, 'doctor');

  test('finds everything in order', async ({ world }) => {
    const { code, output } = await examine(world);
    expect(output).toMatch(/\nREADY\n$/);
    expect(code).toBe(0);
  });

  test.for([
    ['a wrong key of Mirakl', { MIRAKL_API_KEY: 'wrong-cAnArY' }, '✗ Mirakl: Unauthorized'],
    ['a wrong key of Stripe', { STRIPE_CLIENT_SECRET: 'sk_test_cAnArY123456' }, '✗ Stripe: Invalid API Key'],
    ['no START_DATE', { START_DATE: '' }, '✗ Payment split: would not pay any product order'],
    [
      'a tax account without a mapping',
      { ENABLE_PAYMENT_TAX_SPLIT: 'true', STRIPE_TAX_ACCOUNT: 'acct_taxes' },
      '✗ Payment split: the tax account acct_taxes is not mapped',
    ],
    ['a Redis that is away', { REDIS_URL: 'redis://127.0.0.1:1' }, '✗ Redis: Redis does not answer'],
    [
      'a database that is away',
      { DATABASE_URL: 'postgres://u:cAnArY@127.0.0.1:1/x' },
      '✗ PostgreSQL: PostgreSQL does not answer',
    ],
    ['a variable that cannot be read', { SCHEDULE_ONBOARDING: 'often' }, '✗ SCHEDULE_ONBOARDING: must be'],
  ] as const)('finds %s', async ([, change, message], { world }) => {
    const { code, output } = await examine(world, change);
    expect(output).toContain(message);
    expect(output).toMatch(/\nNOT READY\n$/);
    expect(output).not.toContain('cAnArY');
    expect(code).toBe(1);
  });

  test('finds an additional field that is missing, and one that sellers may change', async ({ world }) => {
    world.miraklSimulator.defineShopField('stripe-url', undefined);
    world.miraklSimulator.defineShopField('stripe-ignored', { type: 'BOOLEAN', shopPermission: 'READ_WRITE' });
    const { code, output } = await examine(world);
    expect(output).toContain('✗ Mirakl: shops have no additional field stripe-url');
    expect(output).toContain('! Mirakl: sellers can change the additional field stripe-ignored');
    expect(code).toBe(1);
  });

  test('finds a database without the schema, and a Redis that may evict', async ({ world }) => {
    const [empty, redis] = [await createEmptyDatabase(), await startRedis()];
    onTestFinished(async () => {
      await redis.stop();
      await empty.drop();
    });
    const admin = await openRedis({ kind: 'single', url: redis.url }, 'producer');
    await admin.config('SET', 'maxmemory-policy', 'allkeys-lru');
    admin.disconnect();
    const { output } = await examine(world, { DATABASE_URL: empty.url, REDIS_URL: redis.url });
    expect(output).toContain('✗ PostgreSQL: lacks 3 migrations');
    expect(output).toContain('has maxmemory-policy allkeys-lru');
  });
});
