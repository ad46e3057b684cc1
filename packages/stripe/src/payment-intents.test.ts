import { describe, expect } from 'vitest';
import { retrieveCharge } from './charges.ts';
import { cancelPaymentIntent, capturePaymentIntent, retrievePaymentIntent } from './payment-intents.ts';
import { test } from './stripe-test.ts';

const eur = (minor: bigint) => ({ minor, currency: 'EUR' });
const authorization = { amount: 10_000, currency: 'eur', captured: false } as const;

test('an authorisation says what can be captured and until when', async ({ simulator, stripe }) => {
  const { chargeId, paymentIntentId: id = '' } = simulator.given.charge(authorization);
  expect(await retrievePaymentIntent(stripe, id)).toMatchObject({
    status: 'requires_capture',
    captureMethod: 'manual',
    amount: eur(10_000n),
    amountCapturable: eur(10_000n),
    amountReceived: eur(0n),
    cancellationReason: undefined,
    latestCharge: { id: chargeId, captured: false, amountCaptured: eur(0n), captureBefore: expect.any(Date) },
  });
});

describe('a capture', () => {
  test('takes the amount once for a key, and lets go of the rest', async ({ simulator, stripe }) => {
    const { chargeId, paymentIntentId: id = '' } = simulator.given.charge(authorization);
    const input = { id, request: { amount_to_capture: 6_000 }, idempotencyKey: 'connector/capture/ch_1/1' };
    const first = await capturePaymentIntent(stripe, input);
    expect(first).toMatchObject({
      id,
      status: 'succeeded',
      amountCapturable: eur(0n),
      amountReceived: eur(6_000n),
      requestId: expect.stringMatching(/^req_/),
    });
    expect(await capturePaymentIntent(stripe, input)).toMatchObject({ status: 'succeeded' });
    expect(simulator.requests()).toMatchObject([
      { body: { amount_to_capture: '6000' }, idempotencyKey: 'connector/capture/ch_1/1', replayed: false },
      { replayed: true },
    ]);
    expect(await retrieveCharge(stripe, chargeId)).toMatchObject({
      captured: true,
      fullyRefunded: false,
      amount: eur(10_000n),
      amountCaptured: eur(6_000n),
      amountRefunded: eur(4_000n),
    });
  });

  test('whose answer was lost has an unknown outcome, and is answered again with the same key', async ({
    simulator,
    stripe,
  }) => {
    const { paymentIntentId: id = '' } = simulator.given.charge(authorization);
    const input = { id, request: { amount_to_capture: 6_000 }, idempotencyKey: 'k' };
    simulator.faults.add({ kind: 'cut-after-effect', path: /capture$/, times: 2 });
    await expect(capturePaymentIntent(stripe, input)).rejects.toMatchObject({ kind: 'unknown-outcome' });
    expect(await capturePaymentIntent(stripe, input)).toMatchObject({ amountReceived: eur(6_000n) });
    expect(simulator.balance('eur')).toEqual({ available: 6_000, pending: 0 });
  });

  test('L15: that somebody else has made already is a refusal that can be recognised', async ({
    simulator,
    stripe,
  }) => {
    const { paymentIntentId: id = '' } = simulator.given.charge(authorization);
    await capturePaymentIntent(stripe, { id, request: { amount_to_capture: 1 }, idempotencyKey: 'theirs' });
    const ours = capturePaymentIntent(stripe, { id, request: { amount_to_capture: 2 }, idempotencyKey: 'ours' });
    await expect(ours).rejects.toMatchObject({ kind: 'refused', stripeCode: 'payment_intent_unexpected_state' });
  });

  test('of more than what is authorised is refused', async ({ simulator, stripe }) => {
    const { paymentIntentId: id = '' } = simulator.given.charge(authorization);
    const capture = capturePaymentIntent(stripe, { id, request: { amount_to_capture: 10_001 }, idempotencyKey: 'k' });
    await expect(capture).rejects.toMatchObject({ kind: 'refused', stripeCode: 'amount_too_large' });
  });
});

describe('a cancellation', () => {
  test('lets go of what was authorised, once for a key', async ({ simulator, stripe }) => {
    const { chargeId, paymentIntentId: id = '' } = simulator.given.charge(authorization);
    const input = { id, request: { cancellation_reason: 'abandoned' }, idempotencyKey: 'k' } as const;
    for (let attempt = 0; attempt < 2; attempt += 1) {
      expect(await cancelPaymentIntent(stripe, input)).toMatchObject({
        status: 'canceled',
        cancellationReason: 'abandoned',
        amountCapturable: eur(0n),
      });
    }
    expect(await retrieveCharge(stripe, chargeId)).toMatchObject({
      status: 'succeeded',
      captured: false,
      fullyRefunded: true,
    });
  });

  test('whose answer was lost has an unknown outcome', async ({ simulator, stripe }) => {
    const { paymentIntentId: id = '' } = simulator.given.charge(authorization);
    simulator.faults.add({ kind: 'cut-after-effect', path: /cancel$/, times: 2 });
    const input = { id, request: {}, idempotencyKey: 'k' };
    await expect(cancelPaymentIntent(stripe, input)).rejects.toMatchObject({ kind: 'unknown-outcome' });
    expect(await cancelPaymentIntent(stripe, input)).toMatchObject({ status: 'canceled' });
  });

  test('of a payment that was captured is refused', async ({ simulator, stripe }) => {
    const { paymentIntentId: id = '' } = simulator.given.charge({ ...authorization, captured: true });
    const cancellation = cancelPaymentIntent(stripe, { id, request: {}, idempotencyKey: 'k' });
    await expect(cancellation).rejects.toMatchObject({
      kind: 'refused',
      stripeCode: 'payment_intent_unexpected_state',
    });
  });
});

test('L15: an authorisation that has run out says so', async ({ simulator, stripe }) => {
  const { chargeId, paymentIntentId: id = '' } = simulator.given.charge(authorization);
  simulator.expireAuthorization(chargeId);
  expect(await retrievePaymentIntent(stripe, id)).toMatchObject({
    status: 'canceled',
    cancellationReason: 'automatic',
    latestCharge: { captured: false, fullyRefunded: true, amountRefunded: eur(10_000n) },
  });
});
