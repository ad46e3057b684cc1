import { describe, expect, test } from 'vitest';
import { start } from './simulator-test.ts';

const awaited = { commercialId: 'A', shopId: 2015, state: 'WAITING_DEBIT_PAYMENT' } as const;
const paid = {
  order_id: 'A-A',
  customer_id: 'customer-of-A',
  amount: 100,
  currency_iso_code: 'EUR',
  payment_status: 'OK',
  transaction_number: 'ch_1',
};

describe('product orders that wait for the money of the buyer (PA11, PA01)', () => {
  test('they are listed with what the buyer owes, in the older form of lists', async () => {
    const { mirakl, request } = await start();
    mirakl.given.productOrder({ state: 'SHIPPING' });
    const line = {
      id: 'L-1',
      state: 'WAITING_DEBIT_PAYMENT',
      total: '12.30',
      taxes: ['0.29'],
      shippingTaxes: ['0.01'],
    };
    const refused = { ...line, id: 'L-2', state: 'REFUSED' };
    mirakl.given.productOrder({ ...awaited, taxMode: 'TAX_EXCLUDED', total: '12.30', lines: [line, refused] });
    const text = await (await request('/api/payment/debit')).text();
    expect(text).toContain('"amount":12.60,');
    expect(JSON.parse(text)).toEqual({
      orders: {
        order: [
          {
            order_id: 'A-A',
            order_commercial_id: 'A',
            customer_id: 'customer-of-A',
            shop_id: '2015',
            currency_iso_code: 'EUR',
            payment_workflow: 'PAY_ON_ACCEPTANCE',
            amount: 12.6,
            order_lines: {
              order_line: [{ offer_id: '1', order_line_amount: 12.3, order_line_id: 'L-1', order_line_quantity: 1 }],
            },
          },
        ],
      },
      total_count: 1,
    });
  });

  test('pages link to one another', async () => {
    const { mirakl, request } = await start();
    for (const commercialId of ['A', 'B', 'C']) mirakl.given.productOrder({ ...awaited, commercialId });
    const first = await request('/api/payment/debit?max=2');
    expect(first.headers.get('link')).toBe(`<${mirakl.url}/api/payment/debit?max=2&offset=2>; rel="next"`);
    expect(await (await request('/api/payment/debit?max=2&offset=2')).json()).toMatchObject({
      orders: { order: [{ order_id: 'C-A' }] },
      total_count: 3,
    });
  });

  test('one that is paid is shipped, and says by what it was paid and when', async () => {
    const { mirakl, get, put, advance } = await start();
    mirakl.given.productOrder(awaited);
    expect((await get('/api/orders')).orders).toMatchObject([{ customer_debited_date: null }]);
    advance(60_000);
    expect((await put('/api/payment/debit', { orders: [paid] })).status).toBe(204);
    expect((await get('/api/orders?start_update_date=2026-11-01T10:01:00Z')).orders).toMatchObject([
      {
        order_state: 'SHIPPING',
        customer_debited_date: '2026-11-01T10:01:00.000Z',
        transaction_number: 'ch_1',
        order_lines: [{ order_line_state: 'SHIPPING' }],
      },
    ]);
    expect(await get('/api/payment/debit')).toEqual({ orders: { order: [] }, total_count: 0 });
  });

  test('one that will never be paid is cancelled; lines that were refused before stay so', async () => {
    const { mirakl, put } = await start();
    const line = { id: 'L-1', state: 'WAITING_DEBIT_PAYMENT', total: '100.00', taxes: [], shippingTaxes: [] };
    mirakl.given.productOrder({ ...awaited, lines: [line, { ...line, id: 'L-2', state: 'REFUSED' }] });
    const { amount: _, transaction_number: __, ...refused } = { ...paid, payment_status: 'REFUSED' };
    expect((await put('/api/payment/debit', { orders: [refused] })).status).toBe(204);
    expect(mirakl.productOrders()).toMatchObject([
      {
        state: 'CANCELED',
        debited: false,
        transactionNumber: null,
        lines: [{ state: 'CANCELED' }, { state: 'REFUSED' }],
      },
    ]);
  });

  test.each([
    ['an order that is not there', { order_id: 'Z' }, 'Order Z does not exist'],
    ['an order that waits for something else', { order_id: 'B-A' }, 'Order B-A: the debit is validated already'],
    ['another buyer', { customer_id: 'Sam' }, 'Order A-A: customer_id is Sam, expected customer-of-A'],
    ['another amount', { amount: 99.99 }, 'Order A-A: amount is 99.99, expected 100.00'],
    ['no amount', { amount: undefined }, 'Order A-A: amount is missing'],
    ['another currency', { currency_iso_code: 'USD' }, 'Order A-A: currency_iso_code is USD, expected EUR'],
    ['an amount as a text', { amount: '100' }, 'invalid body: orders.1.amount'],
    ['an unknown status', { payment_status: 'DONE' }, 'invalid body: orders.1.payment_status'],
    ['an unknown field', { state: 'OK' }, 'invalid body: orders.1'],
    ['an order twice', { order_id: 'C-A' }, 'C-A is given more than once'],
  ])('%s fails the whole call', async (_, wrong, message) => {
    const { mirakl, put } = await start();
    mirakl.given.productOrder(awaited);
    mirakl.given.productOrder({ commercialId: 'B' });
    mirakl.given.productOrder({ ...awaited, commercialId: 'C' });
    const good = { ...paid, order_id: 'C-A', customer_id: 'customer-of-C' };
    const answer = await put('/api/payment/debit', { orders: [good, { ...paid, ...wrong }] });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ status: 400, message: expect.stringContaining(message) });
    expect(mirakl.productOrders().map(({ state }) => state)).toEqual([
      'WAITING_DEBIT_PAYMENT',
      'SHIPPING',
      'WAITING_DEBIT_PAYMENT',
    ]);
  });

  test('a second confirmation is refused', async () => {
    const { mirakl, put } = await start();
    mirakl.given.productOrder(awaited);
    const statuses = [
      await put('/api/payment/debit', { orders: [paid] }),
      await put('/api/payment/debit', { orders: [paid] }),
    ];
    expect(statuses.map(({ status }) => status)).toEqual([204, 400]);
  });

  test('more than 100 confirmations, none, and unknown parameters are refused', async () => {
    const { put, request } = await start();
    expect((await put('/api/payment/debit', { orders: Array.from({ length: 101 }, () => paid) })).status).toBe(400);
    expect((await put('/api/payment/debit', { orders: [] })).status).toBe(400);
    expect(await (await request('/api/payment/debit?limit=1')).json()).toMatchObject({
      message: 'unknown parameter limit',
    });
  });
});

describe('service orders that wait for the money of the buyer (SPA11, SPA01)', () => {
  const order = { commercialId: 'S', state: 'WAITING_DEBIT_PAYMENT' } as const;
  const ok = {
    order_id: 'S-A',
    customer_id: 'customer-of-S',
    amount: 100,
    currency_code: 'EUR',
    state: 'OK',
    transaction_number: 'ch_1',
  };

  test('one has a debit that waits, of what the buyer owes, whether it is named or not', async () => {
    const { mirakl, get } = await start();
    mirakl.given.serviceOrder({
      ...order,
      taxMode: 'TAX_EXCLUDED',
      price: '12.30',
      taxes: ['0.29'],
      options: [
        { type: 'BOOLEAN', amount: '1.00' },
        { type: 'VALUE_LIST', values: ['0.01'] },
      ],
    });
    mirakl.given.serviceOrder({ commercialId: 'T' });
    mirakl.given.debit({ orderId: 'T-A' });
    const waiting = { order_id: 'S-A', customer_id: 'customer-of-S', amount: 13.6, state: 'WAITING' };
    expect(await get('/api/mms/debits')).toMatchObject({ data: [{ order_id: 'T-A', state: 'OK' }, waiting] });
    expect(await get('/api/mms/debits?order_id=S-A')).toMatchObject({ data: [waiting] });
  });

  test.each([
    ['OK', 'ORDER_PENDING'],
    ['REFUSED', 'ORDER_CANCELLED'],
  ])('a debit that is %s makes the order %s', async (state, expected) => {
    const { mirakl, get, put } = await start();
    mirakl.given.serviceOrder(order);
    expect((await put('/api/mms/debits', { orders: [{ ...ok, state }] })).status).toBe(204);
    expect(mirakl.serviceOrders()).toMatchObject([{ state: expected }]);
    expect(mirakl.debits()).toMatchObject([{ orderId: 'S-A', state, transactionNumber: 'ch_1' }]);
    expect((await get('/api/mms/debits')).data).toHaveLength(1);
  });

  test('a debit that was given is confirmed in its place, beside those that were refused', async () => {
    const { mirakl, put } = await start();
    mirakl.given.serviceOrder({ commercialId: 'S' });
    mirakl.given.debit({ orderId: 'S-A', state: 'REFUSED' });
    mirakl.given.debit({ orderId: 'S-A', state: 'WAITING' });
    expect((await put('/api/mms/debits', { orders: [ok] })).status).toBe(204);
    expect(mirakl.debits()).toMatchObject([{ state: 'REFUSED' }, { state: 'OK', transactionNumber: 'ch_1' }]);
    expect(mirakl.serviceOrders()).toMatchObject([{ state: 'ORDER_ACCEPTED' }]);
  });

  test.each([
    ['an order without a debit', { order_id: 'T-A' }, 'Order T-A: the debit is validated already or not awaited'],
    ['another buyer', { customer_id: 'Sam' }, 'customer_id is Sam'],
    ['another amount', { amount: 1 }, 'amount is 1, expected 100.00'],
    ['another currency', { currency_code: 'USD' }, 'currency_code is USD'],
    ['an unknown state', { state: 'PAID' }, 'invalid body: orders.0.state'],
  ])('%s fails the whole call', async (_, wrong, message) => {
    const { mirakl, put } = await start();
    mirakl.given.serviceOrder(order);
    mirakl.given.serviceOrder({ commercialId: 'T' });
    const answer = await put('/api/mms/debits', { orders: [{ ...ok, ...wrong }] });
    expect([answer.status, await answer.json()]).toMatchObject([400, { message: expect.stringContaining(message) }]);
    expect(mirakl.debits()).toEqual([]);
  });
});
