import { expect, test } from 'vitest';
import { start } from './simulator-test.ts';

test('orders of one second come by id, in pages that link to one another and keep the filter', async () => {
  const { mirakl, request } = await start();
  for (const name of ['C', 'A', 'B']) mirakl.given.productOrder({ commercialId: name });
  const first = await request('/api/orders?start_date=2026-11-01T10:00:00Z&max=2');
  expect(await first.json()).toMatchObject({ total_count: 3, orders: [{ order_id: 'A-A' }, { order_id: 'B-A' }] });
  const next = /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
  const second = await fetch(next, { headers: { authorization: mirakl.apiKey } });
  expect(await second.json()).toMatchObject({ orders: [{ order_id: 'C-A' }] });
  expect(second.headers.get('link')).not.toContain('next');
});

test('date filters are inclusive to the second', async () => {
  const { mirakl, get } = await start();
  mirakl.given.productOrder({ createdAt: new Date('2026-11-01T10:00:00.900Z') });
  expect(await get('/api/orders?start_date=2026-11-01T10:00:00Z')).toMatchObject({ total_count: 1 });
  expect(await get('/api/orders?start_date=2026-11-01T11:00:00%2B0100')).toMatchObject({ total_count: 1 });
  expect(await get('/api/orders?start_date=2026-11-01T10:00:01Z')).toMatchObject({ total_count: 0 });
});

const ids = Array.from({ length: 101 }, (_, index) => index).join(',');

test.each([
  '/api/orders?max=101',
  '/api/orders?max=0',
  '/api/orders?max=ten',
  '/api/orders?offset=-1',
  '/api/orders?customer_debited=maybe',
  '/api/orders?end_date=',
  '/api/mms/orders?limit=101',
  '/api/orders?start_date=soon',
  '/api/mms/orders?page_token=x',
  `/api/orders?order_ids=${ids}`,
  `/api/orders?commercial_ids=${ids}`,
  `/api/shops?shop_ids=${ids}`,
  `/api/mms/debits?order_id=${ids.replaceAll(',', '&order_id=')}`,
])('%s is refused', async (path) => {
  const { request } = await start();
  expect((await request(path)).status).toBe(400);
});

test('service orders and debits come by token, filtered by repeated ids', async () => {
  const { mirakl, get } = await start();
  for (const name of ['A', 'B', 'C']) mirakl.given.serviceOrder({ commercialId: name });
  mirakl.given.debit({ orderId: 'B-A', transactionNumber: 'ch_1' });
  const first = await get('/api/mms/orders?limit=2');
  expect(first.data).toHaveLength(2);
  const last = await get(`/api/mms/orders?limit=2&page_token=${first.next_page_token}`);
  expect(last.data).toMatchObject([{ id: 'C-A' }]);
  expect(last).not.toHaveProperty('next_page_token');
  expect(await get(`/api/mms/orders?limit=2&page_token=${last.previous_page_token}`)).toEqual(first);
  expect(await get('/api/mms/orders?order_id=A-A&order_id=C-A')).toMatchObject({
    data: [{ id: 'A-A' }, { id: 'C-A' }],
  });
  expect(await get('/api/mms/debits?order_id=B-A&order_id=C-A')).toMatchObject({
    data: [{ order_id: 'B-A', state: 'OK' }],
  });
});

test('shops of services are only listed when their domain is asked for', async () => {
  const { mirakl, get } = await start();
  mirakl.given.shop({ domains: ['SERVICE'] });
  expect(await get('/api/shops')).toMatchObject({ total_count: 0 });
  expect(await get('/api/shops?domains=PRODUCT,SERVICE')).toMatchObject({ total_count: 1 });
});

test('a hundred thousand orders are held and paged through', async () => {
  const { mirakl, get } = await start();
  for (let i = 0; i < 100_000; i += 1)
    mirakl.given.productOrder({ id: `O-${String(i).padStart(6, '0')}`, commercialId: 'O' });
  const page = await get('/api/orders?max=100&offset=99900');
  expect(page.orders).toHaveLength(100);
});

test('pages without a size hold ten, and one that ends with the last order links to no next one', async () => {
  const { mirakl, request } = await start();
  for (let i = 0; i < 20; i += 1) mirakl.given.productOrder();
  const first = await request('/api/orders?order_state_codes=SHIPPING');
  expect(first.headers.get('link')).toBe(`<${mirakl.url}/api/orders?order_state_codes=SHIPPING&offset=10>; rel="next"`);
  const last = await request('/api/orders?offset=10');
  expect(((await last.json()) as { orders: unknown[] }).orders).toHaveLength(10);
  expect(last.headers.get('link')).toBe(`<${mirakl.url}/api/orders?offset=0>; rel="previous"`);
  expect(await (await request('/api/orders?offset=20')).json()).toEqual({ orders: [], total_count: 20 });
});

test('shops come all at once when pages are not wanted', async () => {
  const { mirakl, get } = await start();
  for (let i = 0; i < 12; i += 1) mirakl.given.shop();
  expect((await get('/api/shops?paginate=false')).shops).toHaveLength(12);
  expect((await get('/api/shops')).shops).toHaveLength(10);
});

test.each([
  ['order_ids=B-A,A-A,nobody', ['A-A', 'B-A']],
  ['commercial_ids=A', ['A-A', 'A-B']],
  ['shop_ids=2', ['A-B']],
  ['order_state_codes=SHIPPED,CLOSED', ['A-B', 'B-A']],
  ['customer_debited=false', ['B-A']],
  ['start_date=2026-11-01T10:01:00.500Z', ['B-A']],
  ['end_date=2026-11-01T10:00:00Z', ['A-A', 'A-B']],
  ['start_update_date=2026-11-01T10:02:00Z', ['A-A']],
  ['end_update_date=2026-11-01T10:00:00Z', ['A-B']],
  ['order_ids=A-A,B-A&start_date=2026-11-01T10:01:00Z', ['B-A']],
  ['order=desc', ['B-A', 'A-B', 'A-A']],
])('orders by %s are %j', async (query, expected) => {
  const { mirakl, get, advance } = await start();
  mirakl.given.productOrder({ commercialId: 'A', shopId: 1 });
  mirakl.given.productOrder({ commercialId: 'A', id: 'A-B', shopId: 2, state: 'SHIPPED' });
  advance(60_000);
  mirakl.given.productOrder({ commercialId: 'B', shopId: 1, state: 'CLOSED', debited: false });
  advance(60_000);
  mirakl.changeProductOrder('A-A', { total: '90.00' });
  const { orders = [] } = await get(`/api/orders?${query}`);
  expect((orders as { order_id: string }[]).map(({ order_id }) => order_id)).toEqual(expected);
});

test('shops that changed within the second of the filter are listed', async () => {
  const { mirakl, get } = await start();
  mirakl.given.shop({ updatedAt: new Date('2026-11-01T10:00:00.300Z') });
  const since = async (date: string) => (await get(`/api/shops?updated_since=${date}`)).total_count;
  expect(await since('2026-11-01T10:00:00Z')).toBe(1);
  expect(await since('2026-11-01T10:00:00.900Z')).toBe(1);
  expect(await since('2026-11-01T10:00:01Z')).toBe(0);
});

test('a service order can have several debits', async () => {
  const { mirakl, get } = await start();
  const { id: orderId } = mirakl.given.serviceOrder();
  mirakl.given.debit({ orderId, state: 'REFUSED' });
  mirakl.given.debit({ orderId, transactionNumber: 'ch_1' });
  expect((await get(`/api/mms/debits?order_id=${orderId}`)).data).toMatchObject([
    { state: 'REFUSED' },
    { state: 'OK' },
  ]);
});

test('an order that is removed is gone from every listing', async () => {
  const { mirakl, get } = await start();
  for (const commercialId of ['A', 'B', 'C']) mirakl.given.productOrder({ commercialId });
  mirakl.removeProductOrder('B-A');
  expect(await get('/api/orders')).toMatchObject({ orders: [{ order_id: 'A-A' }, { order_id: 'C-A' }] });
  expect(await get('/api/orders?order_ids=B-A')).toMatchObject({ orders: [] });
});
