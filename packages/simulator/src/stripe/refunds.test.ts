import type Stripe from 'stripe';
import { describe, expect } from 'vitest';
import { connect, test } from './simulator-test.ts';
import { startStripeSimulator } from './start-stripe-simulator.ts';

const nothing = { available: 0, pending: 0 };

describe('a refund', () => {
  test('takes from the balance, and the charge says how much of it is given back', async ({
    simulator,
    stripe,
    clock,
  }) => {
    const { chargeId, paymentIntentId } = simulator.given.charge({ amount: 10_000, currency: 'eur' });
    const metadata = { miraklRefundId: '1100' };
    const refund = await stripe.refunds.create({ charge: chargeId, amount: 2_500, metadata });
    expect(refund).toMatchObject({
      id: expect.stringMatching(/^re_/),
      object: 'refund',
      amount: 2_500,
      currency: 'eur',
      charge: chargeId,
      payment_intent: paymentIntentId,
      status: 'succeeded',
      metadata,
      created: clock.now.getTime() / 1000,
      balance_transaction: expect.stringMatching(/^txn_/),
    });
    expect(await stripe.charges.retrieve(chargeId)).toMatchObject({ refunded: false, amount_refunded: 2_500 });
    expect(simulator.balance('eur')).toEqual({ available: 7_500, pending: 0 });

    expect(await stripe.refunds.create({ charge: chargeId })).toMatchObject({ amount: 7_500 });
    expect(await stripe.charges.retrieve(chargeId)).toMatchObject({ refunded: true, amount_refunded: 10_000 });
    expect(simulator.balance('eur')).toEqual(nothing);
    expect(await stripe.refunds.retrieve(refund.id)).toMatchObject({ amount: 2_500, metadata });
  });

  test('cannot be more than what is left of the charge', async ({ simulator, stripe }) => {
    const { chargeId: charge } = simulator.given.charge({ amount: 1_000, currency: 'eur', amountRefunded: 300 });
    await expect(stripe.refunds.create({ charge, amount: 701 })).rejects.toMatchObject({
      statusCode: 400,
      param: 'amount',
      message: 'Refund amount (7.01 EUR) is greater than unrefunded amount on charge (7.00 EUR)',
    });
    await stripe.refunds.create({ charge, amount: 700 });
    await expect(stripe.refunds.create({ charge, amount: 1 })).rejects.toMatchObject({
      statusCode: 400,
      code: 'charge_already_refunded',
    });
    expect(simulator.refunds()).toHaveLength(1);
  });

  test('of money that has not settled takes from what is pending, then from what is there', async ({
    simulator,
    stripe,
  }) => {
    const { id: destination } = simulator.given.account();
    const { chargeId: charge } = simulator.given.charge({ amount: 1_000, currency: 'eur', funds: 'pending' });
    await stripe.transfers.create({ amount: 800, currency: 'eur', destination, source_transaction: charge });
    simulator.given.funds({ amount: 500, currency: 'eur' });
    expect(await stripe.refunds.create({ charge, amount: 600 })).toMatchObject({ status: 'succeeded' });
    expect(simulator.balance('eur')).toEqual({ available: 100, pending: 0 });
  });

  test.for([
    [{ status: 'failed' }, 'charge_not_refundable'],
    [{ status: 'pending' }, 'charge_not_refundable'],
  ] as const)('of a charge with %j is refused', async ([charge, code], { simulator, stripe }) => {
    const { chargeId } = simulator.given.charge({ amount: 1_000, currency: 'eur', ...charge });
    await expect(stripe.refunds.create({ charge: chargeId })).rejects.toMatchObject({ statusCode: 400, code });
  });

  test.for([
    [{ charge: 'ch_unknown' }, 'charge', 'resource_missing'],
    [{ charge: undefined }, 'charge', 'parameter_missing'],
    [{ amount: 0 }, 'amount', 'parameter_invalid_integer'],
    [{ amount: 150 }, 'amount', 'parameter_invalid_integer'],
    [{ reason: 'bored' }, 'reason', undefined],
    [{ colour: 'red' }, 'colour', 'parameter_unknown'],
  ] as const)('with %j is refused, naming %s', async ([wrong, param, code], { simulator, stripe }) => {
    const { chargeId: charge } = simulator.given.charge({ amount: 1_000, currency: 'isk' });
    const params = { charge, amount: 100, ...wrong } as Stripe.RefundCreateParams;
    await expect(stripe.refunds.create(params)).rejects.toMatchObject({
      type: 'StripeInvalidRequestError',
      statusCode: 400,
      param,
      code,
    });
    expect(simulator.refunds()).toEqual([]);
  });
});

describe('a refund of money that is authorised only', () => {
  test('lets go of it, moves nothing and cancels the PaymentIntent', async ({ simulator, stripe }) => {
    const { chargeId: charge } = simulator.given.charge({ amount: 1_000, currency: 'eur', captured: false });
    expect(await stripe.refunds.create({ charge, amount: 1_000 })).toMatchObject({
      status: 'succeeded',
      balance_transaction: null,
    });
    expect(simulator.charges()).toMatchObject([{ captured: false, refunded: true, amount_refunded: 1_000 }]);
    expect(simulator.paymentIntents()).toMatchObject([{ status: 'canceled' }]);
    expect(simulator.balance('eur')).toEqual(nothing);
  });

  test('is refused for a part of it', async ({ simulator, stripe }) => {
    const { chargeId: charge } = simulator.given.charge({ amount: 1_000, currency: 'eur', captured: false });
    await expect(stripe.refunds.create({ charge, amount: 999 })).rejects.toMatchObject({
      statusCode: 400,
      param: 'amount',
      message: expect.stringContaining('cannot partially refund an uncaptured charge'),
    });
    expect(simulator.paymentIntents()).toMatchObject([{ status: 'requires_capture' }]);
  });
});

describe('a refund that takes its time', () => {
  test('is pending and succeeds when the bank says so', async ({ simulator, stripe }) => {
    const charge = { amount: 1_000, currency: 'eur', prefix: 'py', refundsBegin: 'pending' } as const;
    const { chargeId } = simulator.given.charge(charge);
    const { id } = await stripe.refunds.create({ charge: chargeId });
    expect(await stripe.refunds.retrieve(id)).toMatchObject({ status: 'pending', pending_reason: 'processing' });
    expect(simulator.balance('eur')).toEqual(nothing);
    simulator.settleRefund(id, 'succeeded');
    const settled = await stripe.refunds.retrieve(id);
    expect(settled).toMatchObject({ status: 'succeeded' });
    expect(settled).not.toHaveProperty('pending_reason');
    expect(() => simulator.settleRefund(id, 'succeeded')).toThrow('has the status succeeded');
  });

  test.for([
    ['failed', 'pending', 'expired_or_canceled_card'],
    ['canceled', 'requires_action', 'merchant_request'],
    ['failed', 'succeeded', 'expired_or_canceled_card'],
  ] as const)(
    'that is %s after it was %s gives the money back to the balance',
    async ([end, begin, reason], { simulator, stripe }) => {
      const { chargeId } = simulator.given.charge({ amount: 1_000, currency: 'eur', refundsBegin: begin });
      const { id, status } = await stripe.refunds.create({ charge: chargeId });
      expect(status).toBe(begin);
      simulator.settleRefund(id, end);
      expect(await stripe.refunds.retrieve(id)).toMatchObject({
        status: end,
        failure_reason: reason,
        failure_balance_transaction: expect.stringMatching(/^txn_/),
      });
      expect(await stripe.charges.retrieve(chargeId)).toMatchObject({ refunded: false, amount_refunded: 0 });
      expect(simulator.balance('eur')).toEqual({ available: 1_000, pending: 0 });
      expect(() => simulator.settleRefund(id, 'failed')).toThrow(`has the status ${end}`);
      expect(await stripe.refunds.create({ charge: chargeId })).toMatchObject({ amount: 1_000 });
    },
  );

  test('because the balance does not suffice waits for money', async ({ simulator, stripe }) => {
    const { id: destination } = simulator.given.account();
    const { chargeId: charge } = simulator.given.charge({ amount: 1_000, currency: 'eur' });
    await stripe.transfers.create({ amount: 800, currency: 'eur', destination, source_transaction: charge });
    const { id } = await stripe.refunds.create({ charge, amount: 500 });
    expect(await stripe.refunds.retrieve(id)).toMatchObject({
      status: 'pending',
      pending_reason: 'insufficient_funds',
      balance_transaction: null,
    });
    expect(simulator.balance('eur')).toEqual({ available: 200, pending: 0 });
    expect(simulator.charges()).toMatchObject([{ amount_refunded: 500 }]);

    expect(() => simulator.settleRefund(id, 'succeeded')).toThrow('does not suffice');
    simulator.given.funds({ amount: 300, currency: 'eur' });
    simulator.settleRefund(id, 'succeeded');
    expect(simulator.balance('eur')).toEqual(nothing);
  });

  test('because the balance does not suffice gives nothing back when it fails', async ({ simulator, stripe }) => {
    const { id: destination } = simulator.given.account();
    const { chargeId: charge } = simulator.given.charge({ amount: 1_000, currency: 'eur' });
    await stripe.transfers.create({ amount: 800, currency: 'eur', destination, source_transaction: charge });
    const { id } = await stripe.refunds.create({ charge, amount: 500 });
    simulator.settleRefund(id, 'failed');
    expect(simulator.balance('eur')).toEqual({ available: 200, pending: 0 });
    expect(simulator.charges()).toMatchObject([{ amount_refunded: 0 }]);
    expect(() => simulator.settleRefund('re_unknown', 'failed')).toThrow('no refund re_unknown');
  });
});

test('refunds are listed by charge and time, a page at a time', async ({ simulator, stripe, clock }) => {
  const { chargeId: charge } = simulator.given.charge({ amount: 1_000, currency: 'eur' });
  const { chargeId: other } = simulator.given.charge({ amount: 1_000, currency: 'eur' });
  const start = clock.now.getTime() / 1000;
  for (const amount of [1, 2, 3]) {
    await stripe.refunds.create({ charge, amount });
    await stripe.refunds.create({ charge: other, amount: amount * 10 });
    clock.turn(1_000);
  }
  const amounts = async (query: object) => (await stripe.refunds.list(query)).data.map(({ amount }) => amount);
  expect(await amounts({})).toEqual([30, 3, 20, 2, 10, 1]);
  expect(await amounts({ charge })).toEqual([3, 2, 1]);
  expect(await amounts({ charge, created: { gte: start + 1 } })).toEqual([3, 2]);
  expect(await amounts({ charge: 'ch_unknown' })).toEqual([]);
  const page = await stripe.refunds.list({ charge, limit: 2 });
  expect(page).toMatchObject({ has_more: true, url: '/v1/refunds' });
  expect(await amounts({ charge, limit: 2, starting_after: page.data.at(-1)?.id ?? '' })).toEqual([1]);
});

test('a key that may not write charges refunds and captures none of them', async () => {
  const refused = ['rak_charge_write', 'rak_payment_intent_write'] as const;
  const simulator = await startStripeSimulator({ apiKeys: [{ key: 'rk_test_reader', refused }] });
  const stripe = connect(simulator);
  const { chargeId, paymentIntentId = '' } = simulator.given.charge({ amount: 1, currency: 'eur', captured: false });
  const forbidden = { type: 'StripePermissionError', statusCode: 403 };
  await expect(stripe.refunds.create({ charge: chargeId })).rejects.toMatchObject({
    ...forbidden,
    message: expect.stringContaining("Having the 'rak_charge_write' permission would allow this request"),
  });
  await expect(stripe.charges.capture(chargeId)).rejects.toMatchObject(forbidden);
  await expect(stripe.paymentIntents.capture(paymentIntentId)).rejects.toMatchObject(forbidden);
  await expect(stripe.paymentIntents.cancel(paymentIntentId)).rejects.toMatchObject(forbidden);
  expect(await stripe.refunds.list({ charge: chargeId })).toMatchObject({ data: [] });
  await simulator.close();
});
