import { createMiraklClient, turnsInLedger } from '@connector/mirakl';
import { test, type World } from '@connector/testing';
import { sql } from 'kysely';
import { describe, expect } from 'vitest';
import { readCheckpoint } from '../checkpoint.ts';
import type { SplitRules } from './decide-transfer.ts';
import { planDueOrders } from './plan-due-orders.ts';
import { planNewOrders } from './plan-new-orders.ts';
import { retryTransfer } from './retry-transfer.ts';
import { sendTransfer } from './send-transfer.ts';
import type { OrderKind } from './transfer.ts';

const rules: SplitRules = { payOutPspCodes: new Set(['OPERATOR']), splitWithoutCharge: false, taxSplit: undefined };
const sweep = { renew: () => Promise.resolve() };
const hourMs = 3_600_000;

const planNew = (
  world: World,
  options: { kind?: OrderKind; startDate?: string | undefined; rules?: SplitRules } = {},
) => {
  const { kind = 'product', startDate = 'all' } = options;
  return planNewOrders({ ...world, rules: options.rules ?? rules }, { kind, startDate }, sweep);
};
const planDue = (world: World, options: { kind?: OrderKind; all?: boolean; rules?: SplitRules } = {}) =>
  planDueOrders(
    { ...world, rules: options.rules ?? rules },
    { kind: options.kind ?? 'product', all: options.all },
    sweep,
  );

async function givenShop(world: World, shopId = 2_000) {
  const account = world.stripeSimulator.given.account();
  await world.db
    .insertInto('account_mapping')
    .values({ mirakl_shop_id: shopId, stripe_account_id: account.id })
    .execute();
  return account;
}

function givenPaidOrder(
  world: World,
  {
    amount = 10_000,
    currency = 'EUR',
    ...order
  }: { amount?: number; currency?: string } & Parameters<World['miraklSimulator']['given']['productOrder']>[0] = {},
) {
  const { paymentIntentId = null } = world.stripeSimulator.given.charge({ amount, currency: currency.toLowerCase() });
  return world.miraklSimulator.given.productOrder({ currency, transactionNumber: paymentIntentId, ...order });
}

const rows = ({ db }: World) =>
  db
    .selectFrom('stripe_transfer')
    .select(['mirakl_id', 'status', 'status_reason', 'amount', 'currency', 'transaction_id'])
    .orderBy('mirakl_id')
    .execute();

const waitingJobs = async ({ queues }: World) =>
  (await queues.byName['payment-split'].getWaiting()).map((job) => job.data.transferId);

async function sendAll(world: World) {
  const pending = await world.db
    .selectFrom('stripe_transfer')
    .select('id')
    .where('status', '=', 'TRANSFER_PENDING')
    .execute();
  for (const { id } of pending) await sendTransfer(world, { transferId: id });
}

test('a new order becomes a row, a line of its story, a moved checkpoint and a job', async ({ world }) => {
  await givenShop(world);
  const order = givenPaidOrder(world, { id: 'O-1-A', shopId: 2_000 });
  expect(await planNew(world)).toBe('1 product orders read, 1 transfers new');
  expect(await rows(world)).toEqual([
    {
      mirakl_id: 'O-1-A',
      status: 'TRANSFER_PENDING',
      status_reason: null,
      amount: 8_500n,
      currency: 'eur',
      transaction_id: order.transactionNumber,
    },
  ]);
  expect(await readCheckpoint(world.db, 'product_payment_split_checkpoint')).toBe('2026-11-02T09:00:00Z');
  expect(await waitingJobs(world)).toHaveLength(1);
});

test('L19: amounts arrive exactly, also without decimals, and what a currency cannot express is held and holds up nothing else', async ({
  world,
}) => {
  await givenShop(world);
  const cases = [
    ['19.99', 'EUR', 1_999],
    ['1.15', 'EUR', 115],
    ['0.29', 'USD', 29],
    ['1135.63', 'EUR', 113_563],
    ['1234', 'JPY', 1_234],
    ['12.340', 'KWD', 12_340],
    ['12.34', 'JPY', undefined],
    ['12.345', 'KWD', undefined],
    ['10.005', 'EUR', undefined],
  ] as const;
  for (const [total, currency] of cases) {
    givenPaidOrder(world, {
      commercialId: `${currency}-${total}`,
      total,
      commission: '0',
      currency,
      shopId: 2_000,
      amount: 1_000_000,
    });
  }
  await planNew(world);
  await sendAll(world);
  const made = new Map(
    world.stripeSimulator.transfers().map((transfer) => [transfer.metadata.miraklId, transfer.amount]),
  );
  const held = new Map(
    (await rows(world))
      .filter((row) => row.status === 'TRANSFER_ON_HOLD')
      .map((row) => [row.mirakl_id, row.status_reason]),
  );
  for (const [total, currency, minor] of cases) {
    const id = `${currency}-${total}-A`;
    expect(made.get(id), id).toBe(minor);
    expect(held.get(id), id).toBe(
      minor === undefined ? `Amount ${total} ${currency} cannot be expressed in Stripe's minor units` : undefined,
    );
  }
});

describe('L5: on an empty ledger', () => {
  test('nothing is paid before the operator has said where to begin', async ({ world }) => {
    await givenShop(world);
    givenPaidOrder(world, { shopId: 2_000 });
    const outcome = await planNewOrders({ ...world, rules }, { kind: 'product', startDate: undefined }, sweep);
    expect(outcome).toContain('START_DATE is not set');
    expect(await rows(world)).toEqual([]);
    expect(world.miraklSimulator.requests()).toEqual([]);
  });

  test('only orders from that date on are looked at', async ({ world }) => {
    await givenShop(world);
    givenPaidOrder(world, { id: 'OLD-A', shopId: 2_000, createdAt: new Date('2026-10-31T23:59:59Z') });
    givenPaidOrder(world, { id: 'NEW-A', shopId: 2_000, createdAt: new Date('2026-11-01T00:00:00Z') });
    await planNew(world, { startDate: '2026-11-01T00:00:00.000Z' });
    expect((await rows(world)).map((row) => row.mirakl_id)).toEqual(['NEW-A']);
  });

  test('an order paid elsewhere is held, not paid from the balance of the platform', async ({ world }) => {
    await givenShop(world);
    world.miraklSimulator.given.productOrder({ id: 'O-1-A', shopId: 2_000, transactionNumber: 'PAYPAL-1' });
    await planNew(world);
    expect(await rows(world)).toMatchObject([
      { status: 'TRANSFER_ON_HOLD', status_reason: 'Cannot find the ID of the payment of order O-1-A' },
    ]);
  });
});

describe('pages and checkpoints', () => {
  test('orders that share one second over several pages are each found once, also when the round is repeated', async ({
    world,
  }) => {
    await givenShop(world);
    for (let i = 0; i < 250; i += 1) givenPaidOrder(world, { commercialId: `O-${i}`, shopId: 2_000 });
    await planNew(world);
    expect(await planNew(world)).toBe('250 product orders read, 0 transfers new');
    givenPaidOrder(world, { commercialId: 'LATE', shopId: 2_000 });
    expect(await planNew(world)).toBe('251 product orders read, 1 transfers new');
    expect(await rows(world)).toHaveLength(251);
    expect(await waitingJobs(world)).toHaveLength(251);
  });

  test('a page that fails leaves the checkpoint at the page before it, and the next round goes on from there', async ({
    world,
  }) => {
    await givenShop(world);
    for (let i = 0; i < 150; i += 1) {
      givenPaidOrder(world, {
        commercialId: `O-${i}`,
        shopId: 2_000,
        createdAt: new Date(Date.parse('2026-11-01T00:00:00Z') + i * 1_000),
      });
    }
    world.miraklSimulator.faults.add({
      path: '/api/orders',
      kind: 'answer',
      status: 400,
      body: { message: 'no' },
      when: ({ query }) => (query as { offset?: string }).offset === '100',
    });
    await expect(planNew(world)).rejects.toMatchObject({ code: 'mirakl_refused' });
    expect(await readCheckpoint(world.db, 'product_payment_split_checkpoint')).toBe('2026-11-01T00:01:39Z');
    expect(await rows(world)).toHaveLength(100);
    await planNew(world);
    expect(await rows(world)).toHaveLength(150);
  });

  test('two rounds over the same orders at the same time make one row and one transfer each', async ({ world }) => {
    await givenShop(world);
    for (let i = 0; i < 120; i += 1) givenPaidOrder(world, { commercialId: `O-${i}`, shopId: 2_000 });
    await Promise.all([planNew(world), planNew(world)]);
    expect(await rows(world)).toHaveLength(120);
    await Promise.allSettled([sendAll(world), sendAll(world)]);
    await sendAll(world);
    expect(world.stripeSimulator.transfers()).toHaveLength(120);
    const lines = await world.db
      .selectFrom('operation_history')
      .select('id')
      .where('from_status', 'is', null)
      .execute();
    expect(lines).toHaveLength(120);
  });
});

describe('L16: one order that is wrong stops no other', () => {
  test.for([
    ['an unknown state', { order_state: 'TELEPORTED' }, 'Unexpected value TELEPORTED of order_state'],
    ['an amount that is a word', { total_price: 'free' }, 'Unexpected value free of total_price'],
    ['no amount', { total_price: undefined }, 'Unexpected value (missing) of total_price'],
    ['no lines', { order_lines: 7 }, 'Unexpected value 7 of order_lines'],
  ] as const)('%s', async ([, raw, reason], { world }) => {
    await givenShop(world);
    givenPaidOrder(world, { id: 'BAD-A', shopId: 2_000, raw });
    givenPaidOrder(world, { id: 'GOOD-A', shopId: 2_000 });
    await planNew(world);
    expect(await rows(world)).toMatchObject([
      { mirakl_id: 'BAD-A', status: 'TRANSFER_ON_HOLD', status_reason: reason },
      { mirakl_id: 'GOOD-A', status: 'TRANSFER_PENDING' },
    ]);
    world.miraklSimulator.changeProductOrder('BAD-A', { raw: {} });
    world.clock.advance(hourMs);
    await planDue(world);
    expect(await rows(world)).toMatchObject([{ status: 'TRANSFER_PENDING', status_reason: null }, {}]);
  });

  test('an order that has gone from Mirakl', async ({ world }) => {
    givenPaidOrder(world, { id: 'GONE-A', shopId: 2_000 });
    givenPaidOrder(world, { id: 'HERE-A', shopId: 2_000 });
    await planNew(world);
    world.miraklSimulator.removeProductOrder('GONE-A');
    await givenShop(world);
    world.clock.advance(hourMs);
    await planDue(world);
    expect(await rows(world)).toMatchObject([
      { mirakl_id: 'GONE-A', status: 'TRANSFER_ON_HOLD' },
      { mirakl_id: 'HERE-A', status: 'TRANSFER_PENDING' },
    ]);
  });
});

describe('what waits is weighed again', () => {
  test('when its time has come and not before; with a pause that grows with its age', async ({ world }) => {
    givenPaidOrder(world, { id: 'O-1-A', shopId: 2_000, state: 'WAITING_ACCEPTANCE' });
    await givenShop(world);
    await planNew(world);
    const calls = () => world.miraklSimulator.requests().length;
    const before = calls();
    world.clock.advance(4 * 60_000);
    expect(await planDue(world)).toBe('no product transfer is due');
    expect(calls()).toBe(before);
    world.clock.advance(60_000);
    expect(await planDue(world)).toBe('1 product transfers weighed again, 0 ready to be sent');
    world.clock.advance(100 * hourMs);
    await planDue(world);
    const { next_try_at } = await world.db
      .selectFrom('stripe_transfer')
      .select('next_try_at')
      .executeTakeFirstOrThrow();
    expect(((next_try_at?.getTime() ?? 0) - world.now().getTime()) / hourMs).toBe(6);
    world.miraklSimulator.changeProductOrder('O-1-A', { state: 'SHIPPING' });
    expect(await planDue(world, { all: true })).toBe('1 product transfers weighed again, 1 ready to be sent');
    await sendAll(world);
    expect(world.stripeSimulator.transfers()).toHaveLength(1);
  });

  test('a hundred orders a call, and only a change of state or reason makes a line in the story', async ({ world }) => {
    for (let i = 0; i < 250; i += 1) givenPaidOrder(world, { commercialId: `O-${i}`, shopId: 2_000 });
    await planNew(world);
    const before = world.miraklSimulator.requests().length;
    world.clock.advance(hourMs);
    await planDue(world);
    expect(world.miraklSimulator.requests().length - before).toBe(3);
    expect(await world.db.selectFrom('operation_history').select('id').execute()).toHaveLength(250);
    await givenShop(world);
    world.clock.advance(hourMs);
    await planDue(world);
    expect(await world.db.selectFrom('operation_history').select('id').execute()).toHaveLength(500);
  });

  test('an order that was cancelled while its transfer could not be sent for an hour is not paid', async ({
    world,
  }) => {
    await givenShop(world);
    givenPaidOrder(world, { id: 'O-1-A', shopId: 2_000 });
    await planNew(world);
    world.miraklSimulator.changeProductOrder('O-1-A', { state: 'CANCELED' });
    world.clock.advance(hourMs);
    await planDue(world);
    expect(await rows(world)).toMatchObject([
      { status: 'TRANSFER_ABORTED', status_reason: 'Order cannot be processed, status is CANCELED' },
    ]);
  });

  test('a transfer whose call has an unknown outcome is not weighed again: it is repeated', async ({ world }) => {
    await givenShop(world);
    givenPaidOrder(world, { id: 'O-1-A', shopId: 2_000 });
    await planNew(world);
    world.stripeSimulator.faults.add({ method: 'POST', kind: 'cut-after-effect', times: 2 });
    await expect(sendAll(world)).rejects.toThrow();
    world.miraklSimulator.changeProductOrder('O-1-A', { total: '90.00' });
    world.clock.advance(hourMs);
    expect(await planDue(world)).toBe('no product transfer is due');
    await sendAll(world);
    expect(world.stripeSimulator.transfers()).toMatchObject([{ amount: 8_500 }]);
  });

  test('L9: a shop in KYC trouble for a day loses no order of that day', async ({ world }) => {
    await givenShop(world);
    await world.db.updateTable('account_mapping').set({ kyc_blocked_at: world.now() }).execute();
    givenPaidOrder(world, { id: 'O-1-A', shopId: 2_000 });
    await planNew(world);
    expect(await rows(world)).toMatchObject([
      { status: 'TRANSFER_ON_HOLD', status_reason: 'Payouts are disabled shop ID 2000' },
    ]);
    world.clock.advance(24 * hourMs);
    await world.db.updateTable('account_mapping').set({ kyc_blocked_at: null }).execute();
    await planDue(world);
    await sendAll(world);
    expect(await rows(world)).toMatchObject([{ status: 'TRANSFER_CREATED' }]);
  });

  test('a row that the old connector left behind is weighed by our rules and looked for on Stripe first', async ({
    world,
  }) => {
    const account = await givenShop(world);
    const order = givenPaidOrder(world, { id: 'O-1-A', shopId: 2_000 });
    await world.db
      .insertInto('stripe_transfer')
      .values({
        mirakl_id: 'O-1-A',
        type: 'TRANSFER_PRODUCT_ORDER',
        status: 'TRANSFER_PENDING',
        amount: 1n,
        currency: 'eur',
      })
      .execute();
    await planDue(world);
    expect(await rows(world)).toMatchObject([
      { status: 'TRANSFER_PENDING', amount: 8_500n, transaction_id: order.transactionNumber },
    ]);
    await sendAll(world);
    expect(world.stripeSimulator.transfers()).toMatchObject([{ amount: 8_500, destination: account.id }]);
    expect(
      world.stripeSimulator.requests().some(({ method, path }) => method === 'GET' && path === '/v1/transfers'),
    ).toBe(true);
  });
});

describe('service orders', () => {
  test('are split by their debits, asked for once a page', async ({ world }) => {
    await givenShop(world);
    for (let i = 0; i < 120; i += 1) {
      const { chargeId } = world.stripeSimulator.given.charge({ amount: 20_000, currency: 'eur' });
      const { id } = world.miraklSimulator.given.serviceOrder({
        commercialId: `S-${i}`,
        price: '100.00',
        options: [
          { type: 'BOOLEAN', amount: '10.10' },
          { type: 'VALUE_LIST', values: ['1.05', '2.05'] },
        ],
        taxes: ['20.00', '0.80'],
        taxMode: 'TAX_EXCLUDED',
        commission: '14.00',
      });
      world.miraklSimulator.given.debit({ orderId: id, transactionNumber: chargeId });
    }
    await planNew(world, { kind: 'service' });
    await sendAll(world);
    expect(world.stripeSimulator.transfers()).toHaveLength(120);
    expect(new Set(world.stripeSimulator.transfers().map((transfer) => transfer.amount))).toEqual(new Set([12_000]));
    const debitCalls = world.miraklSimulator.requests().filter(({ path }) => path === '/api/mms/debits');
    expect(debitCalls).toHaveLength(2);
    expect(await readCheckpoint(world.db, 'service_payment_split_checkpoint')).toBe('2026-11-02T09:00:00Z');
  });

  test('without a debit that is OK are not paid yet; refused ones never', async ({ world }) => {
    await givenShop(world);
    world.miraklSimulator.given.serviceOrder({ id: 'S-1-A' });
    world.miraklSimulator.given.serviceOrder({ id: 'S-2-A' });
    world.miraklSimulator.given.debit({ orderId: 'S-2-A', state: 'WAITING' });
    const nothing = { commission: undefined, price: {} };
    world.miraklSimulator.given.serviceOrder({ id: 'S-3-A', state: 'ORDER_EXPIRED', raw: nothing });
    world.miraklSimulator.given.serviceOrder({ id: 'S-4-A', raw: nothing });
    world.miraklSimulator.given.debit({ orderId: 'S-4-A', transactionNumber: 'ch_1' });
    await planNew(world, { kind: 'service' });
    expect(await rows(world)).toMatchObject([
      { status: 'TRANSFER_ON_HOLD', status_reason: 'Order is not ready yet, status is ORDER_ACCEPTED' },
      { status: 'TRANSFER_ON_HOLD' },
      { status: 'TRANSFER_ABORTED', status_reason: 'Order cannot be processed, status is ORDER_EXPIRED' },
      { status: 'TRANSFER_ON_HOLD', status_reason: 'Unexpected value (missing) of price.amount' },
    ]);
  });
});

test.for(['INCIDENT_OPEN', 'WAITING_REFUND', 'WAITING_REFUND_PAYMENT', 'REFUNDED'])(
  'an order with a line in the state %s was accepted and is shared as any other, taxes and all',
  async (state, { world }) => {
    await givenShop(world);
    const plain = { id: '1', state: 'SHIPPED', total: '60.00', taxes: ['5.00'], shippingTaxes: ['1.00'] };
    const lines = [plain, { ...plain, id: '2', state, total: '40.00' }];
    givenPaidOrder(world, { id: 'O-1-A', shopId: 2_000, state: 'SHIPPED', taxMode: 'TAX_EXCLUDED', lines });
    await planNew(world);
    expect(await rows(world)).toMatchObject([{ status: 'TRANSFER_PENDING', status_reason: null, amount: 9_700n }]);
  },
);

describe('the tax split', () => {
  const withTaxes: SplitRules = { ...rules, taxSplit: { accountId: 'acct_taxes' } };
  const line = { id: '1', state: 'SHIPPING', total: '100.00', taxes: ['15.50', '4.50'], shippingTaxes: ['1.00'] };

  test('L4: makes two transfers of one order that are what was due less the commission, and makes each once', async ({
    world,
  }) => {
    const seller = await givenShop(world);
    world.stripeSimulator.given.account({ id: 'acct_taxes' });
    await world.db
      .insertInto('account_mapping')
      .values({ mirakl_shop_id: 0, stripe_account_id: 'acct_taxes' })
      .execute();
    for (const id of ['O-1-A', 'O-2-A']) {
      const lines = [line, { ...line, id: '2', state: 'REFUSED' }];
      givenPaidOrder(world, { id, commercialId: id, shopId: 2_000, taxMode: 'TAX_EXCLUDED', lines, amount: 12_100 });
      await planNew(world, { rules: withTaxes });
      await sendAll(world);
      await planDue(world, { rules: withTaxes, all: true });
      await sendAll(world);
    }
    const made = world.stripeSimulator
      .transfers()
      .map(({ amount, destination, metadata }) => ({ amount, destination, id: metadata.miraklId }));
    expect(made).toHaveLength(4);
    expect(made).toEqual(
      expect.arrayContaining([
        { id: 'O-1-A', amount: 8_600, destination: seller.id },
        { id: 'O-1-A_TAX', amount: 2_000, destination: 'acct_taxes' },
        { id: 'O-2-A', amount: 8_600, destination: seller.id },
        { id: 'O-2-A_TAX', amount: 2_000, destination: 'acct_taxes' },
      ]),
    );
  });

  test('an order without taxes has nothing for the tax account', async ({ world }) => {
    await givenShop(world);
    await world.db
      .insertInto('account_mapping')
      .values({ mirakl_shop_id: 0, stripe_account_id: 'acct_taxes' })
      .execute();
    givenPaidOrder(world, { id: 'O-1-A', shopId: 2_000 });
    await planNew(world, { rules: withTaxes });
    await sendAll(world);
    expect(await rows(world)).toMatchObject([
      { mirakl_id: 'O-1-A', status: 'TRANSFER_CREATED' },
      { mirakl_id: 'O-1-A_TAX', status: 'TRANSFER_ABORTED', status_reason: 'Amount must be positive, input was: 0' },
    ]);
  });
});

test('the charge that names the commercial order is used when Mirakl knows no payment of Stripe', async ({ world }) => {
  await givenShop(world);
  const { chargeId } = world.stripeSimulator.given.charge({ amount: 10_000, currency: 'eur' });
  const mapping = { mirakl_commercial_order_id: 'O-1', stripe_amount: 10_000n };
  await world.db
    .insertInto('payment_mapping')
    .values([
      { ...mapping, stripe_charge_id: 'ch_failed', status: 'failed' },
      { ...mapping, stripe_charge_id: chargeId, status: 'captured' },
    ])
    .execute();
  world.miraklSimulator.given.productOrder({
    id: 'O-1-A',
    commercialId: 'O-1',
    shopId: 2_000,
    transactionNumber: 'OUR-REF',
  });
  await planNew(world);
  expect(await rows(world)).toMatchObject([{ status: 'TRANSFER_PENDING', transaction_id: chargeId }]);
});

describe('a person who asks for a transfer', () => {
  const actor = 'operator:test';

  test('brings back one that was ignored, and the story says who it was', async ({ world }) => {
    await givenShop(world);
    await world.db.updateTable('account_mapping').set({ ignored: true }).execute();
    givenPaidOrder(world, { id: 'O-1-A', shopId: 2_000 });
    await planNew(world);
    expect(await rows(world)).toMatchObject([{ status: 'TRANSFER_IGNORED', status_reason: 'Shop 2000 is ignored' }]);
    await world.db.updateTable('account_mapping').set({ ignored: false }).execute();
    world.clock.advance(hourMs);
    expect(await planDue(world)).toBe('no product transfer is due');

    const { id } = await world.db.selectFrom('stripe_transfer').select('id').executeTakeFirstOrThrow();
    await retryTransfer(world, { transferId: id, actor });
    await planDue(world);
    await sendAll(world);
    expect(await rows(world)).toMatchObject([{ status: 'TRANSFER_CREATED' }]);
    const story = await world.db.selectFrom('operation_history').select(['actor', 'to_status']).orderBy('id').execute();
    expect(story[1]).toEqual({ actor, to_status: 'TRANSFER_ON_HOLD' });
  });

  test('cannot ask for one that is done', async ({ world }) => {
    await givenShop(world);
    givenPaidOrder(world, { id: 'O-1-A', shopId: 2_000 });
    await planNew(world);
    await sendAll(world);
    const { id } = await world.db.selectFrom('stripe_transfer').select('id').executeTakeFirstOrThrow();
    await expect(retryTransfer(world, { transferId: id, actor })).rejects.toMatchObject({
      code: 'transfer_not_retriable',
    });
  });
});

describe('L34: a large marketplace', () => {
  test('is read a hundred orders a page', async ({ world }) => {
    for (let i = 0; i < 250; i += 1) givenPaidOrder(world, { commercialId: `O-${i}`, shopId: 2_000 });
    await planNew(world);
    expect(world.miraklSimulator.requests().map(({ query }) => (query as { max?: string }).max)).toEqual([
      '100',
      '100',
      '100',
    ]);
  });

  test('does not make looking for due rows slow: that goes by an index', async ({ world }) => {
    const plan = await world.db.transaction().execute(async (trx) => {
      // Few rows are quicker to read whole; the planner is asked what it would do with many.
      await sql`set local enable_seqscan = off`.execute(trx);
      const { rows: lines } = await sql<{ 'QUERY PLAN': string }>`
        explain select id from stripe_transfer
        where type = 'TRANSFER_PRODUCT_ORDER' and next_try_at <= now() and status in ('TRANSFER_ON_HOLD', 'TRANSFER_FAILED')
        order by next_try_at nulls first limit 5000`.execute(trx);
      return lines.map((line) => line['QUERY PLAN']).join('\n');
    });
    expect(plan).toContain('stripe_transfer_due');
  });

  test('is asked for orders no more often than its contract allows, over all processes', async ({ world }) => {
    const mirakl = createMiraklClient({
      baseUrl: world.miraklSimulator.url,
      auth: { scheme: 'key', apiKey: world.miraklSimulator.apiKey },
      takeTurn: turnsInLedger(world.db, world.now),
      log: world.log,
    });
    const other = { ...world, mirakl };
    await planNew(other);
    await expect(planNew(other)).rejects.toMatchObject({ code: 'mirakl_too_soon', retryable: true });
    world.clock.advance(60_000);
    await planNew(other);
  });
});
