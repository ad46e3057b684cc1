import { enqueue, type JobHandlers, openRedis, startWorker } from '@connector/queues';
import { test, type World } from '@connector/testing';
import { describe, expect, onTestFinished, vi } from 'vitest';
import { ringWaitingWork } from '../recovery/ring-waiting-work.ts';
import { rememberPlatformAccount } from './platform-account.ts';
import { settleSeller } from './settle-seller.ts';
import {
  callsTo,
  dayMs,
  givenPendingFunds,
  givenSeller,
  minuteMs,
  movements,
  plan,
  posts,
  settle,
  settleOnce,
  statesOf,
} from './settlement-test.ts';

const waiting = async ({ queues }: World) =>
  (await queues.byName.settlement.getWaiting()).map(({ name, data }) => [name, data.shopId]);

test('the end of a month: a credit, a subscription and an extra invoice, and then the payout of what is left', async ({
  world,
}) => {
  const { accountId } = await givenSeller(world, { funds: 8_500 });
  world.stripeSimulator.given.funds({ amount: 2_000, currency: 'eur' });
  world.miraklSimulator.given.invoice({
    invoiceId: 7,
    parts: { subscription: '-39.99', otherCredits: '20.00', otherInvoices: '-5.01' },
  });
  await plan(world);
  expect(await settleOnce(world)).toBe('1 invoices settled');
  const platform = world.stripeSimulator.platform.id;
  const metadata = { miraklId: '7', miraklShopId: '2000', pluginName: 'stripe-mirakl-connector' };
  expect(world.stripeSimulator.transfers()).toMatchObject([
    { amount: 2_000, destination: accountId, metadata: { ...metadata, transferType: 'TRANSFER_EXTRA_CREDITS' } },
    { amount: 3_999, destination: platform, metadata: { ...metadata, transferType: 'TRANSFER_SUBSCRIPTION' } },
    { amount: 501, destination: platform, metadata: { ...metadata, transferType: 'TRANSFER_EXTRA_INVOICES' } },
  ]);
  expect(world.stripeSimulator.transfers(accountId)).toHaveLength(2);
  expect(world.stripeSimulator.payouts(accountId)).toMatchObject([
    { amount: 6_000, metadata: { miraklShopId: '2000', invoiceId: '7', pluginName: 'stripe-mirakl-connector' } },
  ]);
  expect(posts(world).map(({ path }) => path)).toEqual([
    ...['/v1/transfers', '/v1/transfers', '/v1/transfers', '/v1/payouts'],
  ]);
  expect(await statesOf(world, 7)).toEqual({
    ...{ EXTRA_CREDITS: 'CREATED', SUBSCRIPTION: 'CREATED', EXTRA_INVOICES: 'CREATED', PAYOUT: 'CREATED' },
  });
  expect(world.stripeSimulator.balance('eur', accountId)).toEqual({ available: 0, pending: 0 });
  expect((await movements(world)).payouts[0]?.payout_id).toBe(world.stripeSimulator.payouts()[0]?.id);
  expect(await settleOnce(world)).toBe('nothing is due');
});

describe('L24: a payout does not race the fees and credits of its invoice', () => {
  test('it waits for one that Stripe refuses, says so, and follows when that is made', async ({ world }) => {
    await givenSeller(world, { funds: 10_000 });
    world.miraklSimulator.given.invoice({ invoiceId: 7, parts: { otherCredits: '20.00', subscription: '-10.00' } });
    await plan(world);
    await expect(settleOnce(world)).rejects.toMatchObject({ code: 'operation_refused', retryable: false });
    expect(await statesOf(world, 7)).toMatchObject({
      EXTRA_CREDITS: expect.stringMatching(/^FAILED: You have insufficient available funds/),
      SUBSCRIPTION: 'CREATED',
      PAYOUT: 'ON_HOLD: TRANSFER_EXTRA_CREDITS of invoice 7 is not ready yet, status is TRANSFER_FAILED',
    });
    world.stripeSimulator.given.funds({ amount: 2_000, currency: 'eur' });
    world.clock.advance(5 * minuteMs);
    await settle(world);
    expect(await statesOf(world, 7)).toMatchObject({ EXTRA_CREDITS: 'CREATED', PAYOUT: 'CREATED' });
    expect(world.stripeSimulator.payouts()).toMatchObject([{ amount: 9_500 }]);
  });

  test('it is not made when it is not known what became of one', async ({ world }) => {
    await givenSeller(world, { funds: 100_000 });
    world.miraklSimulator.given.invoice({ invoiceId: 7, parts: { subscription: '-10.00' } });
    await plan(world);
    world.stripeSimulator.faults.add({ path: '/v1/transfers', kind: 'cut-after-effect', times: 2 });
    await expect(settleOnce(world)).rejects.toMatchObject({ code: 'stripe_unknown_outcome', retryAfterMs: 2_000 });
    expect(await statesOf(world, 7)).toMatchObject({ SUBSCRIPTION: 'PENDING', PAYOUT: 'PENDING' });
    expect(world.stripeSimulator.payouts()).toEqual([]);
    world.clock.advance(2_000);
    await settleOnce(world);
    expect(await statesOf(world, 7)).toMatchObject({ SUBSCRIPTION: 'CREATED', PAYOUT: 'CREATED' });
    expect(world.stripeSimulator.transfers()).toHaveLength(1);
  });

  test('what the seller is given pays for what he owes', async ({ world }) => {
    await givenSeller(world);
    world.stripeSimulator.given.funds({ amount: 5_000, currency: 'eur' });
    const parts = { payableOrders: '0', commissions: '0', otherCredits: '50.00', subscription: '-20.00' };
    world.miraklSimulator.given.invoice({ invoiceId: 7, parts });
    await plan(world);
    await settleOnce(world);
    expect(await statesOf(world, 7)).toMatchObject({
      EXTRA_CREDITS: 'CREATED',
      SUBSCRIPTION: 'CREATED',
      PAYOUT: 'CREATED',
    });
    expect(world.stripeSimulator.payouts()).toMatchObject([{ amount: 3_000 }]);
  });
});

test('a failed job that somebody retries by hand has what was refused tried at once', async ({ world }) => {
  await givenSeller(world, { funds: 100_000 });
  world.miraklSimulator.given.invoice({ invoiceId: 7 });
  await plan(world);
  await world.queues.byName.settlement.drain();
  const body = { error: { type: 'invalid_request_error', message: 'No, not today' } };
  world.stripeSimulator.faults.add({ path: '/v1/payouts', kind: 'answer', status: 400, body });
  const redis = await openRedis({ kind: 'single', url: world.redisUrl }, 'worker');
  const platformAccount = rememberPlatformAccount(world.stripe);
  const settleJob = (data: { shopId: number }, { attempt }: { attempt: number }) =>
    settleSeller({ ...world, platformAccount }, { ...data, attempt });
  const handlers = { 'settlement.settle-seller': settleJob } as unknown as JobHandlers;
  const worker = startWorker('settlement', { ...world, redis, handlers, concurrency: 1 });
  onTestFinished(async () => {
    await worker.close(0);
    await redis.quit();
  });
  await enqueue(world.queues, 'settlement.settle-seller', [{ shopId: 2_000 }]);
  const failed = () => world.queues.byName.settlement.getFailed();
  await vi.waitFor(async () => expect(await failed()).toMatchObject([{ failedReason: 'No, not today' }]));
  await (await failed())[0]?.retry();
  await vi.waitFor(() => expect(world.stripeSimulator.payouts()).toHaveLength(1));
});

describe('the balance of the seller is looked at before anything leaves it', () => {
  test('a payout waits for money that is pending, and that is no failure', async ({ world }) => {
    const { accountId } = await givenSeller(world, { funds: 500 });
    await givenPendingFunds(world, accountId, 8_000);
    world.miraklSimulator.given.invoice({ invoiceId: 7 });
    await plan(world);
    expect(await settleOnce(world)).toBe('1 invoices settled');
    expect((await statesOf(world, 7)).PAYOUT).toBe(
      'ON_HOLD: Balance of shop ID 2000 is too low: 85.00 EUR needed, 5.00 EUR available, 80.00 EUR pending',
    );
    world.stripeSimulator.declareAvailable();
    expect(await settleOnce(world)).toBe('nothing is due');
    world.clock.advance(5 * minuteMs);
    await settleOnce(world);
    expect((await statesOf(world, 7)).PAYOUT).toBe('CREATED');
  });

  test('a fee waits for money as well, and the payout for the fee', async ({ world }) => {
    await givenSeller(world, { funds: 900 });
    world.miraklSimulator.given.invoice({ invoiceId: 7, parts: { subscription: '-10.00' } });
    await plan(world);
    expect(await settleOnce(world)).toBe('1 invoices settled');
    expect(await statesOf(world, 7)).toMatchObject({
      SUBSCRIPTION:
        'ON_HOLD: Balance of shop ID 2000 is too low: 10.00 EUR needed, 9.00 EUR available, 0.00 EUR pending',
      PAYOUT: 'ON_HOLD: TRANSFER_SUBSCRIPTION of invoice 7 is not ready yet, status is TRANSFER_ON_HOLD',
    });
    expect(posts(world)).toEqual([]);
  });

  test('what an earlier invoice takes is not there for a later one', async ({ world }) => {
    await givenSeller(world, { funds: 10_000 });
    world.miraklSimulator.given.invoice({ invoiceId: 7 });
    world.miraklSimulator.given.invoice({ invoiceId: 8 });
    await plan(world);
    await settleOnce(world);
    expect((await statesOf(world, 7)).PAYOUT).toBe('CREATED');
    expect((await statesOf(world, 8)).PAYOUT).toMatch(/^ON_HOLD: .* 85.00 EUR needed, 15.00 EUR available/);
    expect(callsTo(world)).toMatchObject({ 'GET /v1/balance': 1, 'POST /v1/payouts': 1 });
  });

  test('money that comes in pieces over days is paid out when it is there', async ({ world }) => {
    const { accountId } = await givenSeller(world);
    world.miraklSimulator.given.invoice({ invoiceId: 7 });
    await plan(world);
    for (let day = 0; day < 5; day += 1) {
      await settle(world);
      expect(world.stripeSimulator.payouts()).toEqual([]);
      world.clock.advance(dayMs);
      world.stripeSimulator.given.funds({ amount: 1_700, currency: 'eur', account: accountId });
      await plan(world);
    }
    await settle(world);
    expect(world.stripeSimulator.payouts()).toMatchObject([{ amount: 8_500 }]);
  });
});

describe('currencies', () => {
  test.for([
    ['JPY', '1234', 1_234],
    ['KWD', '12.340', 12_340],
    ['HUF', '1045.00', 104_500],
    ['ISK', '500', 50_000],
  ] as const)('%s %s is paid out to the last unit', async ([currency, amount, minor], { world }) => {
    await givenSeller(world, { funds: 1_000_000, currency: currency.toLowerCase() });
    const parts = { payableOrders: amount, commissions: '0', subscription: '-10' };
    world.miraklSimulator.given.invoice({ invoiceId: 7, currency, parts, amountTransferred: amount });
    await plan(world);
    await settleOnce(world);
    expect(world.stripeSimulator.payouts()).toMatchObject([{ amount: minor, currency: currency.toLowerCase() }]);
    expect((await statesOf(world, 7)).SUBSCRIPTION).toBe('CREATED');
  });

  test('a payout in HUF that is no whole amount is held with the reason, and its fee is moved', async ({ world }) => {
    await givenSeller(world, { funds: 1_000_000, currency: 'huf' });
    const parts = { payableOrders: '1055.50', commissions: '0', subscription: '-10.00' };
    world.miraklSimulator.given.invoice({ invoiceId: 7, currency: 'HUF', parts });
    await plan(world);
    expect(await settleOnce(world)).toBe('1 invoices settled');
    expect(await statesOf(world, 7)).toMatchObject({
      SUBSCRIPTION: 'CREATED',
      PAYOUT: 'ON_HOLD: Amount 1045.50 HUF cannot be paid out: payouts must be whole amounts',
    });
    expect(world.stripeSimulator.payouts()).toEqual([]);
  });
});

test('an invoice that leaves the seller in debt pays nothing out: Mirakl carries it over', async ({ world }) => {
  await givenSeller(world, { funds: 1_000 });
  const parts = { payableOrders: '0', commissions: '-2.00', subscription: '-10.00' };
  world.miraklSimulator.given.invoice({ invoiceId: 7, parts });
  world.miraklSimulator.given.invoice({ invoiceId: 8, amountTransferred: '-12.00' });
  await plan(world);
  await settle(world);
  expect(await statesOf(world, 7)).toMatchObject({
    SUBSCRIPTION: 'CREATED',
    PAYOUT: 'ABORTED: Amount must be positive, input was: 0',
  });
  expect((await statesOf(world, 8)).PAYOUT).toBe('ABORTED: Amount must be positive, input was: -1200');
});

describe('work of one seller is serial', () => {
  test('L3: two workers do not settle him at once, and nothing is moved twice', async ({ world }) => {
    await givenSeller(world, { funds: 1_000_000 });
    for (const invoiceId of [7, 8, 9]) {
      world.miraklSimulator.given.invoice({ invoiceId, parts: { subscription: '-10.00' } });
    }
    await plan(world);
    const outcomes = await Promise.allSettled([1, 2, 3, 4].map(() => settleOnce(world)));
    const done = outcomes.filter((outcome) => outcome.status === 'fulfilled');
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(done.map(({ value }) => value)).toContain('3 invoices settled');
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'claimed_elsewhere', retryable: true });
    expect(callsTo(world)).toMatchObject({ 'POST /v1/transfers': 3, 'POST /v1/payouts': 3 });
  });

  test('a worker that dies leaves him to another one when its turn has run out', async ({ world }) => {
    await givenSeller(world, { funds: 1_000_000 });
    world.miraklSimulator.given.invoice({ invoiceId: 7 });
    await plan(world);
    const taken_until = new Date(world.now().getTime() + minuteMs);
    const taken_by = '00000000-0000-4000-8000-000000000000';
    await world.db.insertInto('seller_turn').values({ mirakl_shop_id: 2_000, taken_until, taken_by }).execute();
    await expect(settleOnce(world)).rejects.toMatchObject({ code: 'claimed_elsewhere', retryAfterMs: minuteMs });
    world.clock.advance(minuteMs + 1);
    expect(await settleOnce(world)).toBe('1 invoices settled');
  });

  test('an invoice in trouble lets the others go first', async ({ world }) => {
    await givenSeller(world, { funds: 1_000_000 });
    for (let invoiceId = 1; invoiceId <= 8; invoiceId += 1) world.miraklSimulator.given.invoice({ invoiceId });
    await plan(world);
    const body = { error: { type: 'api_error', message: 'Something went wrong' } };
    world.stripeSimulator.faults.add({
      ...{ path: '/v1/payouts', kind: 'answer', stored: true, status: 500, body },
      headers: { 'stripe-should-retry': 'false' },
    });
    expect(await settleOnce(world)).toBe('4 invoices settled');
    expect(await waiting(world)).toEqual([['settlement.settle-seller', 2_000]]);
    expect(await settleOnce(world)).toBe('3 invoices settled');
    expect((await statesOf(world, 1)).PAYOUT).toBe('PENDING');
    expect(await settleOnce(world)).toBe('nothing is due');
    world.clock.advance(minuteMs);
    await settleOnce(world);
    expect(world.stripeSimulator.payouts()).toHaveLength(8);
  });

  test('a rate limit stops the queue and not the row', async ({ world }) => {
    await givenSeller(world, { funds: 1_000_000 });
    world.miraklSimulator.given.invoice({ invoiceId: 7 });
    await plan(world);
    const body = { error: { type: 'invalid_request_error', code: 'rate_limit', message: 'Too many requests' } };
    world.stripeSimulator.faults.add({ path: '/v1/balance', kind: 'answer', status: 429, body });
    await expect(settleOnce(world)).rejects.toMatchObject({ pausesQueue: true });
    expect((await statesOf(world, 7)).PAYOUT).toBe('PENDING');
    expect(await settleOnce(world)).toBe('1 invoices settled');
  });
});

test('a seller with 300 invoices does not delay one with a single invoice', async ({ world }) => {
  await givenSeller(world, { shopId: 2_000, funds: 10_000_000 });
  await givenSeller(world, { shopId: 2_001, funds: 10_000_000 });
  for (let invoiceId = 1; invoiceId <= 300; invoiceId += 1) {
    world.miraklSimulator.given.invoice({ invoiceId, shopId: 2_000 });
  }
  world.miraklSimulator.given.invoice({ invoiceId: 301, shopId: 2_001 });
  await plan(world);
  await world.queues.byName.settlement.drain();
  for (const shopId of [2_000, 2_001]) await enqueue(world.queues, 'settlement.settle-seller', [{ shopId }]);
  const redis = await openRedis({ kind: 'single', url: world.redisUrl }, 'worker');
  const platformAccount = rememberPlatformAccount(world.stripe);
  const handlers = {
    'settlement.settle-seller': (data: { shopId: number }) => settleSeller({ ...world, platformAccount }, data),
  };
  const worker = startWorker('settlement', {
    ...{ redis, queues: world.queues, log: world.log, concurrency: 1 },
    handlers: handlers as unknown as JobHandlers,
  });
  onTestFinished(async () => {
    await worker.close(0);
    await redis.quit();
  });
  await vi.waitFor(() => expect(world.stripeSimulator.payouts()).toHaveLength(301), { timeout: 30_000 });
  const order = world.stripeSimulator.payouts().map(({ metadata }) => Number(metadata?.invoiceId));
  expect(order.indexOf(301)).toBeLessThan(10);
  const whale = order.filter((id) => id !== 301);
  expect(whale).toEqual(whale.toSorted((a, b) => a - b));
}, 60_000);

test('the calls for a hundred invoices are those that move money, and one look at each balance and at the platform', async ({
  world,
}) => {
  for (let shopId = 2_000; shopId < 2_100; shopId += 1) {
    await givenSeller(world, { shopId, funds: 100_000 });
    world.miraklSimulator.given.invoice({ shopId, parts: { subscription: '-10.00', otherInvoices: '-1.00' } });
  }
  await plan(world);
  expect(world.miraklSimulator.requests()).toHaveLength(1);
  const platformAccount = rememberPlatformAccount(world.stripe);
  for (let shopId = 2_000; shopId < 2_100; shopId += 1) await settleSeller({ ...world, platformAccount }, { shopId });
  expect(callsTo(world)).toEqual({
    ...{ 'GET /v1/account': 1, 'GET /v1/balance': 100, 'POST /v1/transfers': 200, 'POST /v1/payouts': 100 },
  });
});

describe('facts that are old', () => {
  test('are asked for again before money moves', async ({ world }) => {
    world.miraklSimulator.given.invoice({ invoiceId: 7 });
    await plan(world);
    await givenSeller(world, { funds: 100_000 });
    await world.queues.byName.settlement.drain();
    world.clock.advance(2 * dayMs + 1);
    await settleOnce(world);
    expect((await statesOf(world, 7)).PAYOUT).toBe('ON_HOLD: Invoice 7 was last seen on Mirakl on 2026-11-02');
    expect(await world.queues.byName.sweeps.getWaiting()).toMatchObject([{ name: 'settlement.plan-invoices' }]);
    world.miraklSimulator.changeInvoice(7, { paymentState: 'PAID' });
    await plan(world);
    await settleOnce(world);
    expect((await statesOf(world, 7)).PAYOUT).toBe('ABORTED: Invoice 7 is already paid');
  });
});

test('L8: the recovery sweep rings for sellers whose job was lost, and for what was held until now', async ({
  world,
}) => {
  await givenSeller(world);
  world.miraklSimulator.given.invoice({ invoiceId: 7 });
  await plan(world);
  await world.queues.byName.settlement.drain();
  await ringWaitingWork({ ...world, notifies: false });
  expect(await waiting(world)).toEqual([['settlement.settle-seller', 2_000]]);
  await settle(world);
  await world.queues.byName.settlement.drain();
  world.clock.advance(4 * minuteMs);
  await ringWaitingWork({ ...world, notifies: false });
  expect(await waiting(world)).toEqual([]);
  world.clock.advance(minuteMs);
  await ringWaitingWork({ ...world, notifies: false });
  expect(await waiting(world)).toEqual([['settlement.settle-seller', 2_000]]);
});
