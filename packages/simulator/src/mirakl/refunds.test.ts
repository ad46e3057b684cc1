import { describe, expect, test } from 'vitest';
import { start } from './simulator-test.ts';

describe('refunds of goods (PA12, PA02)', () => {
  const confirmed = (refund_id: string, amount: number) => ({
    ...{ refund_id, amount, currency_iso_code: 'EUR' },
    payment_status: 'OK',
    transaction_number: 're_1',
  });

  test('several of one order come together, by line, with the taxes that are not in the price', async () => {
    const { mirakl, request } = await start();
    const line = { id: 'L-1', state: 'RECEIVED', total: '80.00', taxes: [], shippingTaxes: [] };
    mirakl.given.productOrder({
      ...{ commercialId: 'A', shopId: 2015, taxMode: 'TAX_EXCLUDED', state: 'RECEIVED' },
      lines: [line, { ...line, id: 'L-2', total: '20.00' }, { ...line, id: 'L-3' }],
    });
    const taxes = { taxes: ['2.00', '0.10'], shippingTaxes: ['0.20'], shippingAmount: '1.00' };
    mirakl.given.refund({ orderId: 'A-A', id: '1', ...taxes });
    mirakl.given.refund({ orderId: 'A-A', id: '2', amount: '5.00' });
    mirakl.given.refund({ orderId: 'A-A', id: '3', lineId: 'L-2', amount: '7.90' });
    const text = await (await request('/api/payment/refund')).text();
    expect(text).toContain('{"amount":13.30,"id":"1"}');
    expect(JSON.parse(text)).toMatchObject({
      orders: {
        order: [
          {
            order_id: 'A-A',
            order_commercial_id: 'A',
            shop_id: '2015',
            currency_iso_code: 'EUR',
            payment_workflow: 'PAY_ON_ACCEPTANCE',
            order_lines: {
              order_line: [
                {
                  order_line_id: 'L-1',
                  refunds: {
                    refund: [
                      { amount: 13.3, id: '1' },
                      { amount: 5, id: '2' },
                    ],
                  },
                },
                { order_line_id: 'L-2', refunds: { refund: [{ amount: 7.9, id: '3' }] } },
              ],
            },
          },
        ],
      },
      total_count: 1,
    });
  });

  test('the line shows them, and what has become of them', async () => {
    const { mirakl, get, put, advance } = await start();
    mirakl.given.productOrder({ commercialId: 'A' });
    advance(60_000);
    mirakl.given.refund({ orderId: 'A-A', id: '1', taxes: ['2.00'], commission: '1.55' });
    const refundsOnLine = async () => {
      const { orders } = await get('/api/orders?start_update_date=2026-11-01T10:01:00Z');
      return (orders as unknown as { order_lines: { refunds: unknown }[] }[])[0]?.order_lines[0]?.refunds;
    };
    const shown = { id: '1', amount: 10, commission_total_amount: 1.55, taxes: [{ amount: 2, code: 'VAT' }] };
    const waiting = { state: 'WAITING_REFUND_PAYMENT', refund_state: 'WAITING_REFUND_PAYMENT' };
    expect(await refundsOnLine()).toMatchObject([{ ...shown, ...waiting, transaction_number: null }]);
    advance(60_000);
    expect((await put('/api/payment/refund', { refunds: [confirmed('1', 10)] })).status).toBe(204);
    const done = { state: 'REFUNDED', transaction_number: 're_1', transaction_date: '2026-11-01T10:02:00Z' };
    expect(await refundsOnLine()).toMatchObject([{ ...shown, ...done }]);
    expect(mirakl.refunds()).toMatchObject([{ id: '1', state: 'REFUNDED', transactionNumber: 're_1' }]);
    expect(await get('/api/payment/refund')).toEqual({ orders: { order: [] }, total_count: 0 });
  });

  test('one that could not be paid back is decided on anew', async () => {
    const { mirakl, get, put } = await start();
    mirakl.given.productOrder({ commercialId: 'A' });
    mirakl.given.refund({ orderId: 'A-A', id: '1' });
    const refused = { ...confirmed('1', 10), payment_status: 'REFUSED' };
    expect((await put('/api/payment/refund', { refunds: [refused] })).status).toBe(204);
    expect(mirakl.refunds()).toMatchObject([{ state: 'WAITING_REFUND' }]);
    expect(await get('/api/payment/refund')).toMatchObject({ total_count: 0 });
    mirakl.changeRefund('1', { state: 'WAITING_REFUND_PAYMENT' });
    expect(await get('/api/payment/refund')).toMatchObject({ total_count: 1 });
  });

  test.each([
    ['a refund that is not there', { refund_id: '9' }, 'Refund 9 does not exist'],
    ['a refund that is confirmed already', { refund_id: '3' }, 'Refund 3 is validated already'],
    ['another amount', { amount: 9.99 }, 'Refund 1: amount is 9.99, expected 10.00'],
    ['another currency', { currency_iso_code: 'USD' }, 'Refund 1: currency_iso_code is USD'],
    ['an unknown status', { payment_status: 'DONE' }, 'invalid body: refunds.1.payment_status'],
    ['a refund twice', { refund_id: '2' }, '2 is given more than once'],
  ])('%s fails the whole call', async (_, wrong, message) => {
    const { mirakl, put } = await start();
    mirakl.given.productOrder({ commercialId: 'A' });
    for (const id of ['1', '2']) mirakl.given.refund({ orderId: 'A-A', id });
    mirakl.given.refund({ orderId: 'A-A', id: '3', state: 'REFUNDED' });
    const refunds = [confirmed('2', 10), { ...confirmed('1', 10), ...wrong }];
    const answer = await put('/api/payment/refund', { refunds });
    expect([answer.status, await answer.json()]).toMatchObject([400, { message: expect.stringContaining(message) }]);
    expect(mirakl.refunds().map(({ transactionNumber }) => transactionNumber)).toEqual([null, null, null]);
  });

  test('a refund needs an order and a line that are there', async () => {
    const { mirakl } = await start();
    expect(() => mirakl.given.refund({ orderId: 'A-A' })).toThrow('no order A-A');
    mirakl.given.productOrder({ commercialId: 'A' });
    expect(() => mirakl.given.refund({ orderId: 'A-A', lineId: 'L' })).toThrow('no line L in A-A');
  });
});

describe('refunds of services (SPA12, SPA02)', () => {
  const confirmed = {
    ...{ id: '1', order_id: 'S-A', amount: 12, currency_code: 'EUR' },
    state: 'OK',
    transaction_number: 're_1',
  };
  const given = async () => {
    const simulation = await start();
    simulation.mirakl.given.serviceOrder({ commercialId: 'S', taxMode: 'TAX_EXCLUDED' });
    simulation.mirakl.given.refund({ orderId: 'S-A', id: '1', taxes: ['2.00'] });
    return simulation;
  };

  test('they are listed, shown with their order, and confirmed once', async () => {
    const { mirakl, get, put } = await given();
    expect(await get('/api/mms/refunds')).toMatchObject({
      data: [{ id: '1', order_id: 'S-A', amount: 12, currency_code: 'EUR' }],
    });
    const shown = { id: '1', amount: 10, commission: { amount_including_taxes: 1.5 }, taxes: [{ amount: 2 }] };
    expect((await get('/api/mms/orders')).data).toMatchObject([{ refunds: [{ ...shown, state: 'WAITING' }] }]);
    expect((await put('/api/mms/refunds', [confirmed])).status).toBe(204);
    expect((await get('/api/mms/orders')).data).toMatchObject([
      { refunds: [{ ...shown, state: 'OK', transaction_number: 're_1', transaction_date: '2026-11-01T10:00:00Z' }] },
    ]);
    expect(mirakl.refunds()).toMatchObject([{ lineId: null, state: 'OK', transactionNumber: 're_1' }]);
    expect((await get('/api/mms/refunds')).data).toEqual([]);
    expect((await put('/api/mms/refunds', [confirmed])).status).toBe(400);
  });

  test.each([
    ['another order', { order_id: 'T-A' }, 'order_id is T-A, expected S-A'],
    ['another amount', { amount: 10 }, 'amount is 10, expected 12.00'],
    ['another currency', { currency_code: 'USD' }, 'currency_code is USD'],
    ['a refund that is not there', { id: '9' }, 'Refund 9 does not exist'],
    ['no id', { id: undefined }, 'invalid body: 0.id'],
  ])('%s fails the call', async (_, wrong, message) => {
    const { mirakl, put } = await given();
    const answer = await put('/api/mms/refunds', [{ ...confirmed, ...wrong }]);
    expect([answer.status, await answer.json()]).toMatchObject([400, { message: expect.stringContaining(message) }]);
    expect(mirakl.refunds()).toMatchObject([{ state: 'WAITING' }]);
  });

  test('a refund of goods is none of a service', async () => {
    const { mirakl, put } = await given();
    mirakl.given.productOrder({ commercialId: 'A' });
    mirakl.given.refund({ orderId: 'A-A', id: '2' });
    expect((await put('/api/mms/refunds', [{ ...confirmed, id: '2', order_id: 'A-A', amount: 10 }])).status).toBe(400);
  });
});
