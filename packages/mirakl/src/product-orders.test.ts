import { sumDecimals } from '@connector/kernel';
import { describe, expect } from 'vitest';
import { allItems, allPages, test } from './mirakl-test.ts';
import type { Page } from './page.ts';
import { listProductOrders, type ProductOrder } from './product-orders.ts';

const since = { createdSince: '2026-11-01T00:00:00Z' };

const exactAmounts = ['19.99', '1.15', '0.29', '1135.63', '12.340', '1234', '10.005', '99999999999999.999999'];

test.for(exactAmounts)('the amount %s arrives exactly', async (total, { simulator, mirakl }) => {
  simulator.given.productOrder({ total, commission: total });
  const [order] = await allItems(listProductOrders(mirakl, since));
  expect(order?.totalPrice.isEqualTo(total)).toBe(true);
  expect(order?.totalCommission.isEqualTo(total)).toBe(true);
});

test('taxes of a line are summed exactly, where floating-point numbers would not be', async ({ simulator, mirakl }) => {
  const line = { id: 'L', state: 'SHIPPED', total: '0.7', taxes: ['0.1', '0.2'], shippingTaxes: ['0.1', '0.7'] };
  simulator.given.productOrder({ lines: [line] });
  const [order] = await allItems(listProductOrders(mirakl, since));
  expect(
    order?.lines.map((each) => [each.id, each.state, each.totalPrice, each.taxes, each.shippingTaxes].map(String)),
  ).toEqual([['L', 'SHIPPED', '0.7', '0.3', '0.8']]);
});

test('an order is told in our words', async ({ simulator, mirakl }) => {
  simulator.given.productOrder({
    id: 'A-1',
    commercialId: 'A',
    shopId: 2015,
    state: 'SHIPPING',
    taxMode: 'TAX_INCLUDED',
    currency: 'EUR',
    debited: true,
    transactionNumber: 'ch_1',
    payOutPsp: 'OPERATOR',
    buyerPaysSeller: false,
    paymentWorkflow: 'PAY_ON_SHIPMENT',
    createdAt: new Date('2026-11-02T10:00:00Z'),
  });
  expect(await allItems(listProductOrders(mirakl, since))).toMatchObject([
    {
      customerId: 'customer-of-A',
      paymentWorkflow: 'PAY_ON_SHIPMENT',
      id: 'A-1',
      commercialId: 'A',
      shopId: 2015,
      createdAt: '2026-11-02T10:00:00Z',
      state: 'SHIPPING',
      taxMode: 'included',
      currency: 'EUR',
      customerDebited: true,
      transactionNumber: 'ch_1',
      payOutPsp: 'OPERATOR',
      buyerPaysSeller: false,
    },
  ]);
});

test('orders are found by their commercial order, all of them in one call', async ({ simulator, mirakl }) => {
  for (const id of ['A-1', 'A-2', 'B-1', 'C-1']) simulator.given.productOrder({ id, commercialId: id.slice(0, 1) });
  const found = await allItems(listProductOrders(mirakl, { commercialIds: ['A', 'C'] }));
  expect(found.map(({ id }) => id).toSorted()).toEqual(['A-1', 'A-2', 'C-1']);
  expect(simulator.requests()).toHaveLength(1);
});

test('the filter takes a date as it was received, and never moves it forward', async ({ simulator, mirakl }) => {
  await allPages(listProductOrders(mirakl, { createdSince: '2026-11-01T10:11:12.987+0100' }));
  expect(simulator.requests()).toMatchObject([{ query: { start_date: '2026-11-01T09:11:12Z' } }]);
});

describe('what was cancelled or is to be paid back of a line', () => {
  const read = async (orders: AsyncIterable<Page<ProductOrder>>) => (await allItems(orders))[0]?.lines[0];
  const parts = { amount: '5.00', shippingAmount: '0.1', taxes: ['0.1', '0.2'], shippingTaxes: ['0.7', '0.1'] };
  const sums = { amount: '5', shippingAmount: '0.1', fees: '0', taxes: '0.3', shippingTaxes: '0.8' };
  /** Decimals as texts. */
  const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;

  test('comes in its parts, exactly', async ({ simulator, mirakl }) => {
    const { id: orderId } = simulator.given.productOrder({ id: 'A' });
    simulator.cancelLine(orderId, 'A-1', { ...parts, id: '77' });
    simulator.given.refund({ ...parts, orderId, id: '78', commission: '1.505' });
    simulator.given.refund({ orderId, id: '79', state: 'REFUNDED', transactionNumber: 're_1' });
    const line = await read(listProductOrders(mirakl, since));
    expect(plain(line?.cancelations)).toEqual([{ id: '77', ...sums }]);
    expect(plain(line?.refunds)).toMatchObject([
      { id: '78', ...sums, commissionTotal: '1.505', state: 'WAITING_REFUND_PAYMENT' },
      { id: '79', state: 'REFUNDED', transactionNumber: 're_1' },
    ]);
  });

  test('is all there is: a part that is missing is none, fees are added up', async ({ simulator, mirakl }) => {
    const fees = [{ amount: 0.1 }, { amount: 0.2 }];
    const line = {
      ...{ order_line_id: 'L', order_line_state: 'RECEIVED', total_price: 5 },
      cancelations: [{ id: 1, shipping_amount: 2, amount: null, fees }],
      refunds: [{ id: 2, commission_total_amount: 0, state: 'REFUNDED' }],
    };
    simulator.given.productOrder({ raw: { order_lines: [line] } });
    const found = await read(listProductOrders(mirakl, since));
    const nothing = { amount: '0', shippingAmount: '0', fees: '0', taxes: '0', shippingTaxes: '0' };
    expect(plain(found?.cancelations)).toEqual([{ id: '1', ...nothing, shippingAmount: '2', fees: '0.3' }]);
    expect(plain(found?.refunds)).toEqual([{ id: '2', ...nothing, commissionTotal: '0', state: 'REFUNDED' }]);
  });

  test('the newer word for the state of a refund goes before the older one', async ({ simulator, mirakl }) => {
    const refund = { id: 1, commission_total_amount: 0 };
    const refunds = [
      { ...refund, state: 'WAITING_REFUND', refund_state: 'WAITING_REFUND_TAX_CONFIRMATION' },
      { ...refund, state: 'WAITING_REFUND', refund_state: 'DREAMT_OF' },
      refund,
    ];
    const line = { order_line_id: 'L', order_line_state: 'RECEIVED', total_price: 5, refunds };
    simulator.given.productOrder({ raw: { order_lines: [line] } });
    const found = await read(listProductOrders(mirakl, since));
    expect(found?.refunds).toMatchObject([
      { state: 'WAITING_REFUND_TAX_CONFIRMATION' },
      { state: { unknown: 'DREAMT_OF', field: 'refund_state' } },
      { state: { unknown: '(missing)', field: 'refund_state' } },
    ]);
  });

  test('cannot be read: the order can all the same, for those who do not ask', async ({ simulator, mirakl }) => {
    const line = {
      ...{ order_line_id: 'L', order_line_state: 'RECEIVED', total_price: 5 },
      cancelations: [{ amount: 1 }, { amount: 'a few' }],
      refunds: [{ id: 1, amount: 1 }],
    };
    simulator.given.productOrder({ raw: { order_lines: [line, { ...line, cancelations: 'none', refunds: null }] } });
    const [order] = await allItems(listProductOrders(mirakl, since));
    expect(order?.lines).toMatchObject([
      {
        cancelations: { unknown: 'a few', field: 'cancelations.1.amount' },
        refunds: { unknown: '(missing)', field: 'refunds.0.commission_total_amount' },
      },
      { cancelations: { unknown: 'none', field: 'cancelations' }, refunds: [] },
    ]);
  });
});

describe('words that Mirakl may add at any time', () => {
  test('what decides about money is handed on as unknown', async ({ simulator, mirakl }) => {
    const order_lines = [{ order_line_id: '1', order_line_state: 'LOST', total_price: 1 }];
    simulator.given.productOrder({ raw: { order_state: 'TELEPORTED', order_tax_mode: 'TAX_PARTLY', order_lines } });
    simulator.given.productOrder({ raw: { currency_iso_code: 'EURO' } });
    expect(await allItems(listProductOrders(mirakl, since))).toMatchObject([
      {
        state: { unknown: 'TELEPORTED', field: 'order_state' },
        taxMode: { unknown: 'TAX_PARTLY', field: 'order_tax_mode' },
        lines: [{ state: { unknown: 'LOST', field: 'order_line_state' } }],
      },
      { currency: { unknown: 'EURO', field: 'currency_iso_code' } },
    ]);
  });

  test('fields that we do not know are passed over', async ({ simulator, mirakl }) => {
    simulator.given.productOrder({ raw: { brand_new: { deep: [1.5, null] } } });
    expect(await allItems(listProductOrders(mirakl, since))).toHaveLength(1);
  });
});

test('without a tax mode the taxes are not in the price', async ({ simulator, mirakl }) => {
  for (const order_tax_mode of [undefined, null]) simulator.given.productOrder({ raw: { order_tax_mode } });
  const orders = await allItems(listProductOrders(mirakl, since));
  expect(orders.map(({ taxMode }) => taxMode)).toEqual(['excluded', 'excluded']);
});

test('what may be missing may be null or missing; ids may be numbers or texts', async ({ simulator, mirakl }) => {
  simulator.given.productOrder({
    raw: {
      order_id: 4711,
      commercial_id: 471,
      shop_id: '2015',
      customer_debited_date: null,
      transaction_number: '',
      pay_out_psp_code: undefined,
      customer_directly_pays_seller: null,
      order_lines: [{ order_line_id: 1, order_line_state: 'SHIPPING', total_price: 5, taxes: null }],
    },
  });
  simulator.given.productOrder({ raw: { order_lines: null } });
  const [order, bare] = await allItems(listProductOrders(mirakl, since));
  expect(order).toMatchObject({
    id: '4711',
    commercialId: '471',
    shopId: 2015,
    customerDebited: false,
    transactionNumber: undefined,
    payOutPsp: undefined,
    buyerPaysSeller: false,
    lines: [{ id: '1', taxes: sumDecimals([]), shippingTaxes: sumDecimals([]) }],
  });
  expect(bare?.lines).toEqual([]);
});

test('an order that cannot be read is described, and stops no other', async ({ simulator, mirakl }) => {
  const createdAt = new Date('2026-11-02T10:00:00Z');
  simulator.given.productOrder({ id: 'first' });
  simulator.given.productOrder({ id: 'bad', shopId: 7, createdAt, raw: { total_price: 'a lot' } });
  simulator.given.productOrder({ id: 'gone', shopId: 7, createdAt, raw: { total_commission: undefined } });
  simulator.given.productOrder({ id: 'huge', shopId: 7, createdAt, raw: { total_price: '1e999999999' } });
  simulator.given.productOrder({ id: 'lost', shopId: 7, createdAt, raw: { shop_id: 'seven', created_date: 5 } });
  simulator.given.productOrder({ id: 'odd', shopId: 7, createdAt, raw: { order_state: { code: 'SHIPPED' } } });
  simulator.given.productOrder({ id: 'last' });
  const [page] = await allPages(listProductOrders(mirakl, since));
  expect(page?.items.map(({ id }) => id)).toEqual(['first', 'last']);
  const known = { createdAt: '2026-11-02T10:00:00Z', shopId: 7 };
  expect(page?.unreadable).toEqual([
    { id: 'bad', orderId: 'bad', field: 'total_price', value: 'a lot', ...known, commercialId: 'Order_2' },
    { id: 'gone', orderId: 'gone', field: 'total_commission', value: '(missing)', ...known, commercialId: 'Order_3' },
    { id: 'huge', orderId: 'huge', field: 'total_price', value: '1e999999999', ...known, commercialId: 'Order_4' },
    {
      id: 'lost',
      orderId: 'lost',
      field: 'shop_id',
      value: 'seven',
      createdAt: '5',
      shopId: undefined,
      commercialId: 'Order_5',
    },
    { id: 'odd', orderId: 'odd', field: 'order_state', value: '(an object)', ...known, commercialId: 'Order_6' },
  ]);
});

test('something that is no order at all is described as such', async ({ simulator, mirakl }) => {
  simulator.faults.add({ kind: 'answer', status: 200, body: { orders: [null, 'order', []] } });
  const [page] = await allPages(listProductOrders(mirakl, since));
  expect(page?.items).toEqual([]);
  expect(page?.unreadable).toMatchObject([
    { id: undefined, field: 'the whole object', value: 'null' },
    { id: undefined, field: 'the whole object', value: 'order' },
    { id: undefined, field: 'the whole object', value: '(an object)' },
  ]);
});
