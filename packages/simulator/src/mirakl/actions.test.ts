import { describe, expect, test } from 'vitest';
import { start } from './simulator-test.ts';

const line = (id: string, total: string) => ({
  ...{ id, total, state: 'WAITING_ACCEPTANCE' },
  taxes: ['2.00', '0.10'],
  shippingTaxes: ['0.20'],
});
const order = {
  id: 'A',
  state: 'WAITING_ACCEPTANCE',
  total: '30.00',
  lines: [line('L-1', '10.00'), line('L-2', '20.00')],
};

describe('a seller accepts an order', () => {
  test('some lines and not others: the total is what remains', async () => {
    const { mirakl, get } = await start();
    mirakl.given.productOrder(order);
    mirakl.acceptOrder('A', { refusedLines: ['L-1'], commission: '3.00' });
    const [accepted] = mirakl.productOrders();
    expect(accepted).toMatchObject({
      ...{ state: 'WAITING_DEBIT_PAYMENT', total: '20.00', commission: '3.00' },
      lines: [{ state: 'REFUSED' }, { state: 'WAITING_DEBIT_PAYMENT' }],
    });
    expect(await get('/api/payment/debit')).toMatchObject({ orders: { order: [{ order_id: 'A', amount: 20 }] } });
  });

  test('no line: the order is refused', async () => {
    const { mirakl } = await start();
    mirakl.given.productOrder(order);
    expect(mirakl.acceptOrder('A', { refusedLines: ['L-1', 'L-2'] })).toMatchObject({ state: 'REFUSED', total: '0' });
  });

  test('one that is not paid on acceptance waits for its shipment', async () => {
    const { mirakl } = await start();
    mirakl.given.productOrder({ ...order, paymentWorkflow: 'PAY_ON_DELIVERY' });
    expect(mirakl.acceptOrder('A')).toMatchObject({ state: 'SHIPPING', lines: [{ state: 'SHIPPING' }, {}] });
  });

  test('only once, and only lines that it has', async () => {
    const { mirakl } = await start();
    mirakl.given.productOrder(order);
    expect(() => mirakl.acceptOrder('A', { refusedLines: ['L-3'] })).toThrow('L-3');
    mirakl.acceptOrder('A');
    expect(() => mirakl.acceptOrder('A')).toThrow('does not wait for acceptance');
    expect(() => mirakl.acceptOrder('B')).toThrow('has no B');
  });
});

describe('a part of a line is cancelled', () => {
  test('the line shows it, and the buyer owes so much less', async () => {
    const { mirakl, get } = await start();
    mirakl.given.productOrder({ ...order, taxMode: 'TAX_EXCLUDED' });
    mirakl.acceptOrder('A');
    mirakl.cancelLine('A', 'L-2', { amount: '5.00', shippingAmount: '1.00', taxes: ['0.50'], shippingTaxes: ['0.05'] });
    expect(mirakl.productOrders()).toMatchObject([{ total: '24.00', state: 'WAITING_DEBIT_PAYMENT' }]);
    expect((await get('/api/orders')).orders).toMatchObject([
      {
        total_price: 24,
        order_lines: [
          { cancelations: [] },
          {
            total_price: 14,
            taxes: [{ amount: 1.5 }, { amount: 0.1 }],
            shipping_taxes: [{ amount: 0.15 }],
            cancelations: [
              { amount: 5, shipping_amount: 1, taxes: [{ amount: 0.5 }], shipping_taxes: [{ amount: 0.05 }] },
            ],
          },
        ],
      },
    ]);
    expect(await get('/api/payment/debit')).toMatchObject({ orders: { order: [{ amount: 24 + 2.3 + 1.75 }] } });
  });

  test('a line with nothing left is cancelled, and with the last one the order', async () => {
    const { mirakl } = await start();
    mirakl.given.productOrder(order);
    mirakl.cancelLine('A', 'L-1');
    expect(mirakl.productOrders()).toMatchObject([{ state: 'WAITING_ACCEPTANCE', lines: [{ state: 'CANCELED' }, {}] }]);
    const first = mirakl.cancelLine('A', 'L-2', { amount: '15.00' });
    const second = mirakl.cancelLine('A', 'L-2', { amount: '5.00' });
    expect(first.id).not.toBe(second.id);
    expect(mirakl.productOrders()).toMatchObject([
      { state: 'CANCELED', total: '0.00', lines: [{}, { state: 'CANCELED', cancelations: [first, second] }] },
    ]);
    expect(() => mirakl.cancelLine('A', 'L-2')).toThrow('less than 10.00');
  });
});
