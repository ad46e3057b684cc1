import { expect } from 'vitest';
import { listShopAdditionalFields } from './additional-fields.ts';
import { failure, test } from './mirakl-test.ts';

test('the fields of shops come with what the seller may do with them', async ({ simulator, mirakl }) => {
  simulator.defineShopField('stripe-url', { type: 'LINK', shopPermission: 'READ_ONLY' });
  simulator.defineShopField('stripe-ignored', undefined);
  expect(await listShopAdditionalFields(mirakl)).toEqual([
    { code: 'stripe-url', type: 'LINK', shopPermission: 'READ_ONLY' },
  ]);
  expect(simulator.requests()).toMatchObject([{ path: '/api/additional_fields', query: { entities: 'SHOP' } }]);
});

test('fields of other things than shops are left out', async ({ simulator, mirakl }) => {
  const additional_fields = [
    { code: 'ecotax', type: 'NUMERIC', entity: 'OFFER' },
    { code: 'stripe-url', type: 'LINK', entity: 'SHOP' },
  ];
  simulator.faults.add({ kind: 'answer', status: 200, body: { additional_fields } });
  expect(await listShopAdditionalFields(mirakl)).toEqual([
    { code: 'stripe-url', type: 'LINK', shopPermission: undefined },
  ]);
});

test('an answer of another shape names the field', async ({ simulator, mirakl }) => {
  simulator.faults.add({ kind: 'answer', status: 200, body: { additional_fields: [{ code: 'stripe-url' }] } });
  expect((await failure(listShopAdditionalFields(mirakl))).message).toContain('additional_fields.0.type');
});
