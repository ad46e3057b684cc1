import { describe, expect } from 'vitest';
import { allItems, allPages, failure, test } from './mirakl-test.ts';
import { listShops } from './shops.ts';
import { updateShops } from './update-shops.ts';

describe('listing shops (S20)', () => {
  test('shops of both domains come that changed since', async ({ simulator, mirakl, clock }) => {
    simulator.given.shop({ id: 1 });
    clock.advance(60_000);
    simulator.given.shop({ id: 2, domains: ['PRODUCT'] });
    simulator.given.shop({ id: 3, domains: ['SERVICE'] });
    const shops = await allItems(listShops(mirakl, { updatedSince: clock.now().toISOString() }));
    expect(shops.map(({ id }) => id)).toEqual([2, 3]);
    expect(simulator.requests()).toMatchObject([
      { query: { domains: 'PRODUCT,SERVICE', max: '100', updated_since: '2026-11-02T09:01:00Z' } },
    ]);
  });

  test('a shop is told in our words', async ({ simulator, mirakl }) => {
    simulator.given.shop({
      id: 2015,
      name: 'Tea & Co',
      state: 'OPEN',
      domains: ['PRODUCT', 'SERVICE'],
      currency: 'EUR',
      professional: true,
      email: 'tea@shop.example',
      phone: '0123',
      webSite: 'https://tea.example',
      additionalFields: { 'stripe-url': 'https://connect.example' },
    });
    const [shop] = await allItems(listShops(mirakl, { shopIds: [2015] }));
    expect(shop).toEqual({
      valueAt: expect.any(Function),
      id: 2015,
      name: 'Tea & Co',
      updatedAt: '2026-11-02T09:00:00Z',
      isProfessional: true,
      state: 'OPEN',
      domains: ['PRODUCT', 'SERVICE'],
      model: 'MARKETPLACE',
      currency: 'EUR',
      additionalFields: new Map([['stripe-url', 'https://connect.example']]),
      contact: { email: 'tea@shop.example', phone: '0123', webSite: 'https://tea.example' },
    });
  });

  test('a shop without contacts and fields is a shop; a field without a value is empty', async ({
    simulator,
    mirakl,
  }) => {
    const fields = [
      { code: 'stripe-url', type: 'LINK', value: null },
      { code: 'stripe-ignored', type: 'BOOLEAN', value: true },
      { code: 'tags', type: 'MULTIPLE_VALUES_LIST', value: ['a', 'b'] },
      { code: 'ecotax', type: 'NUMERIC', value: 1.5 },
    ];
    simulator.given.shop({ id: 1, raw: { contact_informations: null, shop_additional_fields: fields } });
    simulator.given.shop({ id: 2, raw: { shop_id: '2', shop_additional_fields: null, domains: null, model: null } });
    const [one, two] = await allItems(listShops(mirakl, { shopIds: [1, 2] }));
    expect(Object.fromEntries(one?.additionalFields ?? [])).toEqual({
      'stripe-url': '',
      'stripe-ignored': 'true',
      tags: '["a","b"]',
      ecotax: '1.5',
    });
    expect(one?.contact).toEqual({ email: undefined, phone: undefined, webSite: undefined });
    expect(two).toMatchObject({ id: 2, domains: [], model: undefined });
  });

  test('a shop that cannot be read is described, and stops no other', async ({ simulator, mirakl }) => {
    simulator.given.shop({ id: 1, raw: { is_professional: 'perhaps' } });
    simulator.given.shop({ id: 2 });
    const [page] = await allPages(listShops(mirakl, { shopIds: [1, 2] }));
    expect(page?.items.map(({ id }) => id)).toEqual([2]);
    expect(page?.unreadable).toMatchObject([{ id: '1', shopId: 1, field: 'is_professional', value: 'perhaps' }]);
  });
});

describe('writing shops (S07)', () => {
  const link = (shopId: number) => ({
    shopId,
    additionalFields: { 'stripe-url': `https://connect.example/${shopId}` },
  });

  test('one shop that is refused does not stop the others', async ({ simulator, mirakl }) => {
    const [good, bad] = [simulator.given.shop(), simulator.given.shop()];
    simulator.refuseShopUpdates(bad.id, 'Shop is suspended');
    expect(await updateShops(mirakl, [link(bad.id), link(good.id), link(1)])).toMatchObject([
      { shopId: bad.id, outcome: 'refused', reason: expect.stringContaining('Shop is suspended') },
      { shopId: good.id, outcome: 'updated' },
      { shopId: 1, outcome: 'refused' },
    ]);
    const written = simulator.shops().find(({ id }) => id === good.id);
    expect(written?.additionalFields).toEqual(link(good.id).additionalFields);
    expect(simulator.requests()).toHaveLength(1);
  });

  test('the answer is understood with and without its wrappers', async ({ simulator, mirakl }) => {
    const errors = [{ field: 'stripe-url', message: 'is no link' }, { message: 'is read-only' }];
    const shop_returns = [
      { shop_updated: { shop_id: 1, shop_name: 'One' } },
      { shop_updated: null, shop_error: { input: { shop_id: 2 }, errors } },
      { shop_id: 3, shop: { shop_id: 3 }, errors: [] },
      { shop_id: 4, errors },
      { shop_error: { shop_id: '5', errors: null } },
    ];
    simulator.faults.add({ kind: 'answer', status: 200, body: { shop_returns } });
    const reason = 'stripe-url: is no link; is read-only';
    expect(await updateShops(mirakl, [1, 2, 3, 4, 5, 6].map(link))).toEqual([
      { shopId: 1, outcome: 'updated' },
      { shopId: 2, outcome: 'refused', reason },
      { shopId: 3, outcome: 'updated' },
      { shopId: 4, outcome: 'refused', reason },
      { shopId: 5, outcome: 'refused', reason: 'Mirakl gave no reason' },
      { shopId: 6, outcome: 'refused', reason: 'Mirakl did not answer for this shop' },
    ]);
  });

  test('more than 100 shops are written in several calls', async ({ simulator, mirakl }) => {
    const updates = Array.from({ length: 101 }, () => link(simulator.given.shop().id));
    const results = await updateShops(mirakl, updates);
    expect(results).toEqual(updates.map(({ shopId }) => ({ shopId, outcome: 'updated' })));
    expect(simulator.requests()).toHaveLength(2);
  });

  test('an answer of another shape is no success', async ({ simulator, mirakl }) => {
    for (const body of [{}, undefined, { shop_returns: [{ shop_updated: { shop_id: 'one' } }] }]) {
      simulator.faults.add({ kind: 'answer', status: 200, body });
      expect(await failure(updateShops(mirakl, [link(1)]))).toMatchObject({ code: 'mirakl_unexpected_answer' });
    }
  });
});
