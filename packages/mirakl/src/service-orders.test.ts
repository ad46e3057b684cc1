import { describe, expect } from 'vitest';
import { allItems, allPages, test } from './mirakl-test.ts';
import { listServiceDebits } from './service-debits.ts';
import { listServiceOrders } from './service-orders.ts';

const since = { createdSince: '2026-11-01T00:00:00Z' };

describe('service orders (SOR11)', () => {
  test('an order is told in our words, with exact sums', async ({ simulator, mirakl }) => {
    simulator.given.serviceOrder({
      id: 'S-1',
      commercialId: 'S',
      shopId: 2015,
      price: '19.99',
      taxes: ['0.1', '0.2'],
      options: [
        { type: 'BOOLEAN', amount: '1.15' },
        { type: 'VALUE_LIST', values: ['0.1', '0.7'] },
      ],
      commission: '2.995',
      currency: 'EUR',
      taxMode: 'TAX_EXCLUDED',
      payOutPsp: 'OPERATOR',
      buyerPaysSeller: true,
      createdAt: new Date('2026-11-02T10:00:00Z'),
      raw: { customer: { id: 4711 } },
    });
    const [order] = await allItems(listServiceOrders(mirakl, since));
    expect(order).toMatchObject({
      id: 'S-1',
      commercialId: 'S',
      shopId: 2015,
      customerId: '4711',
      createdAt: '2026-11-02T10:00:00Z',
      state: 'ORDER_ACCEPTED',
      taxMode: 'excluded',
      currency: 'EUR',
      payOutPsp: 'OPERATOR',
      buyerPaysSeller: true,
    });
    expect([order?.price, order?.options, order?.taxes, order?.commission].map(String)).toEqual([
      '19.99',
      '1.95',
      '0.3',
      '2.995',
    ]);
  });

  test('the filter takes a date as it was received', async ({ simulator, mirakl }) => {
    await allPages(listServiceOrders(mirakl, { createdSince: '2026-11-01T10:11:12.987+0100' }));
    expect(simulator.requests()).toMatchObject([
      { path: '/api/mms/orders', query: { limit: '100', date_created_start: '2026-11-01T09:11:12Z' } },
    ]);
  });

  test('orders are found by their commercial order, 100 a call', async ({ simulator, mirakl }) => {
    for (const id of ['A-1', 'A-2', 'B-1', 'C-1']) simulator.given.serviceOrder({ id, commercialId: id.slice(0, 1) });
    const found = await allItems(listServiceOrders(mirakl, { commercialIds: ['A', 'C'] }));
    expect(found.map(({ id }) => id).toSorted()).toEqual(['A-1', 'A-2', 'C-1']);
    expect(simulator.requests()).toMatchObject([{ query: { commercial_order_id: ['A', 'C'], limit: '100' } }]);
    await allPages(listServiceOrders(mirakl, { commercialIds: Array.from({ length: 101 }, (_, index) => `${index}`) }));
    expect(simulator.requests()).toHaveLength(3);
    expect(await allPages(listServiceOrders(mirakl, { commercialIds: [] }))).toEqual([]);
  });

  test('its refunds come with what they are made of', async ({ simulator, mirakl }) => {
    simulator.given.serviceOrder({ id: 'S-1' });
    simulator.given.refund({ orderId: 'S-1', id: '1', amount: '5.10', commission: '0.995', taxes: ['0.1', '0.2'] });
    simulator.given.refund({ orderId: 'S-1', id: '2', state: 'OK', transactionNumber: 're_1' });
    const [order] = await allItems(listServiceOrders(mirakl, since));
    expect(JSON.parse(JSON.stringify(order?.refunds))).toMatchObject([
      { id: '1', amount: '5.1', commission: '0.995', taxes: '0.3', state: 'WAITING' },
      { id: '2', state: 'OK', transactionNumber: 're_1' },
    ]);
  });

  test('a refund that cannot be read leaves the order readable', async ({ simulator, mirakl }) => {
    const refund = { id: 1, amount: 5, state: 'LENT' };
    simulator.given.serviceOrder({ id: 'S-1', raw: { refunds: [refund] } });
    simulator.given.serviceOrder({ id: 'S-2', raw: { refunds: [{ ...refund, amount: 'five' }] } });
    simulator.given.serviceOrder({ id: 'S-3', raw: { refunds: undefined } });
    const orders = await allItems(listServiceOrders(mirakl, since));
    expect(orders).toMatchObject([
      {
        refunds: [
          {
            commission: { unknown: '(missing)', field: 'refunds.commission.amount_including_taxes' },
            state: { unknown: 'LENT', field: 'refunds.state' },
          },
        ],
      },
      { refunds: { unknown: 'five', field: 'refunds.0.amount' } },
      { refunds: [] },
    ]);
  });

  test('an option of a type that we do not know leaves the sum unknown', async ({ simulator, mirakl }) => {
    const options = [
      { type: 'BOOLEAN', amount: 1 },
      { type: 'SLIDER', amount: 2 },
    ];
    simulator.given.serviceOrder({ raw: { price: { amount: 10, options } } });
    expect(await allItems(listServiceOrders(mirakl, since))).toMatchObject([
      { options: { unknown: 'SLIDER', field: 'price.options.type' } },
    ]);
  });

  test('options and taxes may be missing', async ({ simulator, mirakl }) => {
    simulator.given.serviceOrder({ raw: { price: { amount: 10 }, customer: null } });
    simulator.given.serviceOrder({ raw: { price: { amount: 10, options: [{ type: 'BOOLEAN' }], taxes: null } } });
    const orders = await allItems(listServiceOrders(mirakl, since));
    expect(orders.map(({ options, taxes }) => [options, taxes].map(String))).toEqual([
      ['0', '0'],
      ['0', '0'],
    ]);
  });

  test('an unknown state is handed on, an order that cannot be read is described', async ({ simulator, mirakl }) => {
    simulator.given.serviceOrder({ id: 'new', raw: { state: 'ORDER_PAUSED' } });
    simulator.given.serviceOrder({ id: 'bad', shopId: 7, raw: { price: { amount: 'free' } } });
    const [page] = await allPages(listServiceOrders(mirakl, since));
    expect(page?.items).toMatchObject([{ id: 'new', state: { unknown: 'ORDER_PAUSED', field: 'state' } }]);
    expect(page?.unreadable).toMatchObject([{ id: 'bad', shopId: 7, field: 'price.amount', value: 'free' }]);
  });
});

describe('debits of service orders (SPA11)', () => {
  test('a debit says whether the buyer has paid, and with what', async ({ simulator, mirakl }) => {
    simulator.given.serviceOrder({ id: 'S-1' });
    simulator.given.debit({ orderId: 'S-1', state: 'OK', amount: '19.99', currency: 'EUR', transactionNumber: 'ch_1' });
    const [debit] = await allItems(listServiceDebits(mirakl, { orderIds: ['S-1', 'S-2'] }));
    expect(debit).toMatchObject({ orderId: 'S-1', state: 'OK', transactionNumber: 'ch_1', currency: 'EUR' });
    expect(String(debit?.amount)).toBe('19.99');
    expect(simulator.requests()).toMatchObject([{ query: { order_id: ['S-1', 'S-2'] } }]);
  });

  test('a debit that cannot be read names its order', async ({ simulator, mirakl }) => {
    const body = {
      data: [
        { order_id: 'S-1', state: null },
        { order_id: 'S-2', state: 'OK' },
      ],
    };
    simulator.faults.add({ kind: 'answer', status: 200, body });
    const [page] = await allPages(listServiceDebits(mirakl, { orderIds: ['S-1', 'S-2'] }));
    expect(page?.items).toMatchObject([{ orderId: 'S-2', amount: undefined, transactionNumber: undefined }]);
    expect(page?.unreadable).toMatchObject([{ id: 'S-1', field: 'state' }]);
  });
});
