import { currencyOf, decimalOf } from '@connector/kernel';
import type { InvoiceSummary } from '@connector/mirakl';
import { describe, expect, test } from 'vitest';
import { decideInvoice, type IssuedInvoice, isToBeSettled, type SettlementRules } from './decide-invoice.ts';
import type { SellerFacts } from './settlement.ts';

const decimal = (text: string) => decimalOf(text) ?? expect.fail(`${text} is a decimal`);
const currency = (code: string) => currencyOf(code) ?? expect.fail(`${code} is a currency`);

type Sums = { amount?: string; subscription?: string; credits?: string; invoices?: string };

function summary({ amount = '75.00', subscription = '-10.00', credits = '0', invoices = '0' }: Sums = {}) {
  return {
    amountTransferred: decimal(amount),
    amountTransferredToOperator: decimal('0'),
    totalSubscription: decimal(subscription),
    totalOtherCredits: decimal(credits),
    totalOtherInvoices: decimal(invoices),
    parts: { total_payable_orders_incl_tax: decimal(amount), total_refund_non_payable_orders_incl_tax: decimal('0') },
  } as unknown as InvoiceSummary;
}

const document: IssuedInvoice = {
  invoiceId: 7,
  uuid: undefined,
  type: 'AUTO_INVOICE',
  state: 'COMPLETE',
  createdAt: '2026-11-01T00:00:00Z',
  currency: currency('EUR'),
  shopId: 2_000,
  shopModel: 'MARKETPLACE',
  payOutPsp: 'OPERATOR',
  billingCycleId: undefined,
  paymentState: 'PENDING',
  summary: summary(),
};
const mapping = { id: 1, accountId: 'acct_1', kycBlocked: false, payoutsEnabled: true };
const rules: SettlementRules = { payOutPspCodes: new Set(['OPERATOR']), shopModels: undefined, partsCheck: 'warn' };

function decide(
  invoice: Partial<IssuedInvoice>,
  seller: Partial<SellerFacts> = {},
  change: Partial<SettlementRules> = {},
) {
  return decideInvoice({
    invoice: { ...document, ...invoice },
    seller: { mapping, ignored: false, ...seller },
    rules: { ...rules, ...change },
  });
}

const inShort = (decision: ReturnType<typeof decide>) => {
  const all = { ...decision.transfers, PAYOUT: decision.payout };
  return Object.fromEntries(
    Object.entries(all).map(([type, one]) => {
      const amount = 'amount' in one && one.amount ? ` ${one.amount.minor} ${one.amount.currency}` : '';
      return [
        type.replace('TRANSFER_', ''),
        'reason' in one ? `${one.kind}${amount}: ${one.reason}` : `${one.kind}${amount}`,
      ];
    }),
  );
};
const each = (text: string) => ({ EXTRA_CREDITS: text, SUBSCRIPTION: text, EXTRA_INVOICES: text, PAYOUT: text });
const nothing = 'abort: Amount must be positive, input was: 0';

describe('the first rule that matches decides about everything that a document moves', () => {
  test.for([
    [
      'another payout provider',
      { payOutPsp: 'MANGOPAY' },
      {},
      {},
      'ignore: Invoice 7 is not paid out through this connector',
    ],
    [
      'another model of shop',
      { shopModel: 'DROPSHIP' },
      {},
      { shopModels: new Set(['MARKETPLACE']) },
      'ignore: Invoice 7 is not paid out through this connector',
    ],
    ['paid already', { paymentState: 'PAID' }, {}, {}, 'abort: Invoice 7 is already paid'],
    [
      'paid already, but by another provider',
      { paymentState: 'PAID', payOutPsp: 'MANGOPAY' },
      {},
      {},
      'ignore: Invoice 7 is not paid out through this connector',
    ],
    ['no shop', { shopId: undefined }, {}, {}, 'abort: No shop ID provided'],
    ['a shop that the operator excludes', {}, { ignored: true }, {}, 'ignore: Shop 2000 is ignored'],
    [
      'a state of the payment that we do not know',
      { paymentState: { unknown: 'LATE', field: 'payment.state' } },
      {},
      {},
      'hold: Unexpected value LATE of payment.state',
    ],
    [
      'a kind that we do not know',
      { type: { unknown: 'WISH', field: 'type' } },
      {},
      {},
      'hold: Unexpected value WISH of type',
    ],
    [
      'a state that we do not know',
      { state: { unknown: 'SHREDDED', field: 'state' } },
      {},
      {},
      'hold: Unexpected value SHREDDED of state',
    ],
    [
      'a currency that is none',
      { currency: { unknown: 'EURO', field: 'currency_iso_code' } },
      {},
      {},
      'hold: Unexpected value EURO of currency_iso_code',
    ],
    [
      'an automatic document without sums',
      { summary: undefined },
      {},
      {},
      'hold: Unexpected value (missing) of summary',
    ],
  ] as const)('%s', ([, invoice, seller, change, expected]) => {
    expect(inShort(decide(invoice, seller, change))).toEqual(each(expected));
  });

  test.for([
    ['one that says no provider and no model', { payOutPsp: undefined, shopModel: undefined }],
    ['one whose payment has failed elsewhere', { paymentState: 'FAILED' }],
    ['one that is generated only', { state: 'GENERATED' }],
  ] as const)('%s is ours', ([, invoice]) => {
    expect(inShort(decide(invoice)).PAYOUT).toBe('send 7500 EUR');
  });
});

describe('what waits for the seller knows its amount', () => {
  test('as long as he has no account', () => {
    expect(inShort(decide({}, { mapping: undefined }))).toEqual({
      ...{ EXTRA_CREDITS: nothing, EXTRA_INVOICES: nothing },
      SUBSCRIPTION: 'hold 1000 EUR: Cannot find Stripe account for shop ID 2000',
      PAYOUT: 'hold 7500 EUR: Cannot find Stripe account for shop ID 2000',
    });
  });

  test('as long as KYC blocks him', () => {
    const decision = inShort(decide({}, { mapping: { ...mapping, kycBlocked: true } }));
    expect(decision.SUBSCRIPTION).toBe('hold 1000 EUR: Payouts are disabled shop ID 2000');
    expect(decision.PAYOUT).toBe('hold 7500 EUR: Payouts are disabled shop ID 2000');
  });

  test('while payouts are disabled, which stops no fee', () => {
    const decision = inShort(decide({}, { mapping: { ...mapping, payoutsEnabled: false } }));
    expect(decision.SUBSCRIPTION).toBe('send 1000 EUR');
    expect(decision.PAYOUT).toBe('hold 7500 EUR: Payouts are disabled shop ID 2000');
  });
});

describe('L21: the sign of a sum says who pays, and one that should not be is held, not turned round', () => {
  test.for([
    // What the seller owes is negative, what he is given positive; so Mirakl writes them (IV01).
    ['a subscription', { subscription: '-10.00' }, 'SUBSCRIPTION', 'send 1000 EUR'],
    [
      'a subscription paid to the seller',
      { subscription: '10.00' },
      'SUBSCRIPTION',
      'hold: Unexpected value 10 of total_subscription_incl_tax',
    ],
    ['a credit', { credits: '12.34' }, 'EXTRA_CREDITS', 'send 1234 EUR'],
    [
      'a credit that the seller pays',
      { credits: '-12.34' },
      'EXTRA_CREDITS',
      'hold: Unexpected value -12.34 of total_other_credits_incl_tax',
    ],
    ['an extra invoice', { invoices: '-0.29' }, 'EXTRA_INVOICES', 'send 29 EUR'],
    [
      'an extra invoice paid to the seller',
      { invoices: '0.29' },
      'EXTRA_INVOICES',
      'hold: Unexpected value 0.29 of total_other_invoices_incl_tax',
    ],
    ['a payout', { amount: '75.00' }, 'PAYOUT', 'send 7500 EUR'],
    ['a negative payout', { amount: '-75.00' }, 'PAYOUT', 'abort: Amount must be positive, input was: -7500'],
    ['a payout of nothing', { amount: '0.00' }, 'PAYOUT', nothing],
    ['a fee of nothing', { subscription: '-0.00' }, 'SUBSCRIPTION', nothing],
  ] as const)('%s', ([, sums, type, expected]) => {
    expect(inShort(decide({ summary: summary(sums) }))[type]).toBe(expected);
  });
});

describe('amounts are exact, and what a currency cannot express is held and stops nothing else', () => {
  test.for([
    ['JPY', '1234', 'send 1234 JPY'],
    ['JPY', '12.5', "hold: Amount 12.5 JPY cannot be expressed in Stripe's minor units"],
    ['KWD', '12.340', 'send 12340 KWD'],
    ['KWD', '12.345', "hold: Amount 12.345 KWD cannot be expressed in Stripe's minor units"],
    ['EUR', '1135.63', 'send 113563 EUR'],
    ['EUR', '10.005', "hold: Amount 10.005 EUR cannot be expressed in Stripe's minor units"],
  ] as const)('%s %s', ([code, amount, expected]) => {
    const decision = inShort(decide({ currency: currency(code), summary: summary({ amount, subscription: '-10' }) }));
    expect(decision.PAYOUT).toBe(expected);
    expect(decision.SUBSCRIPTION).toMatch(/^send 10/);
  });
});

describe('a document whose parts do not add up', () => {
  const odd = { ...summary(), amountTransferred: decimal('80.00') };
  const note = 'Invoice 7 does not add up: its parts are 75, its amount is 80';

  test('is paid, and the discrepancy is shown', () => {
    const decision = decide({ summary: odd });
    expect(decision.note).toBe(note);
    expect(inShort(decision).PAYOUT).toBe('send 8000 EUR');
  });

  test('is held as a whole if the operator wants that', () => {
    expect(inShort(decide({ summary: odd }, {}, { partsCheck: 'hold' }))).toEqual(each(`hold: ${note}`));
  });

  test('is paid without a word if the operator wants that', () => {
    expect(decide({ summary: odd }, {}, { partsCheck: 'off' }).note).toBeUndefined();
  });

  test('is not one that adds up', () => {
    expect(decide({}).note).toBeUndefined();
  });
});

test.for([
  ['an automatic document', {}, true],
  ['a draft', { state: 'DRAFT' }, false],
  ['one without a number', { invoiceId: undefined }, false],
  [
    'an invoice by hand, whose sums are in the next automatic one',
    { type: 'MANUAL_INVOICE', summary: undefined },
    false,
  ],
  ['a credit by hand', { type: 'MANUAL_CREDIT', summary: undefined }, false],
  ['one of a kind that we do not know', { type: { unknown: 'WISH', field: 'type' } }, true],
] as const)('%s: %s', ([, invoice, expected]) => {
  expect(isToBeSettled({ ...document, ...invoice })).toBe(expected);
});
