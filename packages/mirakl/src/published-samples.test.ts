import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { sumDecimals } from '@connector/kernel';
import { expect } from 'vitest';
import { listShopAdditionalFields } from './additional-fields.ts';
import { listInvoices } from './invoices.ts';
import { allPages, test as base } from './mirakl-test.ts';
import { listPendingDebits } from './pending-debits.ts';
import { listPendingRefunds } from './pending-refunds.ts';
import { listProductOrders } from './product-orders.ts';
import { listShops } from './shops.ts';

const folder = resolve(
  process.env.REFERENCE_DATA_DIR ?? resolve(import.meta.dirname, '../../../../shared/data'),
  'mirakl/samples',
);
const missing = "Mirakl's published answers are not in REFERENCE_DATA_DIR";

/** A test in which Mirakl answers, once, what the file with this name holds. */
const test = base.extend('answer', ({ simulator }) => (file: string) => {
  const body = readFileSync(resolve(folder, file), 'utf8');
  simulator.faults.add({ kind: 'answer', status: 200, body });
});

test('published orders are understood (OR11)', async ({ answer, mirakl, skip }) => {
  if (!existsSync(folder)) return skip(missing);
  answer('01-OR11-orders.json');
  const [page] = await allPages(listProductOrders(mirakl, { createdSince: '2026-11-01T00:00:00Z' }));
  expect(page?.unreadable).toEqual([]);
  expect(page?.items.length).toBeGreaterThan(0);
  for (const { state, currency, taxMode, lines } of page?.items ?? []) {
    expect([state, currency, taxMode, ...lines.map((line) => line.state)]).not.toContainEqual(
      expect.objectContaining({ unknown: expect.anything() }),
    );
  }
  const [order] = page?.items ?? [];
  expect(order).toMatchObject({ customerId: 'Customer_id_001', paymentWorkflow: 'PAY_ON_ACCEPTANCE' });
  const [line] = JSON.parse(JSON.stringify(order?.lines)) as unknown[];
  expect(line).toMatchObject({
    cancelations: [
      { id: '1122', amount: '12.34', shippingAmount: '1.23', fees: '0.35', taxes: '1.5', shippingTaxes: '3.08' },
    ],
    refunds: [
      {
        ...{ id: '1106', amount: '6.82', shippingAmount: '1.79', fees: '0.3', taxes: '0.82', shippingTaxes: '4.48' },
        ...{ commissionTotal: '1.69', state: 'WAITING_REFUND_PAYMENT' },
      },
    ],
  });
});

test('recorded debits that wait are understood (PA11)', async ({ answer, mirakl, skip }) => {
  if (!existsSync(folder)) return skip(missing);
  answer('10-PA11-pending-debits.json');
  const [page] = await allPages(listPendingDebits(mirakl));
  expect(page?.unreadable).toEqual([]);
  const debit = { customerId: 'Customer_id_001', currency: 'EUR', paymentWorkflow: undefined };
  expect(page?.items).toMatchObject([
    { ...debit, orderId: 'Order_66-A', commercialId: 'Order_66', shopId: 2015 },
    { ...debit, orderId: 'Order_66-B', commercialId: 'Order_66', shopId: 2016 },
    { ...debit, orderId: 'Order_42-A', commercialId: 'Order_42', shopId: 2016 },
    { ...debit, orderId: 'Order_42-B', commercialId: 'Order_42', shopId: 2016 },
  ]);
  expect(page?.items.map(({ amount }) => String(amount))).toEqual(['330', '330', '330', '330']);
});

test('recorded refunds that wait are understood (PA12)', async ({ answer, mirakl, skip }) => {
  if (!existsSync(folder)) return skip(missing);
  answer('09-PA12-pending-refunds.json');
  const [page] = await allPages(listPendingRefunds(mirakl));
  expect(page?.unreadable).toEqual([]);
  expect(page?.items.map(({ refundId, amount, currency }) => [refundId, String(amount), currency])).toEqual([
    ['6666', '10', 'USD'],
    ['1105', '5', 'USD'],
    ['1106', '8', 'USD'],
    ['1199', '10', 'EUR'],
    ['1111', '600', 'EUR'],
    ['4242', '19.99', 'EUR'],
  ]);
  expect(page?.items[2]).toMatchObject({
    ...{ orderId: 'Order_Amount_Breakdown_0002-A', commercialId: 'Order_Amount_Breakdown_0002' },
    ...{ orderLineId: 'Order_Amount_Breakdown_0002-A-2', shopId: 2000, paymentWorkflow: 'PAY_ON_ACCEPTANCE' },
  });
});

test('published accounting documents are understood, and the parts of the automatic one add up (IV01)', async ({
  answer,
  mirakl,
  skip,
}) => {
  if (!existsSync(folder)) return skip(missing);
  answer('02-IV01-invoices.json');
  const [page] = await allPages(listInvoices(mirakl, { createdSince: '2018-10-01T00:00:00Z', type: 'ALL' }));
  expect(page?.unreadable).toEqual([]);
  const common = { state: 'COMPLETE', currency: 'EUR', shopModel: 'MARKETPLACE', payOutPsp: 'NOT_SPECIFIED' };
  const manual = { ...common, type: 'MANUAL_INVOICE', shopId: 2, summary: undefined };
  expect(page?.items).toMatchObject([
    {
      ...common,
      ...{ invoiceId: 2, uuid: '4cd57d45-dabd-41a9-a472-2ee052c2aa06', type: 'AUTO_INVOICE', shopId: 1 },
      ...{ createdAt: '2018-10-02T15:45:30Z', paymentState: 'PENDING' },
      billingCycleId: 'f212a4b3-b2fe-4df9-aae9-7e644ff23f5f',
    },
    { ...manual, invoiceId: 6, paymentState: 'PENDING' },
    { ...manual, invoiceId: 7, paymentState: 'FAILED' },
  ]);
  const summary = page?.items[0]?.summary;
  const { amountTransferred, amountTransferredToOperator, totalSubscription } = summary ?? {};
  expect([amountTransferred, amountTransferredToOperator, totalSubscription].map(String)).toEqual(['0', '17', '-10']);
  expect(String(sumDecimals(Object.values(summary?.parts ?? {})))).toBe('-17');
});

test('all parts that include taxes are read which Mirakl names (SBC11)', async ({ skip, simulator, mirakl }) => {
  if (!existsSync(folder)) return skip(missing);
  const sample = JSON.parse(readFileSync(resolve(folder, '03-SBC11-seller-billing-cycles.json'), 'utf8')) as {
    readonly data: readonly { readonly summary: object }[];
  };
  simulator.given.invoice();
  const [page] = await allPages(listInvoices(mirakl, { createdSince: '2018-10-01T00:00:00Z' }));
  expect(Object.keys(page?.items[0]?.summary?.parts ?? {}).toSorted()).toEqual(
    Object.keys(sample.data[0]?.summary ?? {})
      .filter((name) => !name.endsWith('_excl_tax'))
      .toSorted(),
  );
});

test.for(['04-S20-shops-with-kyc-block.json', '05-S20-shops-six-vendors.json'])(
  'recorded shops are understood (S20): %s',
  async (file, { answer, mirakl, skip }) => {
    if (!existsSync(folder)) return skip(missing);
    answer(file);
    const [page] = await allPages(listShops(mirakl, { updatedSince: '2026-11-01T00:00:00Z' }));
    expect(page?.unreadable).toEqual([]);
    expect(page?.items.length).toBeGreaterThan(0);
    for (const { name, contact } of page?.items ?? []) expect([name, contact.email]).not.toContain(undefined);
  },
);

test('published additional fields are understood (AF01)', async ({ answer, mirakl, skip }) => {
  if (!existsSync(folder)) return skip(missing);
  answer('11-AF01-additional-fields.json');
  expect(await listShopAdditionalFields(mirakl)).toEqual([
    { code: 'customer-care-phone', type: 'STRING', shopPermission: 'READ_WRITE' },
    { code: 'recruitment', type: 'LIST', shopPermission: 'READ_WRITE' },
  ]);
});
