import { type Currency, moneyFromMinor } from '@connector/kernel';
import { expect, test as pure } from 'vitest';
import type { Charge } from './charges.ts';
import { paymentOfCharge, paymentOfIntent, retrievePayment } from './payments.ts';
import { test } from './stripe-test.ts';

const eur = (minor: number) => moneyFromMinor(minor, 'EUR' as Currency);

test('a payment is the same, asked for by its PaymentIntent or by its charge', async ({ simulator, stripe }) => {
  const { chargeId, paymentIntentId = '' } = simulator.given.charge({
    amount: 11_999,
    currency: 'eur',
    amountRefunded: 999,
  });
  const paid = {
    status: 'succeeded',
    statusText: 'succeeded',
    chargeId,
    captured: true,
    fullyRefunded: false,
    amount: eur(11_999),
    amountRefunded: eur(999),
  };
  expect(await retrievePayment(stripe, chargeId)).toMatchObject({ ...paid, id: chargeId });
  const byIntent = await retrievePayment(stripe, paymentIntentId);
  expect(byIntent).toMatchObject({ ...paid, id: paymentIntentId });
  expect(byIntent.requestId).toMatch(/^req_/);
});

test('a payment without a card has an id of its own kind', async ({ simulator, stripe }) => {
  const { chargeId } = simulator.given.charge({ amount: 1_234, currency: 'jpy', prefix: 'py', status: 'pending' });
  expect(chargeId).toMatch(/^py_/);
  expect(await retrievePayment(stripe, chargeId)).toMatchObject({
    status: 'pending',
    statusText: 'pending',
    amount: { minor: 1_234n, currency: 'JPY' },
  });
});

test('a payment that is authorised only is said to be so', async ({ simulator, stripe }) => {
  const { chargeId, paymentIntentId = '' } = simulator.given.charge({ amount: 500, currency: 'eur', captured: false });
  expect(await retrievePayment(stripe, chargeId)).toMatchObject({
    status: 'succeeded',
    statusText: 'succeeded (not captured)',
    captured: false,
  });
  expect(await retrievePayment(stripe, paymentIntentId)).toMatchObject({
    status: 'pending',
    statusText: 'requires_capture',
    captured: false,
  });
});

test('a payment that was given back in full is known as such', async ({ simulator, stripe }) => {
  const { paymentIntentId = '' } = simulator.given.charge({ amount: 500, currency: 'eur', amountRefunded: 500 });
  expect(await retrievePayment(stripe, paymentIntentId)).toMatchObject({ fullyRefunded: true });
});

test('a payment that Stripe does not know is not found', async ({ stripe }) => {
  for (const id of ['ch_nobody', 'pi_nobody']) {
    await expect(retrievePayment(stripe, id)).rejects.toMatchObject({ kind: 'not-found', httpStatus: 404 });
  }
});

test('what cannot be the id of a payment never leaves us', async ({ simulator, stripe }) => {
  for (const id of ['', 'tr_1', 'ch_1/refunds', 'ch_../accounts', 'xpi_1']) {
    await expect(retrievePayment(stripe, id)).rejects.toMatchObject({ kind: 'not-found' });
  }
  expect(simulator.requests()).toEqual([]);
});

pure('every status of a PaymentIntent has a meaning, one that we do not know included', () => {
  const intent = {
    id: 'pi_1',
    amount: eur(1),
    amountCapturable: eur(0),
    amountReceived: eur(0),
    captureMethod: 'automatic',
    cancellationReason: undefined,
    latestCharge: undefined,
    metadata: {},
  };
  const meaning = (status: string) => paymentOfIntent({ ...intent, status }).status;
  expect(meaning('succeeded')).toBe('succeeded');
  expect(meaning('canceled')).toBe('canceled');
  for (const status of ['processing', 'requires_action', 'requires_confirmation', 'requires_payment_method']) {
    expect(meaning(status)).toBe('pending');
  }
  expect(meaning('requires_prayer')).toEqual({ unknown: 'requires_prayer' });
});

pure('a charge in a status that we do not know is neither paid nor failed', () => {
  const charge: Charge = {
    id: 'ch_1',
    status: { unknown: 'blocked' },
    captured: true,
    fullyRefunded: false,
    amount: eur(1),
    amountCaptured: eur(1),
    amountRefunded: eur(0),
    captureBefore: undefined,
    paymentIntentId: undefined,
    metadata: {},
    createdAt: new Date(0),
  };
  expect(paymentOfCharge(charge)).toMatchObject({ status: { unknown: 'blocked' }, statusText: 'blocked' });
});
