import { type Currency, currencyOf, type Decimal, decimalOf, formatMajor, moneyFromMinor } from '@connector/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decideTransfer, type SplitRules, type TransferFacts } from './decide-transfer.ts';
import type { OrderFacts } from './order-facts.ts';
import type { TransferDecision } from './transfer.ts';

const decimal = (text: string): Decimal => decimalOf(text) ?? expect.fail(`${text} is a decimal`);
const currency = (code: string): Currency => currencyOf(code) ?? expect.fail(`${code} is a currency`);
const amounts = (due: string, commission: string, taxes = '0') => ({
  due: decimal(due),
  commission: decimal(commission),
  taxes: decimal(taxes),
});

const rules: SplitRules = {
  payOutPspCodes: new Set(['NOT_SPECIFIED', 'OPERATOR']),
  splitWithoutCharge: false,
  taxSplit: undefined,
};
const withTaxSplit: SplitRules = { ...rules, taxSplit: { accountId: 'acct_tax' } };

const order: OrderFacts = {
  kind: 'product',
  id: 'O-1-A',
  commercialId: 'O-1',
  shopId: 2000,
  createdAt: '2026-11-01T10:00:00Z',
  currency: currency('EUR'),
  progress: 'accepted',
  state: 'SHIPPING',
  paid: true,
  payOutPsp: undefined,
  buyerPaysSeller: false,
  transactionNumber: 'pi_1',
  amounts: amounts('100.00', '15.00'),
};

const facts: TransferFacts = {
  order,
  share: 'seller',
  shop: { mapping: { id: 7, kycBlocked: false }, ignored: false },
  taxAccount: { mapping: { id: 1, kycBlocked: false }, ignored: false },
  mappedChargeId: undefined,
  rules,
};

const decide = (change: Partial<Omit<TransferFacts, 'order'>> & { order?: Partial<OrderFacts> } = {}) =>
  decideTransfer({ ...facts, ...change, order: { ...order, ...change.order } });

test('an accepted and paid order is sent: what the buyer owes less the commission', () => {
  expect(decide()).toEqual({
    kind: 'send',
    amount: { minor: 8500n, currency: 'EUR' },
    source: { kind: 'payment', id: 'pi_1' },
    mappingId: 7,
  });
});

describe('what is not ours is ignored', () => {
  const notOurs = { kind: 'ignore', reason: 'Order O-1-A is not paid out through this connector' };
  test('the buyer pays the seller directly', () => {
    expect(decide({ order: { buyerPaysSeller: true } })).toEqual(notOurs);
  });
  test('another provider pays out', () => {
    expect(decide({ order: { payOutPsp: 'HYPERWALLET' } })).toEqual(notOurs);
    expect(decide({ order: { payOutPsp: 'OPERATOR' } })).toMatchObject({ kind: 'send' });
  });
  test('the operator excludes the shop, with or without an account', () => {
    const ignored = { kind: 'ignore', reason: 'Shop 2000 is ignored' };
    expect(decide({ shop: { mapping: { id: 7, kycBlocked: false }, ignored: true } })).toEqual(ignored);
    expect(decide({ shop: { mapping: undefined, ignored: true } })).toEqual(ignored);
  });
});

describe('what may come true waits', () => {
  test.each([
    [
      'the shop has no account',
      { shop: { mapping: undefined, ignored: false } },
      'Cannot find Stripe account for shop ID 2000',
    ],
    [
      'the account is blocked by KYC',
      { shop: { mapping: { id: 7, kycBlocked: true }, ignored: false } },
      'Payouts are disabled shop ID 2000',
    ],
    [
      'the order is not accepted',
      { order: { progress: 'not-accepted', state: 'WAITING_ACCEPTANCE' } },
      'Order is not ready yet, status is WAITING_ACCEPTANCE',
    ],
    ['the order is not paid', { order: { paid: false } }, 'Order is not ready yet, status is SHIPPING'],
    [
      'no payment is known',
      { order: { transactionNumber: undefined } },
      'Cannot find the ID of the payment of order O-1-A',
    ],
    [
      'the payment is not of Stripe',
      { order: { transactionNumber: 'ADYEN-77' } },
      'Cannot find the ID of the payment of order O-1-A',
    ],
    [
      'the state is a new one of Mirakl',
      { order: { progress: { unknown: 'TELEPORTED', field: 'order_state' } } },
      'Unexpected value TELEPORTED of order_state',
    ],
    [
      'the currency is none',
      { order: { currency: { unknown: '???', field: 'currency_iso_code' } } },
      'Unexpected value ??? of currency_iso_code',
    ],
    [
      'the tax mode is a new one',
      { order: { amounts: { unknown: 'HALF', field: 'order_tax_mode' } } },
      'Unexpected value HALF of order_tax_mode',
    ],
  ] as const)('%s', (_, change, reason) => {
    expect(decide(change)).toEqual({ kind: 'hold', reason });
  });

  test.each([
    ['12.34', 'JPY'],
    ['12.345', 'KWD'],
    ['10.005', 'EUR'],
  ])('%s %s has decimals that Stripe does not know', (due, code) => {
    expect(decide({ order: { currency: currency(code), amounts: amounts(due, '0') } })).toEqual({
      kind: 'hold',
      reason: `Amount ${due} ${code} cannot be expressed in Stripe's minor units`,
    });
  });
});

test('a refused order will never be sent, paid or not', () => {
  for (const paid of [true, false]) {
    expect(decide({ order: { progress: 'refused', state: 'CANCELED', paid } })).toEqual({
      kind: 'abort',
      reason: 'Order cannot be processed, status is CANCELED',
    });
  }
});

describe('where the money comes from', () => {
  test.each(['pi_1', 'ch_1', 'py_1'])('the payment %s that Mirakl knows comes first', (id) => {
    const decision = decide({ order: { transactionNumber: id }, mappedChargeId: 'ch_mapped' });
    expect(decision).toMatchObject({ source: { kind: 'payment', id } });
  });
  test('then the charge that names the commercial order', () => {
    const decision = decide({ order: { transactionNumber: 'MY-REF' }, mappedChargeId: 'ch_mapped' });
    expect(decision).toMatchObject({ source: { kind: 'payment', id: 'ch_mapped' } });
  });
  test('then, only if the operator wants it, the balance of the platform', () => {
    const change = { order: { transactionNumber: 'MY-REF' }, rules: { ...rules, splitWithoutCharge: true } };
    expect(decide(change)).toMatchObject({ kind: 'send', source: { kind: 'none' } });
  });
});

describe('the tax split', () => {
  const taxed = { order: { amounts: amounts('120.00', '15.00', '20.00') }, rules: withTaxSplit };

  test('gives the taxes to the tax account and the rest to the seller', () => {
    expect(decide(taxed)).toMatchObject({ amount: { minor: 8500n }, mappingId: 7 });
    expect(decide({ ...taxed, share: 'tax' })).toMatchObject({ amount: { minor: 2000n }, mappingId: 1 });
  });
  test('waits for the tax account to be mapped', () => {
    const taxAccount = { mapping: undefined, ignored: false };
    const reason = 'Cannot find Stripe account for ID acct_tax';
    expect(decide({ ...taxed, share: 'tax', taxAccount })).toEqual({ kind: 'hold', reason });
    expect(decide({ ...taxed, taxAccount })).toMatchObject({ kind: 'send' });
  });
  test('without a tax account will never be', () => {
    const noAccount = { ...rules, taxSplit: { accountId: undefined } };
    expect(decide({ ...taxed, share: 'tax', rules: noAccount })).toEqual({
      kind: 'abort',
      reason: 'No stripe account ID provided',
    });
  });
  test('a block of the seller does not hold the taxes', () => {
    const shop = { mapping: { id: 7, kycBlocked: true }, ignored: false };
    expect(decide({ ...taxed, shop })).toMatchObject({ kind: 'hold' });
    expect(decide({ ...taxed, shop, share: 'tax' })).toMatchObject({ kind: 'send' });
  });

  test('together the shares are what was due less the commission, to the minor unit', () => {
    const eur = currency('EUR');
    const cents = fc.integer({ min: 0, max: 10_000_000 }).map((units) => formatMajor(moneyFromMinor(units, eur)));
    fc.assert(
      fc.property(cents, cents, cents, (due, commission, taxes) => {
        const change = { order: { amounts: amounts(due, commission, taxes) }, rules: withTaxSplit };
        const seller = decide(change);
        const tax = decide({ ...change, share: 'tax' });
        const whole = decide({ ...change, rules });
        const minor = (decision: TransferDecision) => (decision.kind === 'send' ? decision.amount.minor : undefined);
        expect((minor(seller) ?? 0n) + (minor(tax) ?? 0n)).toBe(minor(whole));
      }),
    );
  });
});
