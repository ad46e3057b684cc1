import { expect } from 'vitest';
import { captureCharge, retrieveCharge } from './charges.ts';
import { test } from './stripe-test.ts';

const eur = (minor: bigint) => ({ minor, currency: 'EUR' });
const authorization = { amount: 10_000, currency: 'eur', captured: false, withPaymentIntent: false } as const;

test('a charge without a PaymentIntent is captured once for a key, and the rest let go of', async ({
  simulator,
  stripe,
}) => {
  const { chargeId: id } = simulator.given.charge(authorization);
  const input = { id, request: { amount: 6_000 }, idempotencyKey: 'k' };
  simulator.faults.add({ kind: 'cut-after-effect', path: /capture$/, times: 2 });
  await expect(captureCharge(stripe, input)).rejects.toMatchObject({ kind: 'unknown-outcome' });
  const captured = {
    captured: true,
    amount: eur(10_000n),
    amountCaptured: eur(6_000n),
    amountRefunded: eur(4_000n),
    paymentIntentId: undefined,
    createdAt: expect.any(Date),
  };
  expect(await captureCharge(stripe, input)).toMatchObject({ ...captured, requestId: expect.stringMatching(/^req_/) });
  expect(await retrieveCharge(stripe, id)).toMatchObject(captured);
  expect(simulator.requests().at(-2)).toMatchObject({ body: { amount: '6000' }, replayed: true });
  expect(simulator.balance('eur')).toEqual({ available: 6_000, pending: 0 });
});

test('L15: what was captured already, or has expired, is a refusal that can be recognised', async ({
  simulator,
  stripe,
}) => {
  const captured = simulator.given.charge({ ...authorization, captured: true }).chargeId;
  const expired = simulator.given.charge(authorization).chargeId;
  simulator.expireAuthorization(expired);
  const capture = (id: string) => captureCharge(stripe, { id, request: { amount: 1 }, idempotencyKey: id });
  await expect(capture(captured)).rejects.toMatchObject({ kind: 'refused', stripeCode: 'charge_already_captured' });
  await expect(capture(expired)).rejects.toMatchObject({ kind: 'refused', stripeCode: 'charge_expired_for_capture' });
  await expect(capture('ch_gone')).rejects.toMatchObject({ kind: 'not-found' });
});

test('a payment without a card does not say when its authorisation ends', async ({ simulator, stripe }) => {
  const { chargeId } = simulator.given.charge({ ...authorization, prefix: 'py' });
  expect(await retrieveCharge(stripe, chargeId)).toMatchObject({ captureBefore: undefined });
});
