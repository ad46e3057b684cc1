import { startMiraklSimulator } from '@connector/simulator';
import { describe, expect } from 'vitest';
import { allItems, allPages, failure, test } from './mirakl-test.ts';
import { listProductOrders } from './product-orders.ts';
import { listServiceDebits } from './service-debits.ts';
import { listServiceOrders } from './service-orders.ts';
import { listShops } from './shops.ts';

const since = { createdSince: '2026-11-01T00:00:00Z' };
const ids = Array.from({ length: 250 }, (_, index) => `Order_${index}-A`);

describe('pages with offsets (OR11)', () => {
  test('a listing is read page by page, and only as far as somebody reads', async ({ simulator, mirakl }) => {
    for (const id of ids) simulator.given.productOrder({ id });
    const pages = listProductOrders(mirakl, since);
    expect((await pages.next()).value).toMatchObject({ totalCount: 250, isLast: false, unreadable: [] });
    expect(simulator.requests()).toHaveLength(1);
    const rest = await allPages(pages);
    expect(rest.map(({ items, isLast }) => [items.length, isLast])).toEqual([
      [100, false],
      [50, true],
    ]);
    expect(simulator.requests().map(({ query }) => query)).toMatchObject([
      { max: '100', sort: 'dateCreated', order: 'asc', start_date: '2026-11-01T00:00:00Z' },
      { max: '100', offset: '100', start_date: '2026-11-01T00:00:00Z' },
      { max: '100', offset: '200', start_date: '2026-11-01T00:00:00Z' },
    ]);
  });

  test('a link to another host leads to the next page of our own', async ({ simulator, mirakl, onTestFinished }) => {
    const elsewhere = await startMiraklSimulator();
    onTestFinished(() => elsewhere.close());
    const link = `<${elsewhere.url}/api/elsewhere?max=100&offset=100>; rel="next"`;
    simulator.faults.add({ kind: 'answer', status: 200, headers: { link }, body: { orders: [{}] } });
    expect(await allPages(listProductOrders(mirakl, since))).toHaveLength(2);
    expect(simulator.requests()).toMatchObject([{}, { path: '/api/orders', query: { offset: '100' } }]);
    expect(elsewhere.requests()).toEqual([]);
  });

  test.for([
    ['alone', '</api/orders?offset=7>; rel="next"'],
    ['after the previous one', '</api/orders?offset=5>; rel="previous", </api/orders?offset=7>; rel="next"'],
    ['before the previous one', '</api/orders?offset=7>; rel="next", </api/orders?offset=5>; rel="previous"'],
    ['with other parameters', '</api/orders?offset=7>; title="next one"; rel=next'],
  ] as const)('the link to the next page is found: %s', async ([, link], { simulator, mirakl }) => {
    simulator.faults.add({ kind: 'answer', status: 200, headers: { link }, body: { orders: [{}] } });
    await allPages(listProductOrders(mirakl, since));
    expect(simulator.requests()).toMatchObject([{}, { query: { offset: '7' } }]);
  });

  test('a link that leads back is an error, not an early end', async ({ simulator, mirakl }) => {
    const headers = { link: '</api/orders?max=100&offset=100>; rel="next"' };
    const times = Number.POSITIVE_INFINITY;
    simulator.faults.add({ kind: 'answer', status: 200, headers, body: { orders: [{}] }, times });
    const error = await failure(allPages(listProductOrders(mirakl, since)));
    expect(error).toMatchObject({ code: 'mirakl_unexpected_answer', operation: 'OR11', retryable: false });
    expect(simulator.requests()).toHaveLength(2);
  });

  test('a link that names no page is an error, for it would lead to the first one', async ({ simulator, mirakl }) => {
    simulator.faults.add({ kind: 'answer', status: 200, headers: { link: '<x>; rel="next"' }, body: { orders: [{}] } });
    expect((await failure(allPages(listProductOrders(mirakl, since)))).message).toContain('Link');
  });

  test('an empty page is the end, whatever its link says', async ({ simulator, mirakl }) => {
    const headers = { link: '</api/orders?offset=100>; rel="next"' };
    simulator.faults.add({ kind: 'answer', status: 200, headers, body: { orders: [] } });
    expect(await allPages(listProductOrders(mirakl, since))).toEqual([
      { items: [], unreadable: [], totalCount: undefined, isLast: true },
    ]);
  });

  test('an answer without the list names the field', async ({ simulator, mirakl }) => {
    for (const body of [{}, { orders: null }, { orders: { order: [] } }, [], undefined]) {
      simulator.faults.add({ kind: 'answer', status: 200, body });
      const error = await failure(allPages(listProductOrders(mirakl, since)));
      expect(error).toMatchObject({ code: 'mirakl_unexpected_answer', operation: 'OR11', retryable: false });
      expect(error.message).toContain('orders');
    }
  });
});

describe('pages with tokens (SOR11)', () => {
  test('the token of a page leads to the next', async ({ simulator, mirakl }) => {
    for (const id of ids) simulator.given.serviceOrder({ id });
    const pages = await allPages(listServiceOrders(mirakl, since));
    expect(pages.map(({ items, isLast }) => [items.length, isLast])).toEqual([
      [100, false],
      [100, false],
      [50, true],
    ]);
    expect(new Set(pages.flatMap(({ items }) => items.map(({ id }) => id)))).toEqual(new Set(ids));
  });

  test('a token that comes again is an error, not an early end', async ({ simulator, mirakl }) => {
    const body = { data: [{}], next_page_token: 'again' };
    simulator.faults.add({ kind: 'answer', status: 200, body, times: Number.POSITIVE_INFINITY });
    expect(await failure(allPages(listServiceOrders(mirakl, since)))).toMatchObject({
      code: 'mirakl_unexpected_answer',
    });
    expect(simulator.requests()).toHaveLength(2);
  });
});

describe('lists of ids', () => {
  test('product orders are asked for in portions of 100, which make one listing', async ({ simulator, mirakl }) => {
    for (const id of ids) simulator.given.productOrder({ id });
    const pages = await allPages(listProductOrders(mirakl, { orderIds: ids }));
    expect(pages.map(({ items, isLast }) => [items.length, isLast])).toEqual([
      [100, false],
      [100, false],
      [50, true],
    ]);
    expect(simulator.requests()).toHaveLength(3);
  });

  test('so are service orders and their debits', async ({ simulator, mirakl }) => {
    for (const id of ids) {
      simulator.given.serviceOrder({ id });
      simulator.given.debit({ orderId: id });
    }
    expect(await allItems(listServiceOrders(mirakl, { orderIds: ids }))).toHaveLength(250);
    expect(await allItems(listServiceDebits(mirakl, { orderIds: ids }))).toHaveLength(250);
    expect(simulator.requests()).toHaveLength(6);
  });

  test('so are shops', async ({ simulator, mirakl }) => {
    const shopIds = ids.map(() => simulator.given.shop().id);
    expect(await allItems(listShops(mirakl, { shopIds }))).toHaveLength(250);
    expect(simulator.requests()).toHaveLength(3);
  });

  test('no ids are no question: the filter would be missing, and everything would come', async ({
    simulator,
    mirakl,
  }) => {
    simulator.given.productOrder();
    expect(await allPages(listProductOrders(mirakl, { orderIds: [] }))).toEqual([]);
    expect(await allPages(listProductOrders(mirakl, { commercialIds: [] }))).toEqual([]);
    expect(await allPages(listServiceOrders(mirakl, { orderIds: [] }))).toEqual([]);
    expect(await allPages(listServiceDebits(mirakl, { orderIds: [] }))).toEqual([]);
    expect(await allPages(listShops(mirakl, { shopIds: [] }))).toEqual([]);
    expect(simulator.requests()).toEqual([]);
  });
});
