import { currencyOf } from '@connector/kernel';
import { describe, expect, test } from 'vitest';
import { type PayoutFacts, whyNotPayout, whyNotTransfer, whyTooLow } from './decide-movement.ts';

const currency = (code: string) => currencyOf(code) ?? expect.fail(`${code} is a currency`);
const now = new Date('2026-11-02T09:00:00Z');
const mapping = { id: 1, accountId: 'acct_1', kycBlocked: false, payoutsEnabled: true };
const facts: PayoutFacts = {
  ...{ invoiceId: 7, shopId: 2_000, seller: { mapping, ignored: false }, seenAt: now, now },
  amount: { minor: 7_500n, currency: currency('EUR') },
  transfers: [
    { type: 'TRANSFER_EXTRA_CREDITS', status: 'TRANSFER_CREATED' },
    { type: 'TRANSFER_SUBSCRIPTION', status: 'TRANSFER_ABORTED' },
    { type: 'TRANSFER_EXTRA_INVOICES', status: 'TRANSFER_IGNORED' },
  ],
};
const inShort = (no: ReturnType<typeof whyNotPayout>) => no && `${no.kind}: ${no.reason}`;
const payout = (change: Partial<PayoutFacts>) => inShort(whyNotPayout({ ...facts, ...change }));
const transfer = (change: Partial<PayoutFacts>) => inShort(whyNotTransfer({ ...facts, ...change }));

test('nothing stands against what is due of a seller in order', () => {
  expect([payout({}), transfer({})]).toEqual([undefined, undefined]);
});

test.for([
  ['an excluded shop', { seller: { mapping, ignored: true } }, 'ignore: Shop 2000 is ignored'],
  [
    'a shop without an account',
    { seller: { mapping: undefined, ignored: false } },
    'hold: Cannot find Stripe account for shop ID 2000',
  ],
  [
    'a seller that KYC blocks',
    { seller: { mapping: { ...mapping, kycBlocked: true }, ignored: false } },
    'hold: Payouts are disabled shop ID 2000',
  ],
  [
    'an invoice that Mirakl was not asked about for days',
    { seenAt: new Date('2026-10-31T08:00:00Z') },
    'hold: Invoice 7 was last seen on Mirakl on 2026-10-31',
  ],
] as const)('%s gets neither transfer nor payout', ([, change, expected]) => {
  expect(payout(change)).toBe(expected);
  expect(transfer(change)).toBe(expected);
});

test('disabled payouts stop payouts only', () => {
  const seller = { mapping: { ...mapping, payoutsEnabled: false }, ignored: false };
  expect(payout({ seller })).toBe('hold: Payouts are disabled shop ID 2000');
  expect(transfer({ seller })).toBeUndefined();
});

test.for(['PENDING', 'ON_HOLD', 'FAILED'])('L24: a payout waits for a transfer of its invoice that is %s', (state) => {
  const transfers = [{ type: 'TRANSFER_SUBSCRIPTION', status: `TRANSFER_${state}` }];
  expect(payout({ transfers })).toBe(
    `hold: TRANSFER_SUBSCRIPTION of invoice 7 is not ready yet, status is TRANSFER_${state}`,
  );
});

describe('payouts of some currencies are whole amounts, and are not rounded', () => {
  test.for([
    ['HUF', 104_500n, undefined],
    ['HUF', 104_550n, 'hold: Amount 1045.50 HUF cannot be paid out: payouts must be whole amounts'],
    ['TWD', 12n, 'hold: Amount 0.12 TWD cannot be paid out: payouts must be whole amounts'],
    ['JPY', 12n, undefined],
    ['KWD', 10n, undefined],
  ] as const)('%s %s', ([code, minor, expected]) => {
    const amount = { minor, currency: currency(code) };
    expect(payout({ amount })).toBe(expected);
    expect(transfer({ amount })).toBeUndefined();
  });
});

test('a balance that is too low is told with what is on its way', () => {
  expect(whyTooLow(facts, { available: 7_500n, pending: 0n })).toBeUndefined();
  expect(inShort(whyTooLow(facts, { available: 7_499n, pending: 300n }))).toBe(
    'hold: Balance of shop ID 2000 is too low: 75.00 EUR needed, 74.99 EUR available, 3.00 EUR pending',
  );
});
