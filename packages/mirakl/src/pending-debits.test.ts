import { describe, expect } from 'vitest';
import { allItems, allPages, failure, test } from './mirakl-test.ts';
import { listPendingDebits } from './pending-debits.ts';
import { listServicePendingDebits } from './service-debits.ts';

describe('product orders that wait for the money of the buyer (PA11)', () => {
  test('an order is told in our words, with exactly what the buyer owes', async ({ simulator, mirakl }) => {
    simulator.given.productOrder({ state: 'SHIPPING' });
    simulator.given.productOrder({
      ...{ id: 'A-1', commercialId: 'A', shopId: 2015, currency: 'EUR', state: 'WAITING_DEBIT_PAYMENT' },
      ...{ total: '12.30', taxMode: 'TAX_EXCLUDED', paymentWorkflow: 'PAY_ON_DELIVERY' },
      lines: [{ id: 'L', state: 'WAITING_DEBIT_PAYMENT', total: '12.30', taxes: ['0.29'], shippingTaxes: ['0.001'] }],
    });
    const [debit, ...others] = await allItems(listPendingDebits(mirakl));
    expect(others).toEqual([]);
    expect(debit).toEqual({
      orderId: 'A-1',
      commercialId: 'A',
      customerId: 'customer-of-A',
      shopId: 2015,
      amount: expect.anything(),
      currency: 'EUR',
      paymentWorkflow: 'PAY_ON_DELIVERY',
    });
    expect(String(debit?.amount)).toBe('12.591');
  });

  test('all pages are read', async ({ simulator, mirakl }) => {
    for (let count = 0; count < 150; count += 1) simulator.given.productOrder({ state: 'WAITING_DEBIT_PAYMENT' });
    const pages = await allPages(listPendingDebits(mirakl));
    expect(pages.map(({ items, isLast, totalCount }) => [items.length, isLast, totalCount])).toEqual([
      [100, false, 150],
      [50, true, 150],
    ]);
  });

  test('lists are read in either form, orders also as OR11 writes them', async ({ simulator, mirakl }) => {
    const order = { order_id: 1, amount: 5, currency_iso_code: 'EUR' };
    const orders = [
      { ...order, order_commercial_id: 'A', customer_id: 7 },
      { ...order, commercial_id: 'A', customer: { customer_id: '7' }, shop_id: null, payment_workflow: 'PAY_BY_MOON' },
    ];
    for (const body of [{ orders }, { orders: { order: orders } }]) {
      simulator.faults.add({ kind: 'answer', status: 200, body });
      expect(await allItems(listPendingDebits(mirakl))).toMatchObject([
        { orderId: '1', commercialId: 'A', customerId: '7', shopId: undefined, paymentWorkflow: undefined },
        { customerId: '7', paymentWorkflow: { unknown: 'PAY_BY_MOON', field: 'payment_workflow' } },
      ]);
    }
  });

  test('an order without what its confirmation needs is described, and stops no other', async ({
    simulator,
    mirakl,
  }) => {
    const order = { order_commercial_id: 'A', customer_id: '7', shop_id: '9', amount: 5, currency_iso_code: 'EUR' };
    const body = {
      orders: {
        order: [
          { ...order, order_id: 'no-amount', amount: undefined, total_price: 5 },
          { ...order, order_id: 'no-commercial-id', order_commercial_id: '' },
          { ...order, order_id: 'no-customer', customer_id: null },
          { ...order, order_id: 'good', currency_iso_code: 'EURO' },
        ],
      },
    };
    simulator.faults.add({ kind: 'answer', status: 200, body });
    const [page] = await allPages(listPendingDebits(mirakl));
    expect(page?.items).toMatchObject([{ orderId: 'good', currency: { unknown: 'EURO', field: 'currency_iso_code' } }]);
    expect(page?.unreadable).toMatchObject([
      { id: 'no-amount', shopId: 9, field: 'amount', value: '(missing)' },
      { id: 'no-commercial-id', shopId: 9, field: 'order_commercial_id' },
      { id: 'no-customer', shopId: 9, field: 'customer_id' },
    ]);
  });

  test('an answer without the list names the field', async ({ simulator, mirakl }) => {
    for (const body of [{}, { orders: null }, { orders: {} }, { orders: { order: {} } }, { order: [] }]) {
      simulator.faults.add({ kind: 'answer', status: 200, body });
      const error = await failure(allPages(listPendingDebits(mirakl)));
      expect(error).toMatchObject({ code: 'mirakl_unexpected_answer', operation: 'PA11' });
      expect(error.message).toContain('orders');
    }
  });
});

describe('service orders that wait for the money of the buyer (SPA11)', () => {
  test('an order is told in our words; settled debits are left out', async ({ simulator, mirakl }) => {
    simulator.given.serviceOrder({
      id: 'Spa-day-2',
      commercialId: 'Spa-day',
      state: 'WAITING_DEBIT_PAYMENT',
      price: '9.10',
    });
    simulator.given.debit({ orderId: 'Other-1', state: 'OK' });
    simulator.given.debit({ orderId: 'Other-2', state: 'REFUSED' });
    const [page] = await allPages(listServicePendingDebits(mirakl));
    expect(page?.unreadable).toEqual([]);
    expect(page?.items).toEqual([
      {
        orderId: 'Spa-day-2',
        commercialId: 'Spa-day',
        customerId: 'customer-of-Spa-day',
        amount: expect.anything(),
        currency: 'EUR',
        state: 'WAITING',
      },
    ]);
    expect(String(page?.items[0]?.amount)).toBe('9.1');
    expect(simulator.requests()).toMatchObject([{ path: '/api/mms/debits', query: { limit: '100' } }]);
  });

  test('a state that we do not know is handed on; what cannot be read is described unless it is settled', async ({
    simulator,
    mirakl,
  }) => {
    const debit = { customer_id: '7', amount: 5, currency_code: 'EUR' };
    const data = [
      { ...debit, order_id: 'new', state: 'BORROWED' },
      { order_id: 'settled', state: 'OK' },
      { ...debit, order_id: 'bad', state: 'WAITING', customer_id: undefined },
      'no debit',
    ];
    simulator.faults.add({ kind: 'answer', status: 200, body: { data } });
    const [page] = await allPages(listServicePendingDebits(mirakl));
    expect(page?.items).toMatchObject([
      { orderId: 'new', commercialId: 'new', state: { unknown: 'BORROWED', field: 'state' } },
    ]);
    expect(page?.unreadable).toMatchObject([
      { id: 'bad', field: 'customer_id', value: '(missing)' },
      { id: undefined, field: 'the whole object', value: 'no debit' },
    ]);
  });

  test('a page of settled debits is not the end', async ({ simulator, mirakl }) => {
    for (let count = 0; count < 120; count += 1) simulator.given.debit({ orderId: `Settled-${count}`, state: 'OK' });
    simulator.given.serviceOrder({ state: 'WAITING_DEBIT_PAYMENT' });
    const pages = await allPages(listServicePendingDebits(mirakl));
    expect(pages.map(({ items }) => items.length)).toEqual([0, 1]);
  });
});
