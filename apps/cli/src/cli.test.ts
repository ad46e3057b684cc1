import { fileURLToPath } from 'node:url';
import { createEmptyDatabase, test } from '@connector/testing';
import { describe, expect, onTestFinished } from 'vitest';
import { connector, environment, readOnly, runNode, startMuteServer } from './cli-test.ts';

const bin = fileURLToPath(new URL('../bin/connector.mjs', import.meta.url));

test.for([
  [['no-such-command'], "unknown command 'no-such-command'"],
  [['retry', 'transfer', 'abc'], 'It must be a whole number.'],
  [['retry', 'transfer', '2147483648'], 'It must be a whole number.'],
  [['connector:dispatch:process-transfer', 'all'], 'It must be a whole number.'],
] as const)('%j ends with 2', async ([args, message]) => {
  const { code, output } = await connector({}, ...args);
  expect(output).toContain(message);
  expect(code).toBe(2);
});

describe('npx connector', () => {
  test('runs the command line', async () => {
    expect(await runNode({}, [bin, '--version'])).toEqual({ code: 0, output: '0.1.0\n' });
  });

  test('says on an older Node what it needs', async () => {
    const older = "Object.defineProperty(process, 'versions', { value: { node: '20.20.2' } })";
    const { code, output } = await runNode({}, ['--import', `data:text/javascript,${older}`, bin, 'status']);
    expect(code).toBe(2);
    expect(output).toContain('This is Node 20.20.2; the connector needs 24.11 or newer.');
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

test('migrate says why it could not and what to do', async ({ world }) => {
  const empty = await createEmptyDatabase();
  onTestFinished(() => empty.drop());
  const { code, output } = await connector({ ...environment(world), DATABASE_URL: readOnly(empty.url) }, 'migrate');
  expect(code).toBe(1);
  expect(output).toContain('could not be migrated: cannot execute CREATE TABLE in a read-only transaction\nMend');
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
  await connector(environment(world), 'run', 'onboarding');
  const json: unknown = JSON.parse((await connector(environment(world), 'status', '--json')).output);
  expect(json).toMatchObject({
    operations: [{ status: 'FAILED', count: 1 }],
    money: [{ total: { minor: '1234' } }],
    queues: expect.arrayContaining([
      expect.objectContaining({ name: 'sweeps', waiting: 1, oldestWaitingAt: expect.stringMatching(/^\d{4}-.+Z$/) }),
      expect.objectContaining({ name: 'onboarding', waiting: 0, oldestWaitingAt: null }),
      expect.objectContaining({ name: 'payment-split', failed: 0 }),
    ]),
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
  expect(await connector(environment(world), 'retry', 'transfer', String(failed.id))).toEqual({
    code: 0,
    output: `Transfer ${failed.id} is due now.\n`,
  });
  const { next_try_at } = await world.db
    .selectFrom('stripe_transfer')
    .select('next_try_at')
    .where('id', '=', failed.id)
    .executeTakeFirstOrThrow();
  expect(next_try_at?.getTime()).toBeLessThanOrEqual(Date.now());
  expect(await world.db.selectFrom('operation_history').select(['operation_id', 'actor']).execute()).toEqual([
    { operation_id: failed.id, actor: 'operator:cli' },
  ]);
  expect((await world.queues.byName.sweeps.getWaiting()).map(({ name }) => name)).toEqual([
    'payment-split.plan-due-product-orders',
  ]);
  const refused = await connector(environment(world), 'retry', 'transfer', String(done.id));
  expect(refused.code).toBe(1);
  expect(refused.output).toContain('only failed, held and ignored ones can');
});

test('retry takes a refund up again, a reversal like any transfer, and says what there is to retry', async ({
  world,
}) => {
  const env = environment(world);
  const refund = { amount: 1_000n, currency: 'eur', mirakl_order_id: 'O-1-A', status: 'REFUND_FAILED' };
  const { id } = await world.db
    .insertInto('stripe_refund')
    .values({ ...refund, mirakl_refund_id: '1' })
    .returning('id')
    .executeTakeFirstOrThrow();
  const reversal = await world.db
    .insertInto('stripe_transfer')
    .values({ type: 'TRANSFER_REFUND', mirakl_id: '1', status: 'TRANSFER_ON_HOLD' })
    .returning('id')
    .executeTakeFirstOrThrow();
  expect(await connector(env, 'retry', 'refund', String(id))).toEqual({
    code: 0,
    output: `Refund ${id} is due now.\n`,
  });
  expect((await connector(env, 'retry', 'transfer', String(reversal.id))).code).toBe(0);
  expect((await world.queues.byName.sweeps.getWaiting()).map(({ name }) => name).toSorted()).toEqual([
    'refunds.plan-product-refunds',
    'refunds.plan-reversals',
  ]);
  const unknown = await connector(env, 'retry', 'refund', String(id + 1));
  expect(unknown.code).toBe(1);
  expect(unknown.output).toContain('only failed, held and unconfirmed ones can');
  expect(await connector(env, 'retry', 'coffee', '1')).toEqual({
    code: 2,
    output: 'coffee is no kind of operation. There are: transfer, payout, refund\n',
  });
});

test('retry has a payout tried at once, a fee of an invoice like any transfer', async ({ world }) => {
  const env = environment(world);
  const row = { mirakl_shop_id: 2_000, amount: 100n, currency: 'eur', decided_at: new Date(), next_try_at: null };
  const { id: payout } = await world.db
    .insertInto('stripe_payout')
    .values({ ...row, status: 'PAYOUT_FAILED', mirakl_invoice_id: 7, mirakl_created_date: '2026-11-01 00:00:00' })
    .returning('id')
    .executeTakeFirstOrThrow();
  const { id: fee } = await world.db
    .insertInto('stripe_transfer')
    .values({ ...row, status: 'TRANSFER_ON_HOLD', type: 'TRANSFER_SUBSCRIPTION', mirakl_id: '7' })
    .returning('id')
    .executeTakeFirstOrThrow();
  const ring = async (kind: string, id: number) => {
    const { output } = await connector(env, 'retry', kind, String(id));
    const jobs = await world.queues.byName.settlement.getWaiting();
    await world.queues.byName.settlement.drain();
    return [output, ...jobs.map(({ name, data }) => [name, data])];
  };
  const job = ['settlement.settle-seller', { shopId: 2_000 }];
  expect(await ring('payout', payout)).toEqual([`Payout ${payout} is due now.\n`, job]);
  expect(await ring('transfer', fee)).toEqual([`Transfer ${fee} is due now.\n`, job]);
  const [output] = await ring('payout', payout + 1);
  expect(output).toContain('only failed and held ones can');
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

  test.for([
    ['REDIS_URL', 'redis://'],
    ['DATABASE_URL', 'postgres://u:p@'],
  ] as const)('also by whoever waits for a silent server at %s', async ([variable, protocol], { world }) => {
    const silent = `${protocol}${await startMuteServer()}/0`;
    const startedAt = performance.now();
    const { code, output } = await connector({ ...environment(world), [variable]: silent }, 'status');
    expect(performance.now() - startedAt).toBeLessThan(12_000);
    expect(code).toBe(1);
    expect(output).toContain('does not answer');
  });
});
