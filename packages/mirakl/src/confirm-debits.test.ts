import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type Currency, currencyOf, type Decimal, decimalOf } from '@connector/kernel';
import { describe, expect } from 'vitest';
import { confirmDebits, type DebitConfirmation } from './confirm-debits.ts';
import { confirmServiceDebits } from './confirm-service-debits.ts';
import { failure, test } from './mirakl-test.ts';

const EUR = currencyOf('EUR') as Currency;
const decimal = (text: string) => decimalOf(text) as Decimal;

const paid = (name: string): DebitConfirmation => ({
  ...{ orderId: `${name}-A`, customerId: `customer-of-${name}`, amount: decimal('100.00'), currency: EUR },
  ...{ status: 'OK', transactionNumber: 'ch_1' },
});

const names = (count: number) => Array.from({ length: count }, (_, index) => `Order_${index}`);
const path = '/api/payment/debit';

describe('confirming debits of product orders (PA01)', () => {
  test('an order is paid, and another never will be', async ({ simulator, mirakl }) => {
    for (const commercialId of ['A', 'B'])
      simulator.given.productOrder({ commercialId, state: 'WAITING_DEBIT_PAYMENT' });
    const refused = { ...paid('B'), status: 'REFUSED', transactionNumber: undefined } as const;
    expect(await confirmDebits(mirakl, [paid('A'), refused])).toEqual([
      { orderId: 'A-A', outcome: 'confirmed' },
      { orderId: 'B-A', outcome: 'confirmed' },
    ]);
    expect(simulator.productOrders()).toMatchObject([
      { state: 'SHIPPING', debited: true, transactionNumber: 'ch_1' },
      { state: 'CANCELED', debited: false },
    ]);
    expect(simulator.requests()).toMatchObject([
      {
        method: 'PUT',
        path,
        body: {
          orders: [
            {
              ...{ order_id: 'A-A', customer_id: 'customer-of-A', amount: 100, currency_iso_code: 'EUR' },
              ...{ payment_status: 'OK', transaction_number: 'ch_1' },
            },
            { order_id: 'B-A', payment_status: 'REFUSED' },
          ],
        },
      },
    ]);
  });

  test('no orders are no call, more than 100 are several', async ({ simulator, mirakl }) => {
    expect(await confirmDebits(mirakl, [])).toEqual([]);
    expect(simulator.requests()).toEqual([]);
    for (const commercialId of names(101))
      simulator.given.productOrder({ commercialId, state: 'WAITING_DEBIT_PAYMENT' });
    const results = await confirmDebits(mirakl, names(101).map(paid));
    expect(results).toEqual(names(101).map((name) => ({ orderId: `${name}-A`, outcome: 'confirmed' })));
    expect(simulator.requests()).toHaveLength(2);
  });

  test('L16: orders that Mirakl refuses hold up no others, and come with its message', async ({
    simulator,
    mirakl,
  }) => {
    const wrong = new Set(['Order_0', 'Order_7', 'Order_8', 'Order_29']);
    for (const commercialId of names(30)) {
      simulator.given.productOrder({
        commercialId,
        state: wrong.has(commercialId) ? 'SHIPPING' : 'WAITING_DEBIT_PAYMENT',
      });
    }
    const results = await confirmDebits(mirakl, names(30).map(paid));
    expect(results).toEqual(
      names(30).map((name) =>
        wrong.has(name)
          ? {
              ...{ orderId: `${name}-A`, outcome: 'refused' },
              reason: `Order ${name}-A: the debit is validated already or not awaited, status is SHIPPING`,
            }
          : { orderId: `${name}-A`, outcome: 'confirmed' },
      ),
    );
    expect(simulator.productOrders().every(({ state }) => state === 'SHIPPING')).toBe(true);
    // Every call but the last ones halves what is left around a wrong order: far fewer than one an order.
    expect(simulator.requests().length).toBeLessThan(30);
  });

  test('an order that Mirakl does not find is refused alike', async ({ simulator, mirakl }) => {
    simulator.given.productOrder({ commercialId: 'A', state: 'WAITING_DEBIT_PAYMENT' });
    simulator.faults.add({ kind: 'answer', status: 404, body: { message: 'no such order' } });
    simulator.faults.add({ kind: 'answer', status: 404, body: { message: 'no such order' } });
    expect(await confirmDebits(mirakl, [paid('Z'), paid('A')])).toEqual([
      { orderId: 'Z-A', outcome: 'refused', reason: 'no such order' },
      { orderId: 'A-A', outcome: 'confirmed' },
    ]);
  });
});

describe('what is unknown is not repeated, for there is no idempotency key', () => {
  test.for([
    ['the answer got lost', { kind: 'cut-after-effect' }],
    ['the connection broke before', { kind: 'cut-before-effect' }],
    ['Mirakl failed', { kind: 'answer', status: 500 }],
    ['Mirakl is closed', { kind: 'answer', status: 503, headers: { 'retry-after': '1' } }],
  ] as const)('%s', async ([, fault], { simulator, mirakl }) => {
    simulator.given.productOrder({ commercialId: 'A', state: 'WAITING_DEBIT_PAYMENT' });
    simulator.faults.add({ ...fault });
    expect(await failure(confirmDebits(mirakl, [paid('A')]))).toMatchObject({
      code: 'mirakl_unavailable',
      operation: 'PA01',
      retryable: true,
    });
    expect(simulator.requests()).toHaveLength(1);
  });

  test('confirmed again after a lost answer, an order is refused with a message that says so', async ({
    simulator,
    mirakl,
  }) => {
    simulator.given.productOrder({ commercialId: 'A', state: 'WAITING_DEBIT_PAYMENT' });
    simulator.faults.add({ kind: 'cut-after-effect' });
    await failure(confirmDebits(mirakl, [paid('A')]));
    expect(await confirmDebits(mirakl, [paid('A')])).toMatchObject([
      { outcome: 'refused', reason: expect.stringContaining('validated already') },
    ]);
  });

  test('a call that was turned away at the door is made again', async ({ simulator, connect }) => {
    simulator.given.productOrder({ commercialId: 'A', state: 'WAITING_DEBIT_PAYMENT' });
    simulator.faults.add({ kind: 'answer', status: 429, path, headers: { 'retry-after': '1' } });
    simulator.faults.add({ kind: 'answer', status: 401, path });
    const { mirakl } = connect({ auth: { scheme: 'oauth', ...simulator.oauth } });
    expect(await confirmDebits(mirakl, [paid('A')])).toMatchObject([{ outcome: 'confirmed' }]);
  });
});

test('amounts leave with exactly their digits, however many they are', async ({ connect, onTestFinished }) => {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      bodies.push(body);
      response.writeHead(204).end();
    });
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { mirakl } = connect({ baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  for (const amount of ['99999999999999.999999', '0.1']) {
    await confirmDebits(mirakl, [{ ...paid('A'), amount: decimal(amount) }]);
    expect(bodies.pop()).toContain(`"amount":${amount},`);
  }
});

describe('confirming debits of service orders (SPA01)', () => {
  test('an order is paid; one that is wrong holds up no other', async ({ simulator, mirakl }) => {
    for (const commercialId of ['A', 'B'])
      simulator.given.serviceOrder({ commercialId, state: 'WAITING_DEBIT_PAYMENT' });
    expect(await confirmServiceDebits(mirakl, [paid('Z'), paid('A'), { ...paid('B'), status: 'REFUSED' }])).toEqual([
      { orderId: 'Z-A', outcome: 'refused', reason: 'Order Z-A: the debit is validated already or not awaited' },
      { orderId: 'A-A', outcome: 'confirmed' },
      { orderId: 'B-A', outcome: 'confirmed' },
    ]);
    expect(simulator.serviceOrders()).toMatchObject([{ state: 'ORDER_PENDING' }, { state: 'ORDER_CANCELLED' }]);
    expect(simulator.debits()).toMatchObject([
      { orderId: 'A-A', state: 'OK', transactionNumber: 'ch_1' },
      { orderId: 'B-A', state: 'REFUSED' },
    ]);
  });

  test('a lost answer is not asked for again', async ({ simulator, mirakl }) => {
    simulator.given.serviceOrder({ commercialId: 'A', state: 'WAITING_DEBIT_PAYMENT' });
    simulator.faults.add({ kind: 'cut-after-effect' });
    expect(await failure(confirmServiceDebits(mirakl, [paid('A')]))).toMatchObject({
      code: 'mirakl_unavailable',
      operation: 'SPA01',
    });
    expect(simulator.requests()).toHaveLength(1);
  });
});
