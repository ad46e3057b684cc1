import { keepSchedules, openRedis } from '@connector/queues';
import { createEmptyDatabase, startRedis, test, type World } from '@connector/testing';
import { startMailServer } from '@connector/testing/mail-server';
import { describe, expect, onTestFinished } from 'vitest';
import { connector, environment, readOnly, registerWebhooks, startMuteServer, startWorkers } from './cli-test.ts';

const mailThrough = (dsn: string) => ({
  MAILER_DSN: dsn,
  TECHNICAL_ALERT_EMAIL: 'operator@example.com',
  TECHNICAL_ALERT_EMAIL_FROM: 'connector@example.com',
});

describe('doctor', () => {
  const examine = (world: World, change: Record<string, string> = {}) => {
    registerWebhooks(world);
    return connector({ ...environment(world), ...change }, 'doctor');
  };

  test('finds everything in order', async ({ world }) => {
    const { code, output } = await examine(world);
    expect(output).toMatch(/\nREADY\n$/);
    expect(code).toBe(0);
    expect(output).toContain('· STRIPE_SELLERS_WEBHOOK_SECRET: is not set and has no default (only the api needs it)');
    expect(output).toContain('✓ Webhooks: https://connector.example.com/api/public/webhook/sellers is sent what');
    expect(output).toContain('· Accounts: no shop has one yet');
    expect(output).toContain('· Sweeps: none is scheduled yet');
    expect(output).toContain('· Mail: is off');
    expect(output).toContain('· Notifications: are off');
    expect(output).toContain('· Workers: none is connected to sweeps, onboarding, kyc');
  });

  test('sees who is at work, also for programs', async ({ world }) => {
    await keepSchedules(world.queues, { 'onboarding.find-shops': { everyMs: 60_000 } }, new Date());
    await startWorkers(world, () => Promise.resolve('done'));
    registerWebhooks(world);
    const { code, output } = await connector(environment(world), 'doctor', '--json');
    const json: unknown = JSON.parse(output);
    expect(code).toBe(0);
    expect(json).toMatchObject({
      verdict: 'READY',
      findings: expect.arrayContaining([
        { level: 'good', subject: 'Sweeps', text: '1 on schedule' },
        { level: 'good', subject: 'Workers', text: 'every queue has one' },
      ]),
    });
  });

  test('warns and is ready all the same', async ({ world }) => {
    const { code, output } = await examine(world, { ENABLE_PRODUCT_PAYMENT_SPLIT: 'false' });
    expect(output).toContain('! Payment split: is switched off\n    → Set ENABLE_PRODUCT_PAYMENT_SPLIT');
    expect(output).toMatch(/\nREADY WITH WARNINGS\n$/);
    expect(code).toBe(0);
  });

  test('logs in to the mail server, and wants notifications signed', async ({ world }) => {
    const server = await startMailServer({ login: { username: 'connector', password: 'tr0ub4dor' } });
    onTestFinished(() => server.close());
    const { output } = await examine(world, {
      ...mailThrough(`smtp://connector:tr0ub4dor@${server.host}:${server.port}`),
      OPERATOR_NOTIFICATION_URL: 'https://operator.example.com/hooks',
    });
    expect(output).toContain(`✓ Mail: ${server.host}:${server.port} lets us in`);
    expect(output).toContain('! Notifications: are not signed\n    → Set OPERATOR_NOTIFICATION_SECRET');
    expect(server.mails()).toEqual([]);
  });

  test('gives up on servers that say nothing, and ends', async ({ world }) => {
    const silent = await startMuteServer();
    const startedAt = performance.now();
    const { code, output } = await examine(world, {
      DATABASE_URL: `postgres://u:p@${silent}/x`,
      REDIS_URL: `redis://${silent}`,
      MIRAKL_HOST_NAME: `http://${silent}`,
      STRIPE_API_BASE: `http://${silent}`,
    });
    expect(performance.now() - startedAt).toBeLessThan(20_000);
    expect(code).toBe(1);
    for (const subject of ['PostgreSQL', 'Redis', 'Mirakl', 'Stripe']) expect(output).toContain(`✗ ${subject}: `);
  });

  test('never prints a secret', async ({ world }) => {
    const secret = 'sk_test_cAnArY123456';
    const { output } = await examine(world, {
      STRIPE_CLIENT_SECRET: secret,
      MIRAKL_API_KEY: secret,
      OPERATOR_PASSWORD: secret,
      STRIPE_SELLERS_WEBHOOK_SECRET: secret,
      OPERATOR_NOTIFICATION_SECRET: secret,
      DATABASE_URL: `${world.databaseUrl.replace(/\/\/[^@]*@/, `//nobody:${secret}@`)}`,
      REDIS_URL: world.redisUrl.replace('//', `//nobody:${secret}@`),
    });
    expect(output).toMatch(/\nNOT READY\n$/);
    expect(output).not.toContain('cAnArY');
  });

  test.for([
    ['a wrong key of Mirakl', { MIRAKL_API_KEY: 'wrong-cAnArY' }, '✗ Mirakl: Unauthorized'],
    ['a wrong key of Stripe', { STRIPE_CLIENT_SECRET: 'sk_test_cAnArY123456' }, '✗ Stripe: Invalid API Key'],
    ['no START_DATE', { START_DATE: '' }, '✗ Payment split: would not pay any product order'],
    ['no START_DATE for invoices', { START_DATE: '' }, '✗ Settlement: would not pay out any invoice'],
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
    ['a mail server that is away', mailThrough('smtp://u:cAnArY@127.0.0.1:1'), '✗ Mail: Mail cannot be sent through'],
    ['a variable that cannot be read', { SCHEDULE_ONBOARDING: 'often' }, '✗ SCHEDULE_ONBOARDING: must be'],
  ] as const)('finds %s', async ([, change, message], { world }) => {
    const { code, output } = await examine(world, change);
    expect(output).toContain(message);
    expect(output).toMatch(/\nNOT READY\n$/);
    expect(output).not.toContain('cAnArY');
    expect(code).toBe(1);
  });

  test('finds an additional field that is missing, one of another type, and one that sellers may change', async ({
    world,
  }) => {
    world.miraklSimulator.defineShopField('stripe-url', undefined);
    world.miraklSimulator.defineShopField('stripe-ignored', { type: 'STRING', shopPermission: 'READ_WRITE' });
    const { code, output } = await examine(world);
    expect(output).toContain('✗ Mirakl: shops have no additional field stripe-url');
    expect(output).toContain('! Mirakl: sellers can change the additional field stripe-ignored');
    expect(output).toContain('! Mirakl: the additional field stripe-ignored is of type STRING instead of BOOLEAN');
    expect(code).toBe(1);
  });

  test('finds a ledger that takes no writes', async ({ world }) => {
    const { code, output } = await examine(world, { DATABASE_URL: readOnly(world.databaseUrl) });
    expect(output).toContain('✗ PostgreSQL: the role may not write');
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
    expect(output).toMatch(/✗ PostgreSQL: lacks \d+ migrations: 0001/);
    expect(output).toContain('has maxmemory-policy allkeys-lru');
  });
});
