import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { invoiceParts } from './invoice-parts.ts';
import { shareOut } from './share-out.ts';
import { start } from './simulator-test.ts';

const file = resolve(
  process.env.REFERENCE_DATA_DIR ?? resolve(import.meta.dirname, '../../../../../shared/data'),
  'mirakl/operator-products.openapi.json',
);
const missing = "Mirakl's OpenAPI description is not in REFERENCE_DATA_DIR";

type Validate = (path: string, answer: unknown) => readonly string[];

/** What is wrong with an answer by Mirakl's published description; undefined if the description is not there. */
function readContract(): Validate | undefined {
  if (!existsSync(file)) return undefined;
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema(JSON.parse(readFileSync(file, 'utf8')) as object, 'mirakl');
  return (path, answer) => {
    const pointer = `mirakl#/paths/${path.replaceAll('/', '~1')}/get/responses/200/content/application~1json/schema`;
    const validate = ajv.getSchema(pointer);
    if (validate === undefined) throw new Error(`the description has no ${path}`);
    if (validate(withoutNulls(answer)) === true) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  };
}

/** Mirakl's own examples say null where the description says that a field may be missing. */
function withoutNulls(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer, (_key, value: unknown) => value ?? undefined));
}

const contract = readContract();

test('orders are what Mirakl has published (OR11)', async ({ skip }) => {
  if (contract === undefined) return skip(missing);
  const { mirakl, get } = await start();
  const line = { id: 'line', state: 'REFUSED', total: '12.30', taxes: ['0.29'], shippingTaxes: ['0.01'] };
  mirakl.given.productOrder();
  mirakl.given.productOrder({ state: 'REFUSED', debited: false, taxMode: 'TAX_EXCLUDED', lines: [line] });
  const { id: orderId } = mirakl.given.productOrder({
    state: 'WAITING_ACCEPTANCE',
    paymentWorkflow: 'PAY_ON_SHIPMENT',
  });
  mirakl.cancelLine(orderId, `${orderId}-1`, { taxes: ['0.29'], shippingTaxes: ['0.01'] });
  mirakl.acceptOrder(orderId);
  for (const state of ['WAITING_REFUND_TAX_CONFIRMATION', 'WAITING_REFUND', 'WAITING_REFUND_PAYMENT', 'REFUNDED']) {
    mirakl.given.refund({ orderId, state, taxes: ['0.29'], shippingTaxes: ['0.01'], confirmedAt: new Date() });
  }
  const answer = await get('/api/orders');
  expect(answer.orders).toHaveLength(3);
  expect(contract('/api/orders', answer)).toEqual([]);
  mirakl.given.productOrder({ raw: { order_id: 1, total_price: '12.30', commercial_id: undefined } });
  expect(contract('/api/orders', await get('/api/orders'))).toHaveLength(3);
});

test('additional fields are what Mirakl has published (AF01)', async ({ skip }) => {
  if (contract === undefined) return skip(missing);
  const { mirakl, get } = await start();
  mirakl.defineShopField('motto', { type: 'STRING', shopPermission: 'READ_WRITE' });
  const answer = await get('/api/additional_fields?entities=SHOP');
  expect(answer.additional_fields).toHaveLength(3);
  expect(contract('/api/additional_fields', answer)).toEqual([]);
  expect(contract('/api/additional_fields', { ...answer, total_count: '3' })).toEqual(['/total_count must be integer']);
  expect(await get('/api/additional_fields?entities=ORDER')).toEqual({ additional_fields: [], total_count: 0 });
});

test('accounting documents are what Mirakl has published (IV01)', async ({ skip }) => {
  if (contract === undefined) return skip(missing);
  const { mirakl, get } = await start();
  mirakl.given.invoice({ invoiceId: 7, paymentVoucherNumber: '000001', parts: { subscription: '-0.29' } });
  mirakl.given.invoice({ state: 'DRAFT', billingCycleId: null });
  mirakl.given.invoice({ type: 'MANUAL_CREDIT', issuedBy: 'OPERATOR', paymentState: 'FAILED' });
  const answer = await get('/api/invoices?type=ALL&states=DRAFT,COMPLETE');
  expect(answer.invoices).toHaveLength(3);
  expect(contract('/api/invoices', answer)).toEqual([]);
  mirakl.given.invoice({ raw: { invoice_id: 'seven', total_taxes: [{ amount: '1' }] } });
  expect(contract('/api/invoices', await get('/api/invoices'))).toEqual([
    '/invoices/1/invoice_id must be integer',
    '/invoices/1/total_taxes/0/amount must be number',
  ]);
});

test('their summaries have the parts that Mirakl has published for billing cycles (SBC11)', async ({ skip }) => {
  if (contract === undefined) return skip(missing);
  const { components } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly components: { readonly schemas: Readonly<Record<string, { readonly properties: object }>> };
  };
  const published = components.schemas.SBC11_Response_200_Data_Summary?.properties ?? {};
  const { mirakl, get } = await start();
  mirakl.given.invoice();
  const [invoice] = (await get('/api/invoices')).invoices as unknown as { readonly summary: object }[];
  expect(Object.keys(invoice?.summary ?? {}).toSorted()).toEqual(
    ['amount_transferred', 'amount_transferred_to_operator', ...Object.keys(published)].toSorted(),
  );
});

test('what the operator keeps is what it is in the published billing cycles (SBC11)', ({ skip }) => {
  const sample = resolve(file, '../samples/03-SBC11-seller-billing-cycles.json');
  if (!existsSync(sample)) return skip(missing);
  const { data } = JSON.parse(readFileSync(sample, 'utf8')) as {
    readonly data: readonly {
      readonly amount_transferred_to_operator: number;
      readonly summary: Record<string, number>;
    }[];
  };
  const names = Object.entries(invoiceParts);
  const parts = data.map(({ summary }) =>
    Object.fromEntries(names.map(([part, name]) => [part, String(summary[name])])),
  );
  expect(parts.map((each) => Number(shareOut(each).operator))).toEqual(
    data.map((cycle) => cycle.amount_transferred_to_operator),
  );
  expect(data.length).toBeGreaterThan(2);
});
