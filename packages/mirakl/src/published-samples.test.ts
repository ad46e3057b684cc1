import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect } from 'vitest';
import { listShopAdditionalFields } from './additional-fields.ts';
import { allPages, test as base } from './mirakl-test.ts';
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
