import { describe, expect, test, vi } from 'vitest';
import { createSystem, givenPaidOrders, givenShop, type System } from './system.ts';

const patient = { timeout: 90_000, interval: 100 };

async function statuses({ db }: System) {
  const rows = await db
    .selectFrom('stripe_transfer')
    .select(({ fn }) => ['status', fn.countAll<bigint>().as('count')])
    .groupBy('status')
    .execute();
  return Object.fromEntries(rows.map(({ status, count }) => [status, Number(count)]));
}

const idsMade = ({ stripe }: System) =>
  stripe
    .transfers()
    .map((transfer) => transfer.metadata.miraklId ?? '')
    .sort();

describe('a worker is killed', () => {
  test('L1, L8: between the answer of Stripe and our record: one transfer, and the row says so', async () => {
    const system = await createSystem();
    const orders = givenPaidOrders(system, await givenShop(system), 1);
    const hold = system.stripe.faults.add({ method: 'POST', path: '/v1/transfers', kind: 'hold', at: 'after-effect' });
    await system.start('scheduler');
    const worker = await system.start('worker');
    await hold.reached;
    await worker.kill();
    hold.release();
    expect(await statuses(system)).toEqual({ TRANSFER_PENDING: 1 });
    expect(idsMade(system)).toEqual(orders);

    await system.start('worker');
    await vi.waitFor(async () => expect(await statuses(system)).toEqual({ TRANSFER_CREATED: 1 }), patient);
    expect(idsMade(system)).toEqual(orders);
  }, 120_000);

  test('again and again, while a hundred orders are split by two others', async () => {
    const system = await createSystem();
    const orders = givenPaidOrders(system, await givenShop(system), 100);
    system.stripe.faults.add({ kind: 'delay', ms: 30, times: Number.POSITIVE_INFINITY });
    await system.start('scheduler');
    await system.start('worker');
    const half = () => expect(system.stripe.transfers().length).toBeGreaterThan(30);
    const victim = await system.start('worker', { WORKER_CONCURRENCY: '5' });
    await vi.waitFor(half, patient);
    await victim.kill();
    await system.start('worker');
    await vi.waitFor(async () => expect(await statuses(system)).toEqual({ TRANSFER_CREATED: 100 }), patient);
    expect(idsMade(system)).toEqual(orders.toSorted());
  }, 120_000);
});

test('Redis is emptied in the middle: all transfers arrive, none twice', async () => {
  const system = await createSystem();
  const orders = givenPaidOrders(system, await givenShop(system), 100);
  system.stripe.faults.add({ kind: 'delay', ms: 50, times: Number.POSITIVE_INFINITY });
  await system.start('scheduler');
  await system.start('worker', { WORKER_CONCURRENCY: '4' });
  await vi.waitFor(() => expect(system.stripe.transfers().length).toBeGreaterThan(10), patient);
  await system.redis.flushall();
  // The rows are rung again when their jobs should have run; nobody has to wait for that here.
  await system.db
    .updateTable('stripe_transfer')
    .set({ next_try_at: new Date() })
    .where('status', '=', 'TRANSFER_PENDING')
    .execute();
  await vi.waitFor(async () => expect(await statuses(system)).toEqual({ TRANSFER_CREATED: 100 }), patient);
  expect(idsMade(system)).toEqual(orders.toSorted());
}, 120_000);

test('L3: two workers and overlapping sweeps split each order once', async () => {
  const system = await createSystem();
  const orders = givenPaidOrders(system, await givenShop(system), 150);
  await Promise.all([
    system.start('scheduler'),
    system.start('scheduler'),
    system.start('worker'),
    system.start('worker'),
  ]);
  await vi.waitFor(async () => expect(await statuses(system)).toEqual({ TRANSFER_CREATED: 150 }), patient);
  expect(idsMade(system)).toEqual(orders.toSorted());
}, 120_000);

test('a seller is onboarded and paid without anybody doing anything', async () => {
  const system = await createSystem();
  const shop = system.mirakl.given.shop();
  givenPaidOrders(system, shop.id, 2);
  await system.start('scheduler', { SCHEDULE_KYC_MONITOR: '1s' });
  const worker = await system.start('worker');
  await vi.waitFor(() => expect(system.stripe.accountLinks()).toHaveLength(1), patient);
  await vi.waitFor(() => expect(system.mirakl.shops()[0]?.additionalFields['stripe-url']).toMatch(/^http/), patient);
  system.stripe.completeOnboarding(system.stripe.accounts()[0]?.id ?? '');
  await vi.waitFor(async () => expect(await statuses(system)).toEqual({ TRANSFER_CREATED: 2 }), patient);
  expect(await worker.stop()).toBe(0);
}, 120_000);

describe('starting without what is needed says so within seconds and ends', () => {
  test.each([
    ['Redis', { REDIS_URL: 'redis://127.0.0.1:1' }, 'Redis does not answer at redis://127.0.0.1:1'],
    ['PostgreSQL', { DATABASE_URL: 'postgres://nobody:secret@127.0.0.1:1/x' }, 'PostgreSQL does not answer'],
    ['a key', { STRIPE_CLIENT_SECRET: '', MIRAKL_API_KEY: '' }, 'STRIPE_CLIENT_SECRET: is not set'],
  ])('%s', async (_, env, message) => {
    const system = await createSystem();
    const startedAt = performance.now();
    await expect(system.start('worker', env)).rejects.toThrow(message);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });
});
