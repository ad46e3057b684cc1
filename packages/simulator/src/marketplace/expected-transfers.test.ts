import { describe, expect, test } from 'vitest';
import type { SimulatedProductOrder } from '../mirakl/objects.ts';
import type { GivenCharge } from '../stripe/given.ts';
import { expectedTransfers } from './expected-transfers.ts';
import { marketplace, simulators } from './marketplace-test.ts';

/** One shop with an account, and ways to ask what is expected of one order of it. */
async function oneShop() {
  const { mirakl, stripe } = await simulators();
  const shop = mirakl.given.shop();
  const account = stripe.given.account();
  const options = { mirakl, stripe, accountOf: () => account.id };
  return {
    ...{ mirakl, stripe, account, shop, options },
    product(order: Partial<SimulatedProductOrder>, charge: Partial<GivenCharge> = {}) {
      const currency = order.currency?.toLowerCase() ?? 'eur';
      const { chargeId, paymentIntentId } = stripe.given.charge({ amount: 1_000_000, currency, ...charge });
      const transactionNumber = paymentIntentId ?? chargeId;
      const { id } = mirakl.given.productOrder({ shopId: shop.id, transactionNumber, ...order });
      return { id, chargeId, outcome: () => expectedTransfers(options).get(id) };
    },
  };
}

test('every outcome is called for by some order of the demo', async () => {
  const { mirakl, stripe, sellers } = await marketplace(20_261_123);
  const account = stripe.given.account();
  const idle = stripe.given.account({ capabilities: { transfers: 'inactive' } });
  const lazy = sellers.find(({ special }) => special === 'never-finishes')?.shop.id;
  const lost = sellers.find(({ special }) => special === 'bad-phone')?.shop.id;
  const accountOf = (id: number) => (id === lazy ? idle.id : id === lost ? undefined : account.id);
  const expected = expectedTransfers({ mirakl, stripe, accountOf });
  expect(new Set([...expected.values()].map(({ kind }) => kind))).toEqual(
    new Set(['transfer', 'hold', 'abort', 'ignore']),
  );
  const shown = ['01', '02', '03', '04', '05', '06', '07', '08', '09', '10'].map((n) => expected.get(`Amount_${n}-A`));
  expect(shown.map((outcome) => (outcome?.kind === 'transfer' ? outcome.amount : outcome?.kind))).toEqual([
    ...[1_759, 101, 26, 99_935, 1_086, 10_860],
    ...['hold', 'hold', 'hold', 'abort'],
  ]);
});

describe('amounts, worked out by hand', () => {
  test.each([
    ['19.99', '3.00', 'EUR', 1_699],
    ['1.15', '0', 'EUR', 115],
    ['0.29', '0.01', 'USD', 28],
    ['1135.63', '113.56', 'GBP', 102_207],
    ['1234', '34', 'JPY', 1_200],
    ['12.340', '0', 'KWD', 12_340],
    ['100', '0', 'ISK', 10_000],
    ['12.34', '0', 'JPY', 'hold'],
    ['12.345', '0', 'KWD', 'hold'],
    ['10.005', '0', 'EUR', 'hold'],
    ['10.50', '0', 'ISK', 'hold'],
    ['10.005', '0.005', 'EUR', 1_000],
    ['10.00', '10.00', 'EUR', 'abort'],
    ['10.00', '10.01', 'EUR', 'abort'],
  ] as const)('%s less %s %s', async (total, commission, currency, amount) => {
    const { product, account } = await oneShop();
    const { chargeId, outcome } = product({ total, commission, currency });
    const transfer = { kind: 'transfer', destination: account.id, amount, currency: currency.toLowerCase() };
    expect(outcome()).toEqual(typeof amount === 'string' ? { kind: amount } : { ...transfer, sourceCharge: chargeId });
  });

  const line = { id: '1', state: 'SHIPPING', total: '100.00', taxes: ['20.00', '0.29'], shippingTaxes: ['1.00'] };
  const lines = [line, { ...line, id: '2', state: 'REFUSED' }, { ...line, id: '3', state: 'CANCELED' }];

  test.each([
    ['TAX_INCLUDED', 8_500, 6_471],
    ['TAX_EXCLUDED', 10_629, 8_600],
  ])('%s: the taxes of lines that are neither refused nor cancelled', async (taxMode, whole, withoutTaxes) => {
    const { product, stripe, options } = await oneShop();
    const { id, outcome } = product({ taxMode, lines });
    expect(outcome()).toMatchObject({ amount: whole });
    const taxAccount = stripe.given.account().id;
    const split = expectedTransfers({ ...options, taxAccount });
    expect(split.get(id)).toMatchObject({ amount: withoutTaxes });
    expect(split.get(`${id}_TAX`)).toMatchObject({ amount: 2_029, destination: taxAccount });
  });

  test.each([
    ['TAX_INCLUDED', 11_230, 11_230, 'abort'],
    ['TAX_EXCLUDED', 13_230, 11_230, 'transfer'],
  ])('%s: a service with options of both types', async (taxMode, whole, withoutTaxes, taxes) => {
    const { mirakl, stripe, shop, options } = await oneShop();
    const { id } = mirakl.given.serviceOrder({
      ...{ shopId: shop.id, taxMode, price: '100.00', taxes: ['20.00'], commission: '12.70' },
      options: [
        { type: 'BOOLEAN', amount: '5.00' },
        { type: 'VALUE_LIST', values: ['9.99', '10.01'] },
      ],
    });
    const { paymentIntentId = null } = stripe.given.charge({ amount: 20_000, currency: 'eur' });
    mirakl.given.debit({ orderId: id, state: 'REFUSED', transactionNumber: 'ch_refused' });
    expect(expectedTransfers(options).get(id)).toEqual({ kind: 'hold' });
    mirakl.given.debit({ orderId: id, transactionNumber: paymentIntentId });
    expect(expectedTransfers(options).get(id)).toMatchObject({ amount: whole });
    const split = expectedTransfers({ ...options, taxAccount: stripe.given.account().id });
    expect(split.get(id)).toMatchObject({ amount: withoutTaxes });
    expect(split.get(`${id}_TAX`)?.kind).toBe(taxes);
  });
});

test.each([
  ['of another payout provider', { payOutPsp: 'HYPERWALLET', state: 'REFUSED' }, {}, 'ignore'],
  ['that the buyer pays to the seller', { buyerPaysSeller: true }, {}, 'ignore'],
  ['without a word on the payout provider', { payOutPsp: null }, {}, 'transfer'],
  ['that is refused', { state: 'REFUSED', debited: false }, {}, 'abort'],
  ['that is not accepted', { state: 'WAITING_ACCEPTANCE' }, {}, 'hold'],
  ['in a state that nobody knows', { state: 'TELEPORTED' }, {}, 'hold'],
  ['that is not paid', { debited: false }, { status: 'failed', withPaymentIntent: false }, 'hold'],
  ['paid elsewhere', { transactionNumber: 'PAYPAL-1' }, {}, 'hold'],
  ['without a payment', { transactionNumber: null }, {}, 'hold'],
  ['whose charge is pending', {}, { status: 'pending' }, 'hold'],
  ['whose charge is not captured', {}, { captured: false }, 'hold'],
  ['whose charge failed', {}, { status: 'failed', withPaymentIntent: false }, 'abort'],
  ['whose PaymentIntent may yet succeed', {}, { status: 'failed' }, 'hold'],
  ['whose charge is refunded', { total: '10.005' }, { amountRefunded: 1_000_000 }, 'abort'],
  ['whose charge is refunded in part', {}, { amountRefunded: 1 }, 'transfer'],
] as const)('an order %s', async (_, order, charge, kind) => {
  const { product } = await oneShop();
  expect(product(order, charge).outcome()?.kind).toBe(kind);
});

test('what the shop and the operator have chosen decides before the order does', async () => {
  const { product, mirakl, stripe, shop, options } = await oneShop();
  const { id } = product({});
  const kind = (more: object = {}) => expectedTransfers({ ...options, ...more }).get(id)?.kind;
  const idle = stripe.given.account({ capabilities: { transfers: 'inactive' } });
  expect(kind({ accountOf: () => undefined })).toBe('hold');
  expect(kind({ accountOf: () => idle.id })).toBe('hold');
  expect(kind({ payOutPspCodes: ['STRIPE'] })).toBe('ignore');
  expect(kind({ kinds: ['service'] })).toBeUndefined();
  mirakl.setAdditionalField(shop.id, 'stripe-ignored', 'true');
  expect(kind({ accountOf: () => undefined })).toBe('ignore');
});
