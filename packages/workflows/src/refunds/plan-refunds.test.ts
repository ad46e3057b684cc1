import { test, type World } from '@connector/testing';
import { describe, expect } from 'vitest';
import {
  givenPaidOrder,
  givenPaidService,
  givenPayment,
  hourMs,
  jobs,
  minuteMs,
  onlyRefund,
  onlyReversal,
  plan,
  refunds,
  reversals,
  sendAll,
  split,
  storyOf,
} from './refunds-test.ts';

const seen = async (world: World) =>
  (await refunds(world)).map((row) => [row.mirakl_refund_id, row.status, row.status_reason]);

test('a refund that Mirakl waits for becomes a row, a line of its story and a job; the seller’s share waits for it', async ({
  world,
}) => {
  const { orderId } = await givenPaidOrder(world);
  world.miraklSimulator.given.refund({ orderId, id: '1110' });
  expect(await plan(world)).toBe('1 product refunds listed, 1 new, 0 weighed again');
  const refund = await onlyRefund(world);
  expect(refund).toMatchObject({
    ...{ type: 'REFUND_PRODUCT_ORDER', status: 'REFUND_PENDING', status_reason: null },
    ...{ amount: 1_000n, currency: 'eur', mirakl_refund_id: '1110', mirakl_order_id: 'O-1-A' },
    ...{ mirakl_commercial_order_id: 'O-1', mirakl_order_line_id: 'O-1-A-1', mirakl_shop_id: 2_000 },
    look_up_first: false,
  });
  expect(await storyOf(world, 'refund', refund.id)).toEqual(['REFUND_PENDING']);
  expect(await jobs(world)).toEqual([['refunds.send-refund', { refundId: refund.id }]]);
  expect(await onlyReversal(world)).toMatchObject({
    ...{ mirakl_id: '1110', status: 'TRANSFER_ON_HOLD', status_reason: 'Refund 1110 has yet to be validated' },
    ...{ amount: null, mirakl_shop_id: 2_000, mirakl_commercial_order_id: 'O-1' },
  });
});

test('a refund of a service belongs to the shop of its order’s transfer', async ({ world }) => {
  const { orderId } = await givenPaidService(world, { shopId: 2_000, payOutPsp: 'OPERATOR' });
  await split(world, { kind: 'service' });
  world.miraklSimulator.given.refund({ orderId, id: '7' });
  await plan(world, { kind: 'service' });
  expect(await onlyRefund(world)).toMatchObject({
    ...{ type: 'REFUND_SERVICE_ORDER', status: 'REFUND_PENDING', amount: 1_000n, mirakl_order_id: 'S-1-A' },
    ...{ mirakl_commercial_order_id: 'S-1', mirakl_order_line_id: null, mirakl_shop_id: 2_000 },
  });
});

test('several refunds of one line and of several lines are a row each, also when the round is repeated', async ({
  world,
}) => {
  const line = { id: 'L-1', state: 'SHIPPED', total: '50.00', taxes: [], shippingTaxes: [] };
  const { orderId } = await givenPaidOrder(world, { lines: [line, { ...line, id: 'L-2' }] });
  for (const [id, lineId] of [
    ['1', 'L-1'],
    ['2', 'L-1'],
    ['3', 'L-2'],
  ] as const) {
    world.miraklSimulator.given.refund({ orderId, id, lineId });
  }
  await Promise.all([plan(world), plan(world)]);
  await plan(world);
  expect((await refunds(world)).map((row) => [row.mirakl_refund_id, row.mirakl_order_line_id])).toEqual([
    ['1', 'L-1'],
    ['2', 'L-1'],
    ['3', 'L-2'],
  ]);
  expect(await reversals(world)).toHaveLength(3);
  expect(await jobs(world)).toHaveLength(3);
});

test('L16: an order with thousands of refunds is no more than many rows', async ({ world }) => {
  const { orderId } = await givenPaidOrder(world);
  for (let id = 1; id <= 4_500; id += 1)
    world.miraklSimulator.given.refund({ orderId, id: String(id), amount: '0.01' });
  expect(await plan(world)).toBe('4500 product refunds listed, 4500 new, 0 weighed again');
  expect(await refunds(world)).toHaveLength(4_500);
  expect(await reversals(world)).toHaveLength(4_500);
});

describe('L16: one refund that is wrong stops no other', () => {
  test.for([
    [
      'more decimals than the currency has',
      'JPY',
      '10.5',
      "Amount 10.5 JPY cannot be expressed in Stripe's minor units",
    ],
    ['three decimals', 'EUR', '10.005', "Amount 10.005 EUR cannot be expressed in Stripe's minor units"],
    ['the last of three decimals', 'KWD', '1.234', "Amount 1.234 KWD cannot be expressed in Stripe's minor units"],
  ] as const)('%s', async ([, currency, amount, reason], { world }) => {
    const bad = await givenPaidOrder(world, { id: 'BAD-A', commercialId: 'BAD', currency });
    const good = await givenPaidOrder(world, { id: 'GOOD-A', commercialId: 'GOOD' });
    world.miraklSimulator.given.refund({ orderId: bad.orderId, id: '1', amount });
    world.miraklSimulator.given.refund({ orderId: good.orderId, id: '2' });
    await plan(world);
    expect(await seen(world)).toEqual([
      ['1', 'REFUND_ON_HOLD', reason],
      ['2', 'REFUND_PENDING', null],
    ]);
    // The old schema wants an amount: there is none until Mirakl says one that can be paid.
    expect((await refunds(world))[0]).toMatchObject({ amount: 0n, currency: currency.toLowerCase() });
  });

  test('one that cannot be read at all is held by its name, with no amount in no currency', async ({ world }) => {
    const { orderId } = await givenPaidOrder(world);
    world.miraklSimulator.given.refund({ orderId, id: '1' });
    world.miraklSimulator.given.refund({ orderId, id: '2' });
    const order = { order_id: 'O-1-A', order_commercial_id: 'O-1', shop_id: '2000', currency_iso_code: 'EUR' };
    const refund = [{ id: '1', amount: 'ten' }, { id: '2', amount: 10 }, { amount: 10 }];
    const body = { orders: { order: [{ ...order, order_lines: { order_line: [{ refunds: { refund } }] } }] } };
    world.miraklSimulator.faults.add({ path: '/api/payment/refund', kind: 'answer', status: 200, body });
    await plan(world);
    expect(await seen(world)).toEqual([
      ['1', 'REFUND_ON_HOLD', 'Unexpected value ten of refund.amount'],
      ['2', 'REFUND_PENDING', null],
    ]);
    expect((await refunds(world))[0]).toMatchObject({ amount: 0n, currency: 'xxx', mirakl_order_id: 'O-1-A' });

    world.clock.advance(5 * minuteMs);
    await plan(world);
    expect((await refunds(world))[0]).toMatchObject({ status: 'REFUND_PENDING', amount: 1_000n, currency: 'eur' });
  });

  test('a currency or a state that we do not know', async ({ world }) => {
    const odd = await givenPaidOrder(world, { currency: 'gold' });
    world.miraklSimulator.given.refund({ orderId: odd.orderId, id: '1' });
    await plan(world);
    const service = { id: '2', order_id: 'S-1-A', amount: 5, currency_code: 'EUR', state: 'DOUBTED' };
    const fault = { path: '/api/mms/refunds', kind: 'answer', status: 200, body: { data: [service] } } as const;
    world.miraklSimulator.faults.add(fault);
    await plan(world, { kind: 'service' });
    expect(await seen(world)).toEqual([
      ['1', 'REFUND_ON_HOLD', 'Unexpected value gold of currency_iso_code'],
      ['2', 'REFUND_ON_HOLD', 'Unexpected value DOUBTED of state'],
    ]);
  });
});

test('an amount that is not positive is never paid back', async ({ world }) => {
  const { orderId } = await givenPaidOrder(world);
  world.miraklSimulator.given.refund({ orderId, id: '1', amount: '0' });
  await plan(world);
  expect(await seen(world)).toEqual([['1', 'REFUND_ABORTED', 'Amount must be positive, input was: 0']]);
});

describe('the payment to be refunded', () => {
  test('that nobody knows holds the refund until it is known', async ({ world }) => {
    const { id: orderId } = world.miraklSimulator.given.productOrder({ id: 'O-1-A', commercialId: 'O-1' });
    world.miraklSimulator.given.refund({ orderId, id: '1' });
    await plan(world);
    const held = ['1', 'REFUND_ON_HOLD', 'Cannot find the ID of the payment to be refunded'];
    expect(await seen(world)).toEqual([held]);
    await givenPayment(world, 'O-1');
    world.clock.advance(4 * minuteMs);
    await plan(world);
    expect(await seen(world)).toEqual([held]);
    world.clock.advance(minuteMs);
    expect(await plan(world)).toBe('1 product refunds listed, 0 new, 1 weighed again');
    expect(await seen(world)).toEqual([['1', 'REFUND_PENDING', null]]);
  });

  test('is that which Mirakl names, also while the seller’s transfer has to wait', async ({ world }) => {
    const { chargeId } = world.stripeSimulator.given.charge({ amount: 10_000, currency: 'eur' });
    const order = { id: 'O-1-A', commercialId: 'O-1', transactionNumber: chargeId };
    const { id: orderId } = world.miraklSimulator.given.productOrder(order);
    await split(world);
    world.miraklSimulator.given.refund({ orderId, id: '1' });
    await plan(world);
    await sendAll(world);
    expect(world.stripeSimulator.refunds()).toMatchObject([{ charge: chargeId, amount: 1_000 }]);
  });

  test('is looked for now, not when its time has come, if all that waits is asked for', async ({ world }) => {
    const { id: orderId } = world.miraklSimulator.given.productOrder({ id: 'O-1-A', commercialId: 'O-1' });
    world.miraklSimulator.given.refund({ orderId, id: '1' });
    await plan(world);
    await givenPayment(world, 'O-1');
    await plan(world, { all: true });
    expect(await seen(world)).toEqual([['1', 'REFUND_PENDING', null]]);
  });
});

describe('a refund that is no longer listed', () => {
  test('and was not sent in time is held, not paid back: somebody else may have done it', async ({ world }) => {
    const { orderId } = await givenPaidOrder(world);
    const { id } = world.miraklSimulator.given.refund({ orderId, id: '1' });
    await plan(world);
    world.miraklSimulator.changeRefund(id, { state: 'REFUNDED' });
    world.clock.advance(20 * minuteMs);
    await plan(world);
    expect(await seen(world)).toEqual([['1', 'REFUND_PENDING', null]]);
    world.clock.advance(20 * minuteMs);
    await plan(world);
    expect(await seen(world)).toEqual([['1', 'REFUND_ON_HOLD', 'Refund 1 is not awaited on Mirakl']]);
    await sendAll(world);
    expect(world.stripeSimulator.refunds()).toEqual([]);

    world.miraklSimulator.changeRefund(id, { state: 'WAITING_REFUND_PAYMENT' });
    world.clock.advance(hourMs);
    await plan(world);
    expect(await seen(world)).toEqual([['1', 'REFUND_PENDING', null]]);
  });
});

test('a row of the old connector is weighed by our rules, and looked for on Stripe before anything is sent', async ({
  world,
}) => {
  const { orderId, chargeId } = await givenPaidOrder(world);
  world.miraklSimulator.given.refund({ orderId, id: '1' });
  world.miraklSimulator.given.refund({ orderId, id: '2' });
  const old = { amount: 100_000n, currency: 'eur', mirakl_order_id: orderId };
  await world.db
    .insertInto('stripe_refund')
    .values([
      { ...old, mirakl_refund_id: '1', status: 'REFUND_FAILED', status_reason: 'Mirakl said 500' },
      { ...old, mirakl_refund_id: '2', status: 'REFUND_PENDING' },
    ])
    .execute();
  // Made by the old connector, whose row does not know of it (lessons.md, L2).
  const made = new URLSearchParams({ charge: chargeId, amount: '1000', 'metadata[miraklRefundId]': '1' });
  const headers = { authorization: `Bearer ${world.stripeSimulator.apiKey}` };
  await fetch(`${world.stripeSimulator.url}/v1/refunds`, { method: 'POST', headers, body: made });

  await plan(world);
  await sendAll(world);
  expect(await refunds(world)).toMatchObject([
    { mirakl_refund_id: '1', amount: 1_000n, mirakl_commercial_order_id: 'O-1' },
    { mirakl_refund_id: '2', amount: 1_000n, mirakl_commercial_order_id: 'O-1' },
  ]);
  expect(world.stripeSimulator.refunds().map(({ metadata }) => metadata?.miraklRefundId)).toEqual(['1', '2']);
  expect((await refunds(world)).map((row) => row.stripe_refund_id)).toEqual(
    world.stripeSimulator.refunds().map(({ id }) => id),
  );
});
