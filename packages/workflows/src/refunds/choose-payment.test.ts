import { type Currency, currencyOf, moneyFromMinor } from '@connector/kernel';
import type { Payment } from '@connector/stripe';
import { describe, expect, test } from 'vitest';
import { choosePayment, decideRefundable, type RefundablePayment } from './choose-payment.ts';

const EUR = currencyOf('EUR') as Currency;
const eur = (minor: number) => moneyFromMinor(minor, EUR);

const charge = (fields: Partial<Payment> = {}): Payment => ({
  ...{ id: 'ch_1', status: 'succeeded', statusText: 'succeeded', chargeId: 'ch_1', paymentIntentId: 'pi_1' },
  ...{ captured: true, fullyRefunded: false, amount: eur(10_000), amountRefunded: eur(0), metadata: {} },
  ...fields,
});
const authorised = { captured: false, statusText: 'succeeded (not captured)' };

describe('what a payment allows for a refund of 40.00', () => {
  test.for<[string, Partial<Payment>, RefundablePayment]>([
    ['captured', {}, { kind: 'refund', chargeId: 'ch_1', isEnough: true }],
    ['just enough left', { amountRefunded: eur(6_000) }, { kind: 'refund', chargeId: 'ch_1', isEnough: true }],
    ['a cent too little left', { amountRefunded: eur(6_001) }, { kind: 'refund', chargeId: 'ch_1', isEnough: false }],
    [
      'authorised for more',
      authorised,
      { kind: 'hold', reason: 'Payment ch_1 is not ready yet, status is succeeded (not captured)' },
    ],
    [
      'a PaymentIntent authorised for more',
      { id: 'pi_1', status: 'pending', statusText: 'requires_capture', captured: false },
      { kind: 'hold', reason: 'Payment pi_1 is not ready yet, status is succeeded (not captured)' },
    ],
    [
      'authorised for as much',
      { ...authorised, amount: eur(4_000) },
      {
        ...{ kind: 'let-go', chargeId: 'ch_1', paymentIntentId: 'pi_1' },
        reason: 'Payment ch_1 is not ready yet, status is succeeded (not captured)',
      },
    ],
    [
      'still under way',
      { status: 'pending', statusText: 'pending', captured: false },
      { kind: 'hold', reason: 'Payment ch_1 is not ready yet, status is pending' },
    ],
    ['failed', { status: 'failed' }, { kind: 'abort', reason: 'Payment ch_1 failed' }],
    ['canceled', { status: 'canceled' }, { kind: 'abort', reason: 'Payment ch_1 has been canceled' }],
    [
      'refunded in full, or an authorisation that ran out',
      { fullyRefunded: true, captured: false },
      { kind: 'abort', reason: 'Payment ch_1 has been fully refunded' },
    ],
    [
      'in another currency',
      { amount: moneyFromMinor(10_000, currencyOf('USD') as Currency) },
      { kind: 'hold', reason: 'Unexpected value USD of the currency of payment ch_1' },
    ],
  ])('%s', ([, fields, expected]) => {
    expect(decideRefundable(charge(fields), eur(4_000))).toEqual(expected);
  });
});

describe('of several payments', () => {
  const enough = { kind: 'refund', chargeId: 'ch_1', isEnough: true } as const;
  const short = { ...enough, isEnough: false };
  const letGo = { kind: 'let-go', chargeId: 'ch_2', paymentIntentId: 'pi_2', reason: '' } as const;
  const hold = { kind: 'hold', reason: 'wait' } as const;
  const abort = { kind: 'abort', reason: 'never' } as const;

  test.for<[string, RefundablePayment[], RefundablePayment | undefined]>([
    ['L20: the one with enough left is chosen, not the first', [abort, short, hold, enough], enough],
    ['one that can be let go of comes before one to wait for', [hold, letGo], letGo],
    ['one that may yet have enough comes before one that has not', [short, hold], hold],
    ['one that has too little is asked before all is given up', [abort, short], short],
    ['the first of equals is chosen', [enough, { ...enough, chargeId: 'ch_9' }], enough],
    ['none is none', [], undefined],
  ])('%s', ([, payments, expected]) => {
    expect(choosePayment(payments)).toEqual(expected);
  });
});
