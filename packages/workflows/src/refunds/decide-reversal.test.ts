import { type Currency, currencyOf, type Decimal, decimalOf, moneyFromMinor } from '@connector/kernel';
import { describe, expect, test } from 'vitest';
import { decideReversal, type ReversalFacts } from './decide-reversal.ts';

const currency = (code: string) => currencyOf(code) as Currency;
const decimal = (text: string) => decimalOf(text) as Decimal;
const eur = (minor: number) => moneyFromMinor(minor, currency('EUR'));

/** A refund of 10.00 EUR that is done, of an order that was split: 1.50 of it is commission. */
const facts = (change: Partial<ReversalFacts> = {}): ReversalFacts => ({
  ...{ refundId: '1110', share: 'seller', isTaxSplit: false },
  refund: { status: 'REFUND_CREATED', amount: eur(1_000) },
  transfer: { status: 'TRANSFER_CREATED', statusReason: null, transferId: 'tr_1', mappingId: 7 },
  parts: { commission: decimal('1.50'), taxes: decimal('2.00') },
  ...change,
});

const send = (minor: number) => ({
  ...{ kind: 'send', amount: eur(minor), source: { kind: 'transfer', id: 'tr_1' }, mappingId: 7 },
});

describe('what the seller gives back', () => {
  test('is what the buyer has got, less the commission that the operator gives back', () => {
    expect(decideReversal(facts())).toEqual(send(850));
  });

  test('is less the taxes where the tax account has got them, which gives them back', () => {
    expect(decideReversal(facts({ isTaxSplit: true }))).toEqual(send(650));
    expect(decideReversal(facts({ isTaxSplit: true, share: 'tax' }))).toEqual(send(200));
  });

  test('L22: becomes minor units once: parts with more decimals than the currency has do no harm together', () => {
    const parts = { commission: decimal('1.4949'), taxes: decimal('0.0051') };
    expect(decideReversal(facts({ parts, isTaxSplit: true }))).toEqual(send(850));
  });

  test.for([
    ['JPY', 1_000, '150', 850],
    ['KWD', 10_000, '1.5', 8_500],
    ['ISK', 1_000, '2', 800],
  ] as const)('L19: in %s', ([code, paidBack, commission, minor]) => {
    const refund = { status: 'REFUND_CREATED', amount: moneyFromMinor(paidBack, currency(code)) };
    const parts = { commission: decimal(commission), taxes: decimal('0') };
    expect(decideReversal(facts({ refund, parts }))).toMatchObject({ kind: 'send', amount: { minor: BigInt(minor) } });
  });
});

describe('what stands in the way', () => {
  const created = { status: 'REFUND_CREATED', amount: eur(1_000) };

  test.for<[string, Partial<ReversalFacts>, { kind: string; reason?: string }]>([
    ['no refund', { refund: undefined }, { kind: 'hold', reason: 'Cannot find StripeRefund with ID 1110' }],
    [
      'a refund that is not done',
      { refund: { ...created, status: 'REFUND_PENDING' } },
      { kind: 'hold', reason: 'Refund 1110 has yet to be validated' },
    ],
    [
      'a refund that failed',
      { refund: { ...created, status: 'REFUND_FAILED' } },
      { kind: 'hold', reason: 'Refund 1110 has yet to be validated' },
    ],
    [
      'a refund that was aborted',
      { refund: { ...created, status: 'REFUND_ABORTED' } },
      { kind: 'abort', reason: 'Refund 1110 has been aborted' },
    ],
    [
      'an order that was not split',
      { transfer: undefined },
      { kind: 'hold', reason: 'Payment split has to occur before the transfer can be reversed for a refund' },
    ],
    [
      'a transfer that was not made yet',
      { transfer: { status: 'TRANSFER_PENDING', statusReason: null, transferId: null, mappingId: 7 } },
      { kind: 'hold', reason: 'Payment split has to occur before the transfer can be reversed for a refund' },
    ],
    [
      'a transfer that will never be: there is nothing to give back, for the same reason',
      {
        transfer: {
          ...{ status: 'TRANSFER_ABORTED', statusReason: 'Payment ch_1 has been fully refunded' },
          ...{ transferId: null, mappingId: 7 },
        },
      },
      { kind: 'abort', reason: 'Payment ch_1 has been fully refunded' },
    ],
    ['an order that was not read yet', { parts: undefined }, { kind: 'read-order' }],
    [
      'a value that we do not know',
      { parts: { unknown: '(missing)', field: 'refund 1110' } },
      { kind: 'hold', reason: 'Unexpected value (missing) of refund 1110' },
    ],
    [
      'a sum that the currency cannot express',
      { parts: { commission: decimal('1.505'), taxes: decimal('0') } },
      { kind: 'hold', reason: "Amount 8.495 EUR cannot be expressed in Stripe's minor units" },
    ],
    [
      'nothing to give back',
      { parts: { commission: decimal('10.00'), taxes: decimal('0') } },
      { kind: 'abort', reason: 'Amount must be positive, input was: 0' },
    ],
  ])('%s', ([, change, expected]) => {
    expect(decideReversal(facts(change))).toEqual(expected);
  });
});
