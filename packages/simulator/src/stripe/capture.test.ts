import { describe, expect } from 'vitest';
import { test } from './simulator-test.ts';
import type { StripeSimulator } from './start-stripe-simulator.ts';

/** An authorisation of 100 EUR with its PaymentIntent. */
function authorize(simulator: StripeSimulator) {
  const { chargeId, paymentIntentId = '' } = simulator.given.charge({
    amount: 10_000,
    currency: 'eur',
    captured: false,
  });
  return { chargeId, paymentIntentId };
}

/** An authorisation of 100 EUR that no PaymentIntent has made. */
function authorizeWithoutIntent(simulator: StripeSimulator): string {
  const charge = { amount: 10_000, currency: 'eur', captured: false, withPaymentIntent: false };
  return simulator.given.charge(charge).chargeId;
}

const unexpectedState = { statusCode: 400, code: 'payment_intent_unexpected_state' };

test('an authorisation moves no money and says until when it holds', async ({ simulator, stripe, clock }) => {
  const { chargeId, paymentIntentId } = authorize(simulator);
  expect(await stripe.charges.retrieve(chargeId)).toMatchObject({
    captured: false,
    amount_captured: 0,
    payment_method_details: { card: { capture_before: clock.now.getTime() / 1000 + 7 * 24 * 60 * 60 } },
  });
  expect(await stripe.paymentIntents.retrieve(paymentIntentId)).toMatchObject({
    status: 'requires_capture',
    capture_method: 'manual',
    amount_capturable: 10_000,
    amount_received: 0,
  });
  expect(simulator.balance('eur')).toEqual({ available: 0, pending: 0 });
});

describe('capturing a PaymentIntent', () => {
  test('takes everything unless an amount is given', async ({ simulator, stripe }) => {
    const { chargeId, paymentIntentId } = authorize(simulator);
    expect(await stripe.paymentIntents.capture(paymentIntentId)).toMatchObject({
      status: 'succeeded',
      amount_capturable: 0,
      amount_received: 10_000,
    });
    expect(await stripe.charges.retrieve(chargeId)).toMatchObject({
      captured: true,
      amount_captured: 10_000,
      amount_refunded: 0,
      refunded: false,
      balance_transaction: expect.stringMatching(/^txn_/),
    });
    expect(simulator.balance('eur')).toEqual({ available: 10_000, pending: 0 });
    expect(simulator.refunds()).toEqual([]);
  });

  test('in part lets go of the rest, which counts as refunded', async ({ simulator, stripe }) => {
    const { chargeId, paymentIntentId } = authorize(simulator);
    await stripe.paymentIntents.capture(paymentIntentId, { amount_to_capture: 6_000 });
    expect(simulator.paymentIntents()).toMatchObject([{ amount: 10_000, amount_received: 6_000 }]);
    expect(simulator.charges()).toMatchObject([
      { amount: 10_000, amount_captured: 6_000, amount_refunded: 4_000, refunded: false },
    ]);
    expect((await stripe.refunds.list({ charge: chargeId })).data).toMatchObject([
      { amount: 4_000, status: 'succeeded', balance_transaction: null, payment_intent: paymentIntentId },
    ]);
    expect(simulator.balance('eur')).toEqual({ available: 6_000, pending: 0 });

    await stripe.refunds.create({ charge: chargeId });
    expect(await stripe.charges.retrieve(chargeId)).toMatchObject({ amount_refunded: 10_000, refunded: true });
    expect(simulator.balance('eur')).toEqual({ available: 0, pending: 0 });
  });

  test('brings money that is pending where the charge says so', async ({ simulator, stripe }) => {
    const charge = { amount: 500, currency: 'eur', captured: false, funds: 'pending' } as const;
    const { paymentIntentId = '' } = simulator.given.charge(charge);
    await stripe.paymentIntents.capture(paymentIntentId);
    expect(simulator.balance('eur')).toEqual({ available: 0, pending: 500 });
  });

  test('is refused beyond what is authorised, and changes nothing', async ({ simulator, stripe }) => {
    const { paymentIntentId } = authorize(simulator);
    await expect(stripe.paymentIntents.capture(paymentIntentId, { amount_to_capture: 10_001 })).rejects.toMatchObject({
      statusCode: 400,
      code: 'amount_too_large',
      param: 'amount_to_capture',
    });
    expect(simulator.paymentIntents()).toMatchObject([{ status: 'requires_capture', amount_capturable: 10_000 }]);
  });

  test('is refused in steps that the currency does not have', async ({ simulator, stripe }) => {
    const { paymentIntentId = '' } = simulator.given.charge({ amount: 10_000, currency: 'isk', captured: false });
    await expect(stripe.paymentIntents.capture(paymentIntentId, { amount_to_capture: 9_950 })).rejects.toMatchObject({
      code: 'parameter_invalid_integer',
      param: 'amount_to_capture',
    });
  });

  test('is refused a second time', async ({ simulator, stripe }) => {
    const { paymentIntentId } = authorize(simulator);
    await stripe.paymentIntents.capture(paymentIntentId, { amount_to_capture: 6_000 });
    await expect(stripe.paymentIntents.capture(paymentIntentId)).rejects.toMatchObject({
      ...unexpectedState,
      message: expect.stringContaining('it has already been captured'),
    });
    expect(simulator.balance('eur')).toEqual({ available: 6_000, pending: 0 });
  });

  test.for([
    [{ status: 'pending' }, 'processing'],
    [{ status: 'failed' }, 'requires_payment_method'],
  ] as const)('is refused for a charge with %j', async ([charge, status], { simulator, stripe }) => {
    const { paymentIntentId = '' } = simulator.given.charge({ amount: 100, currency: 'eur', ...charge });
    await expect(stripe.paymentIntents.capture(paymentIntentId)).rejects.toMatchObject({
      ...unexpectedState,
      message: expect.stringContaining(`a status of ${status}`),
    });
  });
});

describe('cancelling a PaymentIntent', () => {
  test('lets go of what is authorised', async ({ simulator, stripe, clock }) => {
    const { chargeId, paymentIntentId } = authorize(simulator);
    const canceled = await stripe.paymentIntents.cancel(paymentIntentId, { cancellation_reason: 'abandoned' });
    expect(canceled).toMatchObject({
      status: 'canceled',
      cancellation_reason: 'abandoned',
      canceled_at: clock.now.getTime() / 1000,
      amount_capturable: 0,
      amount_received: 0,
    });
    expect(await stripe.charges.retrieve(chargeId)).toMatchObject({
      status: 'succeeded',
      captured: false,
      refunded: true,
      amount_captured: 0,
      amount_refunded: 10_000,
    });
    expect(simulator.balance('eur')).toEqual({ available: 0, pending: 0 });
    await expect(stripe.paymentIntents.capture(paymentIntentId)).rejects.toMatchObject({
      ...unexpectedState,
      message: expect.stringContaining('a status of canceled'),
    });
  });

  test('whose payment has failed lets go of nothing', async ({ simulator, stripe }) => {
    const { paymentIntentId = '' } = simulator.given.charge({ amount: 100, currency: 'eur', status: 'failed' });
    expect(await stripe.paymentIntents.cancel(paymentIntentId)).toMatchObject({
      status: 'canceled',
      cancellation_reason: null,
    });
    expect(simulator.refunds()).toEqual([]);
  });

  test('is refused when it is captured or cancelled already', async ({ simulator, stripe }) => {
    const captured = authorize(simulator).paymentIntentId;
    await stripe.paymentIntents.capture(captured);
    await expect(stripe.paymentIntents.cancel(captured)).rejects.toMatchObject(unexpectedState);
    const canceled = authorize(simulator).paymentIntentId;
    await stripe.paymentIntents.cancel(canceled);
    await expect(stripe.paymentIntents.cancel(canceled)).rejects.toMatchObject(unexpectedState);
    await expect(stripe.paymentIntents.cancel('pi_unknown')).rejects.toMatchObject({ code: 'resource_missing' });
  });
});

describe('capturing a charge without a PaymentIntent', () => {
  test('takes the amount and lets go of the rest', async ({ simulator, stripe }) => {
    const charge = authorizeWithoutIntent(simulator);
    expect(await stripe.charges.capture(charge, { amount: 2_500 })).toMatchObject({
      captured: true,
      amount: 10_000,
      amount_captured: 2_500,
      amount_refunded: 7_500,
    });
    expect(simulator.balance('eur')).toEqual({ available: 2_500, pending: 0 });
    await expect(stripe.charges.capture(charge)).rejects.toMatchObject({ code: 'charge_already_captured' });
  });

  test('is refused beyond what is authorised', async ({ simulator, stripe }) => {
    const charge = authorizeWithoutIntent(simulator);
    await expect(stripe.charges.capture(charge, { amount: 10_001 })).rejects.toMatchObject({
      code: 'amount_too_large',
      param: 'amount',
    });
  });

  test('is refused once it was given back, has failed, or belongs to a PaymentIntent', async ({
    simulator,
    stripe,
  }) => {
    const released = authorizeWithoutIntent(simulator);
    await stripe.refunds.create({ charge: released });
    await expect(stripe.charges.capture(released)).rejects.toMatchObject({ code: 'charge_already_refunded' });
    const failed = simulator.given.charge({ amount: 1, currency: 'eur', status: 'failed', withPaymentIntent: false });
    await expect(stripe.charges.capture(failed.chargeId)).rejects.toMatchObject({
      code: 'capture_unauthorized_payment',
    });
    await expect(stripe.charges.capture(authorize(simulator).chargeId)).rejects.toMatchObject({ statusCode: 400 });
    expect(simulator.balance('eur')).toEqual({ available: 0, pending: 0 });
  });
});

test('an authorisation that runs out is given back and can never be captured', async ({ simulator, stripe }) => {
  const { chargeId, paymentIntentId } = authorize(simulator);
  const bare = authorizeWithoutIntent(simulator);
  for (const id of [chargeId, bare]) simulator.expireAuthorization(id);
  expect(await stripe.paymentIntents.retrieve(paymentIntentId)).toMatchObject({
    status: 'canceled',
    cancellation_reason: 'automatic',
  });
  for (const charge of simulator.charges()) expect(charge).toMatchObject({ captured: false, refunded: true });
  expect((await stripe.refunds.list({ charge: bare })).data).toMatchObject([{ reason: 'expired_uncaptured_charge' }]);
  await expect(stripe.paymentIntents.capture(paymentIntentId)).rejects.toMatchObject(unexpectedState);
  await expect(stripe.charges.capture(bare)).rejects.toMatchObject({ code: 'charge_expired_for_capture' });
  expect(() => simulator.expireAuthorization(bare)).toThrow('does not wait for a capture');
  expect(() => simulator.expireAuthorization('ch_unknown')).toThrow('no charge ch_unknown');
});
