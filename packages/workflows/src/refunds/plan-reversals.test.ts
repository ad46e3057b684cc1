import { createMiraklClient, turnsInLedger } from '@connector/mirakl';
import { test, type World } from '@connector/testing';
import { describe, expect } from 'vitest';
import { releaseShop, retryTransfer } from '../payment-split/index.ts';
import {
  confirm,
  givenPaidOrder,
  givenPaidService,
  givenPayment,
  givenTaxAccount,
  hourMs,
  jobs,
  minuteMs,
  onlyReversal,
  payBack,
  plan,
  reversals,
  sendAll,
  sendReversals,
  split,
  storyOf,
  weighReversals,
} from './refunds-test.ts';

const seen = async (world: World) =>
  (await reversals(world)).map((row) => [row.mirakl_id, row.status, row.status_reason ?? row.amount]);

/** What was taken back on Stripe: the amount of each transfer, and how much of it. */
const takenBack = ({ stripeSimulator }: World) =>
  stripeSimulator.transfers().map(({ amount, amount_reversed }) => [amount, amount_reversed]);

describe('a refund of goods', () => {
  test('after the split: the seller gives his share back once the buyer has his money and Mirakl knows', async ({
    world,
  }) => {
    const { orderId, accountId } = await givenPaidOrder(world);
    await split(world);
    world.miraklSimulator.given.refund({ orderId, id: '1110' });
    await plan(world);
    await weighReversals(world, { all: true });
    expect(await seen(world)).toEqual([['1110', 'TRANSFER_ON_HOLD', 'Refund 1110 has yet to be validated']]);
    await sendAll(world);
    await weighReversals(world, { all: true });
    expect(await seen(world)).toEqual([['1110', 'TRANSFER_ON_HOLD', 'Refund 1110 has yet to be validated']]);
    await confirm(world);
    expect(await weighReversals(world)).toBe('1 reversals weighed, 1 ready to be sent');
    expect(await seen(world)).toEqual([['1110', 'TRANSFER_PENDING', 850n]]);
    const { id } = await onlyReversal(world);
    expect(await jobs(world)).toContainEqual(['refunds.send-reversal', { transferId: id }]);
    await sendReversals(world);
    const [transfer] = world.stripeSimulator.transfers();
    expect(await onlyReversal(world)).toMatchObject({
      ...{ status: 'TRANSFER_CREATED', transaction_id: transfer?.id, currency: 'eur', mirakl_shop_id: 2_000 },
      transfer_id: transfer?.reversals.data[0]?.id,
    });
    expect(takenBack(world)).toEqual([[8_500, 850]]);
    expect(world.stripeSimulator.balance('eur', accountId).available).toBe(7_650);
    expect(await storyOf(world, 'transfer', id)).toEqual([
      'TRANSFER_ON_HOLD: Refund 1110 has yet to be validated',
      'TRANSFER_PENDING',
      'TRANSFER_CREATED',
    ]);
  });

  test('before the split: it waits for the transfer, and is due as soon as that is made', async ({ world }) => {
    const { orderId } = await givenPaidOrder(world);
    world.miraklSimulator.given.refund({ orderId, id: '1110' });
    await payBack(world);
    await weighReversals(world);
    const reason = 'Payment split has to occur before the transfer can be reversed for a refund';
    expect(await seen(world)).toEqual([['1110', 'TRANSFER_ON_HOLD', reason]]);
    await world.queues.byName.sweeps.drain();
    await split(world);
    expect(await jobs(world, 'sweeps')).toEqual([['refunds.plan-reversals', {}]]);
    await weighReversals(world);
    await sendReversals(world);
    expect(takenBack(world)).toEqual([[8_500, 850]]);
  });

  test('of all, before the split: the seller never gets his share, and has none to give back', async ({ world }) => {
    const { orderId, chargeId } = await givenPaidOrder(world);
    world.miraklSimulator.given.refund({ orderId, id: '1', amount: '100.00', commission: '15.00' });
    await payBack(world);
    await split(world);
    await weighReversals(world);
    expect(await seen(world)).toEqual([['1', 'TRANSFER_ABORTED', `Payment ${chargeId} has been fully refunded`]]);
  });

  test('that is aborted leaves the seller his share', async ({ world }) => {
    const { orderId } = await givenPaidOrder(world, {}, { amountRefunded: 10_000 });
    world.miraklSimulator.given.refund({ orderId, id: '1' });
    await payBack(world);
    await weighReversals(world, { all: true });
    expect(await seen(world)).toEqual([['1', 'TRANSFER_ABORTED', 'Refund 1 has been aborted']]);
  });

  test('of which the commission is all: nothing is taken back', async ({ world }) => {
    const { orderId } = await givenPaidOrder(world);
    await split(world);
    world.miraklSimulator.given.refund({ orderId, id: '1', commission: '10.00' });
    await payBack(world);
    await weighReversals(world);
    expect(await seen(world)).toEqual([['1', 'TRANSFER_ABORTED', 'Amount must be positive, input was: 0']]);
  });

  test('in parts, several of a line: each takes back its own, and all together the whole', async ({ world }) => {
    const line = { id: 'L-1', state: 'SHIPPED', total: '60.00', taxes: [], shippingTaxes: [] };
    const lines = [line, { ...line, id: 'L-2', total: '40.00' }];
    const { orderId } = await givenPaidOrder(world, { lines });
    await split(world);
    const parts = [
      ['1', 'L-1', '20.00', '3.00'],
      ['2', 'L-1', '40.00', '6.00'],
      ['3', 'L-2', '33.33', '5.01'],
      ['4', 'L-2', '6.67', '0.99'],
    ] as const;
    for (const [id, lineId, amount, commission] of parts) {
      world.miraklSimulator.given.refund({ orderId, id, lineId, amount, commission });
    }
    await payBack(world);
    await weighReversals(world);
    await sendReversals(world);
    expect((await reversals(world)).map(({ amount }) => amount)).toEqual([1_700n, 3_400n, 2_832n, 568n]);
    expect(takenBack(world)).toEqual([[8_500, 8_500]]);
  });
});

describe('L23: what was split is exactly what is taken back', () => {
  const taxes = ['15.50', '4.50'];
  const shippingTaxes = ['1.00'];
  const total = '100.00';
  const line = { id: 'L-1', state: 'SHIPPED', total, taxes, shippingTaxes };

  test.for([
    ['TAX_EXCLUDED', true],
    ['TAX_EXCLUDED', false],
    ['TAX_INCLUDED', true],
    ['TAX_INCLUDED', false],
  ] as const)('goods, %s, tax split %s', async ([taxMode, isTaxSplit], { world }) => {
    const { orderId } = await givenPaidOrder(world, { taxMode, lines: [line], total }, { amount: 20_000 });
    await split(world, isTaxSplit ? { taxAccountId: await givenTaxAccount(world) } : {});
    const refund = { orderId, id: '1', amount: total, commission: '15.00' };
    world.miraklSimulator.given.refund({ ...refund, taxes, shippingTaxes });
    await payBack(world);
    await weighReversals(world);
    await sendReversals(world);
    const moved = takenBack(world);
    expect(moved).toHaveLength(isTaxSplit ? 2 : 1);
    expect(moved.every(([amount, back]) => amount === back)).toBe(true);
  });

  test.for([
    ['TAX_EXCLUDED', true],
    ['TAX_EXCLUDED', false],
    ['TAX_INCLUDED', true],
    ['TAX_INCLUDED', false],
  ] as const)('services, %s, tax split %s', async ([taxMode, isTaxSplit], { world }) => {
    const service = { taxMode, price: total, taxes, payOutPsp: 'OPERATOR' };
    const { orderId } = await givenPaidService(world, service, { amount: 20_000 });
    const taxAccountId = await givenTaxAccount(world);
    await split(world, { kind: 'service', ...(isTaxSplit ? { taxAccountId } : {}) });
    world.miraklSimulator.given.refund({ orderId, id: '1', amount: total, commission: '15.00', taxes });
    await payBack(world, { kind: 'service' });
    await weighReversals(world);
    await sendReversals(world);
    const moved = takenBack(world);
    expect(moved).toHaveLength(isTaxSplit && taxMode === 'TAX_EXCLUDED' ? 2 : 1);
    expect(moved.every(([amount, back]) => amount === back)).toBe(true);
  });
});

describe('the tax account', () => {
  const line = { id: 'L-1', state: 'SHIPPED', total: '100.00', taxes: ['20.00'], shippingTaxes: [] };

  async function refunded(world: World) {
    const { orderId } = await givenPaidOrder(world, { lines: [line] });
    await split(world, { taxAccountId: await givenTaxAccount(world) });
    world.miraklSimulator.given.refund({ orderId, id: '1', amount: '50.00', commission: '7.50', taxes: ['10.00'] });
    await payBack(world);
  }

  test('L4: gives its part back by a reversal of its own, which overwrites nobody’s', async ({ world }) => {
    await refunded(world);
    await weighReversals(world);
    await sendReversals(world);
    const [seller, tax] = world.stripeSimulator.transfers();
    expect(await reversals(world)).toMatchObject([
      { mirakl_id: '1', status: 'TRANSFER_CREATED', amount: 3_250n, transaction_id: seller?.id },
      { mirakl_id: '1_TAX', status: 'TRANSFER_CREATED', amount: 1_000n, transaction_id: tax?.id },
    ]);
    expect(takenBack(world)).toEqual([
      [6_500, 3_250],
      [2_000, 1_000],
    ]);
    expect(new Set((await reversals(world)).map((row) => row.transfer_id)).size).toBe(2);
  });

  test('gives back what it got, also when taxes are no longer split off', async ({ world }) => {
    await refunded(world);
    // The rules of today are no part of what the sweep is given: the ledger says what was split.
    await weighReversals(world);
    await weighReversals(world, { all: true });
    expect(await seen(world)).toEqual([
      ['1', 'TRANSFER_PENDING', 3_250n],
      ['1_TAX', 'TRANSFER_PENDING', 1_000n],
    ]);
  });

  test.for([
    ['waits for his account', { kyc_blocked_at: new Date('2026-11-01T10:00:00Z') }, {}, 'TRANSFER_ON_HOLD'],
    ['had none to get', {}, { commission: '85.00' }, 'TRANSFER_ABORTED'],
  ] as const)('gives its part back also where the seller %s', async ([, mapping, order, status], { world }) => {
    const { orderId, accountId } = await givenPaidOrder(world, { lines: [line], ...order });
    const ofSeller = world.db.updateTable('account_mapping').set({ ignored: false, ...mapping });
    await ofSeller.where('stripe_account_id', '=', accountId).execute();
    await split(world, { taxAccountId: await givenTaxAccount(world) });
    world.miraklSimulator.given.refund({ orderId, id: '1', amount: '50.00', commission: '7.50', taxes: ['10.00'] });
    await payBack(world);
    await weighReversals(world);
    await sendReversals(world);
    expect((await reversals(world)).map((row) => [row.mirakl_id, row.status, row.amount])).toEqual([
      ['1', status, null],
      ['1_TAX', 'TRANSFER_CREATED', 1_000n],
    ]);
    expect(takenBack(world)).toEqual([[2_000, 1_000]]);
    await weighReversals(world, { all: true });
    const calls = world.miraklSimulator.requests().filter(({ path }) => path === '/api/orders');
    expect(calls.filter(({ query }) => JSON.stringify(query).includes('order_ids'))).toHaveLength(1);
  });

  test('owes nothing where the order had no taxes', async ({ world }) => {
    const { orderId } = await givenPaidOrder(world);
    await split(world, { taxAccountId: await givenTaxAccount(world) });
    world.miraklSimulator.given.refund({ orderId, id: '1' });
    await payBack(world);
    await weighReversals(world);
    await sendReversals(world);
    expect(await seen(world)).toEqual([
      ['1', 'TRANSFER_CREATED', 850n],
      ['1_TAX', 'TRANSFER_ABORTED', 'Amount must be positive, input was: 0'],
    ]);
  });

  test('owes nothing for a refund without taxes', async ({ world }) => {
    const { orderId } = await givenPaidOrder(world, { lines: [line] });
    await split(world, { taxAccountId: await givenTaxAccount(world) });
    world.miraklSimulator.given.refund({ orderId, id: '1' });
    await payBack(world);
    await weighReversals(world);
    expect(await seen(world)).toEqual([
      ['1', 'TRANSFER_PENDING', 850n],
      ['1_TAX', 'TRANSFER_ABORTED', 'Amount must be positive, input was: 0'],
    ]);
  });
});

describe('Mirakl is asked for orders', () => {
  test('a hundred a call, and only for what the ledger does not decide', async ({ world }) => {
    for (let number = 0; number < 120; number += 1) {
      const commercialId = `O-${String(number).padStart(3, '0')}`;
      const { orderId } = await givenPaidOrder(world, { id: `${commercialId}-A`, commercialId });
      world.miraklSimulator.given.refund({ orderId });
    }
    await split(world);
    await payBack(world);
    await confirm(world);
    await world.db
      .updateTable('stripe_transfer')
      .set({ status: 'TRANSFER_ON_HOLD' })
      .where('mirakl_id', 'like', 'O-00%')
      .execute();
    const before = world.miraklSimulator.requests().length;
    await weighReversals(world, { all: true });
    const asked = world.miraklSimulator.requests().slice(before);
    expect(asked.map(({ query }) => (query as { order_ids: string }).order_ids.split(',').length)).toEqual([100, 10]);
  });

  test('no more often than its contract allows: until then the rows wait, and nothing fails', async ({ world }) => {
    const mirakl = createMiraklClient({
      baseUrl: world.miraklSimulator.url,
      auth: { scheme: 'key', apiKey: world.miraklSimulator.apiKey },
      takeTurn: turnsInLedger(world.db, world.now),
      log: world.log,
    });
    const goods = await givenPaidOrder(world);
    const service = await givenPaidService(world, { payOutPsp: 'OPERATOR' });
    await split({ ...world, mirakl });
    await split(world, { kind: 'service' });
    world.miraklSimulator.given.refund({ orderId: goods.orderId, id: '1' });
    world.miraklSimulator.given.refund({ orderId: service.orderId, id: '2' });
    await payBack(world);
    await payBack(world, { kind: 'service' });
    await expect(weighReversals({ ...world, mirakl })).rejects.toMatchObject({
      ...{ code: 'mirakl_too_soon', retryable: true, retryAfterMs: 60_000 },
    });
    expect(await seen(world)).toEqual([
      ['1', 'TRANSFER_ON_HOLD', 'Refund 1 has yet to be validated'],
      ['2', 'TRANSFER_PENDING', 850n],
    ]);
    world.clock.advance(minuteMs);
    await weighReversals({ ...world, mirakl });
    expect((await seen(world))[0]).toEqual(['1', 'TRANSFER_PENDING', 850n]);
  });
});

describe('L16: one refund that is wrong on Mirakl stops no other', () => {
  async function twoRefunds(world: World) {
    for (const commercialId of ['BAD', 'GOOD']) {
      const { orderId } = await givenPaidOrder(world, { id: `${commercialId}-A`, commercialId });
      world.miraklSimulator.given.refund({ orderId, id: commercialId });
    }
    await split(world);
    await payBack(world);
  }
  const good = ['GOOD', 'TRANSFER_PENDING', 850n];

  test('its order has gone', async ({ world }) => {
    await twoRefunds(world);
    world.miraklSimulator.removeProductOrder('BAD-A');
    await weighReversals(world);
    expect(await seen(world)).toEqual([['BAD', 'TRANSFER_ON_HOLD', 'Refund BAD has yet to be validated'], good]);
    expect((await reversals(world))[0]?.next_try_at).toEqual(new Date(world.now().getTime() + 5 * minuteMs));
  });

  test.for([
    ['its order cannot be read', { total_price: 'free' }, 'Unexpected value free of total_price'],
    ['it is not on its order', { order_lines: [] }, 'Unexpected value (missing) of refund BAD'],
    [
      'what it consists of cannot be read',
      { order_lines: [{ order_line_state: 'SHIPPED', total_price: 1, refunds: [{ id: 'BAD', amount: 10 }] }] },
      'Unexpected value (missing) of refunds.0.commission_total_amount',
    ],
  ] as const)('%s', async ([, raw, reason], { world }) => {
    await twoRefunds(world);
    world.miraklSimulator.changeProductOrder('BAD-A', { raw });
    await weighReversals(world);
    expect(await seen(world)).toEqual([['BAD', 'TRANSFER_ON_HOLD', reason], good]);
    world.miraklSimulator.changeProductOrder('BAD-A', { raw: {} });
    world.clock.advance(hourMs);
    await weighReversals(world);
    expect((await seen(world))[0]).toEqual(['BAD', 'TRANSFER_PENDING', 850n]);
  });
});

test('a reversal of the old connector is weighed by our rules; without its refund it waits', async ({ world }) => {
  const { orderId } = await givenPaidOrder(world);
  await split(world);
  world.miraklSimulator.given.refund({ orderId, id: '1' });
  const old = { type: 'TRANSFER_REFUND', status: 'TRANSFER_PENDING', amount: 85_000n, currency: 'eur' };
  const mirakl_created_date = '2026-10-01T10:00:00';
  await world.db
    .insertInto('stripe_transfer')
    .values([
      { ...old, mirakl_id: '1', mirakl_created_date },
      { ...old, mirakl_id: '9' },
    ])
    .execute();
  await payBack(world);
  await weighReversals(world);
  expect(await seen(world)).toEqual([
    ['1', 'TRANSFER_PENDING', 850n],
    ['9', 'TRANSFER_ON_HOLD', 'Cannot find StripeRefund with ID 9'],
  ]);
  expect((await reversals(world))[0]).toMatchObject({
    ...{ look_up_first: true, mirakl_created_date: new Date(`${mirakl_created_date}Z`), mirakl_shop_id: 2_000 },
  });
});

describe('a person', () => {
  test('has a held reversal weighed again at once', async ({ world }) => {
    const { orderId } = await givenPaidOrder(world);
    await split(world);
    world.miraklSimulator.given.refund({ orderId, id: '1' });
    await payBack(world);
    world.miraklSimulator.changeProductOrder(orderId, { raw: { total_price: 'free' } });
    await weighReversals(world);
    world.miraklSimulator.changeProductOrder(orderId, { raw: {} });
    expect(await weighReversals(world)).toBe('no reversal is due');
    await retryTransfer(world, { transferId: (await onlyReversal(world)).id, actor: 'operator:test' });
    expect(await jobs(world, 'sweeps')).toContainEqual(['refunds.plan-reversals', {}]);
    await weighReversals(world);
    expect(await seen(world)).toEqual([['1', 'TRANSFER_PENDING', 850n]]);
  });

  test('cannot have one again that is done', async ({ world }) => {
    const { orderId } = await givenPaidOrder(world);
    await split(world);
    world.miraklSimulator.given.refund({ orderId, id: '1' });
    await payBack(world);
    await weighReversals(world);
    await sendReversals(world);
    const asked = retryTransfer(world, { transferId: (await onlyReversal(world)).id, actor: 'operator:test' });
    await expect(asked).rejects.toMatchObject({ code: 'transfer_not_retriable' });
  });
});

test('what a shop’s release makes due is rung for by its kind', async ({ world }) => {
  const { orderId } = await givenPaidOrder(world);
  await givenPayment(world, 'O-2');
  world.miraklSimulator.given.refund({ orderId, id: '1' });
  await payBack(world);
  await weighReversals(world);
  await world.queues.byName.sweeps.drain();
  await releaseShop(world, { shopId: 2_000 });
  expect(await jobs(world, 'sweeps')).toEqual([['refunds.plan-reversals', {}]]);
});
