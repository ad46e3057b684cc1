import { type Currency, currencyOf, type Decimal, decimalOf } from '@connector/kernel';
import { describe, expect } from 'vitest';
import { confirmRefunds, type RefundConfirmation } from './confirm-refunds.ts';
import { confirmServiceRefunds } from './confirm-service-refunds.ts';
import { allItems, allPages, failure, test } from './mirakl-test.ts';
import { listPendingRefunds } from './pending-refunds.ts';
import { listServicePendingRefunds } from './service-refunds.ts';

const EUR = currencyOf('EUR') as Currency;

const done = (refundId: string, amount = '10.00'): RefundConfirmation => ({
  ...{ refundId, amount: decimalOf(amount) as Decimal, currency: EUR },
  ...{ status: 'OK', transactionNumber: `re_${refundId}` },
});

describe('refunds of goods that have not been paid back (PA12)', () => {
  test('each of them is told in our words, also several of one line', async ({ simulator, mirakl }) => {
    const line = { id: 'L-1', state: 'RECEIVED', total: '80.00', taxes: [], shippingTaxes: [] };
    const lines = [line, { ...line, id: 'L-2' }];
    simulator.given.productOrder({ commercialId: 'A', shopId: 2015, currency: 'USD', taxMode: 'TAX_EXCLUDED', lines });
    simulator.given.refund({ orderId: 'A-A', id: '1', amount: '0.1', taxes: ['0.2'] });
    simulator.given.refund({ orderId: 'A-A', id: '2', amount: '5.00' });
    simulator.given.refund({ orderId: 'A-A', id: '3', lineId: 'L-2' });
    simulator.given.refund({ orderId: 'A-A', id: '4', state: 'REFUNDED' });
    const refunds = await allItems(listPendingRefunds(mirakl));
    expect(refunds.map(({ refundId, orderLineId, amount }) => [refundId, orderLineId, String(amount)])).toEqual([
      ['1', 'L-1', '0.3'],
      ['2', 'L-1', '5'],
      ['3', 'L-2', '10'],
    ]);
    expect(refunds[0]).toEqual({
      ...{ refundId: '1', orderId: 'A-A', commercialId: 'A', orderLineId: 'L-1', shopId: 2015, currency: 'USD' },
      ...{ amount: expect.anything(), paymentWorkflow: 'PAY_ON_ACCEPTANCE' },
    });
  });

  test('pages hold up to 100 orders', async ({ simulator, mirakl }) => {
    for (let count = 0; count < 101; count += 1) {
      const { id: orderId } = simulator.given.productOrder();
      simulator.given.refund({ orderId });
      simulator.given.refund({ orderId });
    }
    const pages = await allPages(listPendingRefunds(mirakl));
    expect(pages.map(({ items, isLast }) => [items.length, isLast])).toEqual([
      [200, false],
      [2, true],
    ]);
  });

  test('a refund that cannot be read is named by itself, and stops no other of its order', async ({
    simulator,
    mirakl,
  }) => {
    const order = { order_id: 'A-A', order_commercial_id: 'A', shop_id: '7', currency_iso_code: 'EUR', amount: 100 };
    const refund = [{ id: '1' }, { id: '2', amount: 'all' }, { id: 3, amount: 5 }];
    const orders = [
      { ...order, order_lines: [{ order_line_id: 'L', refunds: [{ id: '4', amount: 1 }] }] },
      { ...order, order_lines: { order_line: [{ order_line_id: 'L', refunds: { refund } }] } },
      { ...order, order_id: 'B-A', order_lines: { order_line: [{ order_line_id: 'L', refunds: 'none' }] } },
      { ...order, order_id: 'C-A', order_lines: null },
    ];
    simulator.faults.add({ kind: 'answer', status: 200, body: { orders: { order: orders } } });
    const [page] = await allPages(listPendingRefunds(mirakl));
    expect(page?.items).toMatchObject([{ refundId: '4' }, { refundId: '3', shopId: 7, paymentWorkflow: undefined }]);
    expect(page?.unreadable).toMatchObject([
      { id: '1', orderId: 'A-A', shopId: 7, field: 'refund.amount', value: '(missing)' },
      { id: '2', shopId: 7, field: 'refund.amount', value: 'all' },
      { id: 'B-A', shopId: 7, field: 'refund', value: '(missing)' },
      { id: 'C-A', shopId: 7, field: 'order_line', value: '(missing)' },
    ]);
  });
});

describe('confirming refunds of goods (PA02)', () => {
  test('each that is right is confirmed, with what it was paid back by; the wrong ones say why', async ({
    simulator,
    mirakl,
  }) => {
    simulator.given.productOrder({ commercialId: 'A' });
    for (const id of ['1', '2', '3', '4']) simulator.given.refund({ orderId: 'A-A', id });
    await confirmRefunds(mirakl, [done('3')]);
    const results = await confirmRefunds(mirakl, [done('1'), done('2', '9.99'), done('3'), done('4')]);
    expect(results).toEqual([
      { refundId: '1', outcome: 'confirmed' },
      { refundId: '2', outcome: 'refused', reason: 'Refund 2: amount is 9.99, expected 10.00' },
      { refundId: '3', outcome: 'refused', reason: expect.stringContaining('validated already') },
      { refundId: '4', outcome: 'confirmed' },
    ]);
    expect(simulator.refunds().map(({ state, transactionNumber }) => [state, transactionNumber])).toEqual([
      ['REFUNDED', 're_1'],
      ['WAITING_REFUND_PAYMENT', null],
      ['REFUNDED', 're_3'],
      ['REFUNDED', 're_4'],
    ]);
    expect((await allItems(listPendingRefunds(mirakl))).map(({ refundId }) => refundId)).toEqual(['2']);
  });

  test('a lost answer is not asked for again; reading tells that it worked', async ({ simulator, mirakl }) => {
    simulator.given.productOrder({ commercialId: 'A' });
    simulator.given.refund({ orderId: 'A-A', id: '1' });
    simulator.faults.add({ kind: 'cut-after-effect' });
    expect(await failure(confirmRefunds(mirakl, [done('1')]))).toMatchObject({
      code: 'mirakl_unavailable',
      operation: 'PA02',
    });
    expect(simulator.requests()).toHaveLength(1);
    expect(await allItems(listPendingRefunds(mirakl))).toEqual([]);
  });
});

describe('refunds of services (SPA12, SPA02)', () => {
  test('each is told in our words', async ({ simulator, mirakl }) => {
    simulator.given.serviceOrder({ commercialId: 'Spa-day', taxMode: 'TAX_EXCLUDED' });
    simulator.given.refund({ orderId: 'Spa-day-A', id: '1', amount: '0.1', taxes: ['0.2'] });
    simulator.given.refund({ orderId: 'Spa-day-A', id: '2', state: 'OK' });
    const refunds = await allItems(listServicePendingRefunds(mirakl));
    expect(refunds).toEqual([
      {
        ...{ refundId: '1', orderId: 'Spa-day-A', commercialId: 'Spa-day', currency: 'EUR' },
        ...{ amount: expect.anything(), state: 'WAITING' },
      },
    ]);
    expect(String(refunds[0]?.amount)).toBe('0.3');
  });

  test('what says that it is settled is left out, what says nothing waits, what we do not know is handed on', async ({
    simulator,
    mirakl,
  }) => {
    const refund = { order_id: 'S', amount: 5, currency_code: 'EUR' };
    const data = [
      { ...refund, id: '1', state: 'OK' },
      { ...refund, id: '2' },
      { ...refund, id: '3', state: 'DOUBTED' },
      { ...refund, id: '4', amount: null },
      { ...refund, id: '5', state: 'REFUSED', amount: null },
    ];
    simulator.faults.add({ kind: 'answer', status: 200, body: { data } });
    const [page] = await allPages(listServicePendingRefunds(mirakl));
    expect(page?.items).toMatchObject([
      { refundId: '2', commercialId: 'S', state: 'WAITING' },
      { refundId: '3', state: { unknown: 'DOUBTED', field: 'state' } },
    ]);
    expect(page?.unreadable).toMatchObject([{ id: '4', orderId: 'S', field: 'amount', value: 'null' }]);
  });

  test('they are confirmed one by one where one is wrong', async ({ simulator, mirakl }) => {
    simulator.given.serviceOrder({ commercialId: 'S' });
    for (const id of ['1', '2']) simulator.given.refund({ orderId: 'S-A', id });
    const refunds = [done('1'), done('2', '1.00'), done('9')].map((each) => ({ ...each, orderId: 'S-A' }));
    expect(await confirmServiceRefunds(mirakl, refunds)).toMatchObject([
      { refundId: '1', outcome: 'confirmed' },
      { refundId: '2', outcome: 'refused', reason: expect.stringContaining('expected 10.00') },
      { refundId: '9', outcome: 'refused', reason: 'Refund 9 does not exist' },
    ]);
    expect(simulator.refunds()).toMatchObject([{ state: 'OK', transactionNumber: 're_1' }, { state: 'WAITING' }]);
  });
});
