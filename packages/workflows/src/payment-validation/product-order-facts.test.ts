import { decimalOf } from '@connector/kernel';
import type { ProductOrder, ProductOrderLine } from '@connector/mirakl';
import { expect, test } from 'vitest';
import { productOrderFacts } from './product-order-facts.ts';

const decimal = (text: string) => decimalOf(text) ?? expect.fail(`${text} is a decimal`);
const zero = decimal('0');

const line: ProductOrderLine = {
  ...{ id: 'L-1', state: 'SHIPPING', totalPrice: decimal('100.00'), taxes: decimal('20.00') },
  ...{ shippingTaxes: decimal('1.00'), cancelations: [], refunds: [] },
};

const cancelation = {
  ...{ id: 'c', amount: decimal('10.00'), shippingAmount: decimal('2.00'), fees: decimal('0.35') },
  ...{ taxes: decimal('2.40'), shippingTaxes: decimal('0.10') },
};

const order = (fields: Partial<ProductOrder>) =>
  productOrderFacts({
    ...{ id: 'O-1-A', commercialId: 'O-1', shopId: 1, createdAt: '', state: 'SHIPPING', taxMode: 'included' },
    ...{ currency: 'EUR' as ProductOrder['currency'], customerId: '7', paymentWorkflow: 'PAY_ON_ACCEPTANCE' },
    ...{ customerDebited: true, transactionNumber: undefined, payOutPsp: undefined, buyerPaysSeller: false },
    ...{ totalPrice: decimal('100.00'), totalCommission: zero, lines: [line] },
    ...fields,
  });

const gone = (fields: Partial<ProductOrder>) => {
  const { sums } = order(fields);
  return 'gone' in sums ? sums.gone.toFixed(2) : sums;
};

test.each<[string, Partial<ProductOrderLine>, string, string]>([
  ['a line that goes on: nothing', {}, '0.00', '0.00'],
  ['L18: a part of it: goods, shipping and fees', { cancelations: [cancelation, cancelation] }, '24.70', '29.70'],
  ['a refused line: all of it', { state: 'REFUSED' }, '100.00', '121.00'],
  ['a cancelled line: what was cancelled of it', { state: 'CANCELED', cancelations: [cancelation] }, '12.35', '14.85'],
  ['a cancelled line without a word on what: all of it', { state: 'CANCELED' }, '100.00', '121.00'],
])('what has gone of %s; taxes on top where prices are without', (_, change, included, excluded) => {
  const lines = [{ ...line, ...change }, line];
  expect(gone({ lines })).toBe(included);
  expect(gone({ lines, taxMode: 'excluded' })).toBe(excluded);
});

test('an order that was refused has gone with all its lines, whatever their states', () => {
  const lines = [line, { ...line, state: 'CANCELED' as const, cancelations: [cancelation] }];
  expect(gone({ state: 'REFUSED', lines })).toBe('112.35');
  expect(order({ state: 'REFUSED', lines }).sums).toMatchObject({ due: zero });
});

test('what nobody knows does not pass for nothing', () => {
  expect(gone({ state: 'CANCELED', lines: [] })).toEqual({ unknown: '(missing)', field: 'order_lines' });
  const unknown = { unknown: 'some', field: 'cancelations.0.amount' };
  expect(gone({ lines: [{ ...line, cancelations: unknown }] })).toEqual(unknown);
  expect(gone({ lines: [{ ...line, state: unknown }] })).toEqual(unknown);
  expect(gone({ taxMode: unknown })).toEqual(unknown);
});

test('Mirakl notes the payment, waits for it, does not ask yet, or never will', () => {
  const debit = (fields: Partial<ProductOrder>) => order({ customerDebited: false, ...fields }).debit;
  expect(debit({ customerDebited: true })).toBe('done');
  expect(debit({ state: 'WAITING_DEBIT_PAYMENT' })).toBe('awaited');
  expect(debit({ paymentWorkflow: 'PAY_ON_SHIPMENT' })).toBe('not asked for');
  expect(debit({ paymentWorkflow: 'NO_CUSTOMER_PAYMENT_CONFIRMATION' })).toBe('done');
});
