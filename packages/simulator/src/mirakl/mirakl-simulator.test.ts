import { describe, expect, onTestFinished, test } from 'vitest';
import { type MiraklSimulatorOptions, startMiraklSimulator } from './start-mirakl-simulator.ts';

async function start(options: MiraklSimulatorOptions = {}) {
  let now = new Date('2026-11-01T10:00:00Z');
  const mirakl = await startMiraklSimulator({ clock: () => now, ...options });
  onTestFinished(() => mirakl.close());
  const request = (path: string, init: RequestInit = {}) =>
    fetch(`${mirakl.url}${path}`, {
      ...init,
      headers: { authorization: mirakl.apiKey, 'content-type': 'application/json', ...init.headers },
    });
  const get = async (path: string) => (await request(path)).json() as Promise<Record<string, never>>;
  return { mirakl, request, get, advance: (ms: number) => (now = new Date(now.getTime() + ms)) };
}

test('amounts leave as JSON numbers with exactly the digits they were given', async () => {
  const { mirakl, request } = await start();
  mirakl.given.productOrder({ total: '12.30', commission: '0.29' });
  const text = await (await request('/api/orders')).text();
  expect(text).toContain('"total_price":12.30,"total_commission":0.29');
});

describe('who may ask', () => {
  test.each([
    ['nobody', '', 401],
    ['a wrong key', 'wrong', 401],
    ['the bare key', 'mirakl-simulator-key', 200],
    ['the key as a bearer token', 'Bearer mirakl-simulator-key', 200],
  ])('%s', async (_, authorization, status) => {
    const { request } = await start();
    expect((await request('/api/shops', { headers: { authorization } })).status).toBe(status);
  });

  test('who has a token of OAuth 2, until it runs out', async () => {
    const { mirakl, request, advance } = await start();
    const ask = (secret: string) => {
      const form = { grant_type: 'client_credentials', client_id: mirakl.oauth.clientId, client_secret: secret };
      return fetch(mirakl.oauth.tokenUrl, { method: 'POST', body: new URLSearchParams(form) });
    };
    expect((await ask('wrong')).status).toBe(401);
    const { access_token } = (await (await ask(mirakl.oauth.clientSecret)).json()) as { access_token: string };
    const use = () => request('/api/shops', { headers: { authorization: `Bearer ${access_token}` } });
    expect((await use()).status).toBe(200);
    advance(3_600_000);
    expect((await use()).status).toBe(401);
  });
});

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

test.each([
  '/api/orders?max=101',
  '/api/orders?max=0',
  '/api/mms/orders?limit=101',
  '/api/orders?start_date=soon',
  '/api/mms/orders?page_token=x',
  `/api/orders?order_ids=${Array(101).fill('x')}`,
])('%s is refused', async (path) => {
  const { request } = await start();
  expect((await request(path.slice(0, 2_000))).status).toBe(400);
});

test('service orders and debits come by token, filtered by repeated ids', async () => {
  const { mirakl, get } = await start();
  for (const name of ['A', 'B', 'C']) mirakl.given.serviceOrder({ commercialId: name });
  mirakl.given.debit({ orderId: 'B-A', transactionNumber: 'ch_1' });
  const first = await get('/api/mms/orders?limit=2');
  expect(first.data).toHaveLength(2);
  expect(await get(`/api/mms/orders?limit=2&page_token=${first.next_page_token}`)).toEqual({
    data: [expect.objectContaining({ id: 'C-A' })],
  });
  expect(await get('/api/mms/orders?order_id=A-A&order_id=C-A')).toMatchObject({
    data: [{ id: 'A-A' }, { id: 'C-A' }],
  });
  expect(await get('/api/mms/debits?order_id=B-A&order_id=C-A')).toMatchObject({
    data: [{ order_id: 'B-A', state: 'OK' }],
  });
});

test('an update of shops fails for one shop and works for the others, which count as changed', async () => {
  const { mirakl, request, advance } = await start();
  const [good, bad] = [mirakl.given.shop(), mirakl.given.shop()];
  mirakl.refuseShopUpdates(bad.id, 'shop is suspended');
  advance(60_000);
  const field = { shop_additional_fields: [{ code: 'stripe-url', value: 'https://x' }] };
  const body = {
    shops: [
      { shop_id: good.id, ...field },
      { shop_id: bad.id, ...field },
      { shop_id: 1 },
      { shop_id: good.id, shop_additional_fields: [{ code: 'nope', value: '1' }] },
    ],
  };
  const answer = await request('/api/shops', { method: 'PUT', body: JSON.stringify(body) });
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({
    shop_returns: [
      { shop: { shop_id: good.id, last_updated_date: '2026-11-01T10:01:00Z' } },
      { errors: [{ message: 'shop is suspended' }] },
      { errors: [{ message: 'Shop does not exist' }] },
      { errors: [{ message: 'No additional field nope' }] },
    ],
  });
});

test('shops of services are only listed when their domain is asked for', async () => {
  const { mirakl, get } = await start();
  mirakl.given.shop({ domains: ['SERVICE'] });
  expect(await get('/api/shops')).toMatchObject({ total_count: 0 });
  expect(await get('/api/shops?domains=PRODUCT,SERVICE')).toMatchObject({ total_count: 1 });
});

test('a second listing of orders within the minute is refused, its pages and other calls are not', async () => {
  const { request, advance } = await start({ ordersEveryMs: 60_000 });
  expect((await request('/api/orders')).status).toBe(200);
  expect((await request('/api/orders?offset=10')).status).toBe(200);
  expect((await request('/api/shops')).status).toBe(200);
  const refused = await request('/api/orders');
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60']);
  advance(60_000);
  expect((await request('/api/orders')).status).toBe(200);
});

test('fields can be overlaid to plant what Mirakl has not announced', async () => {
  const { mirakl, get } = await start();
  mirakl.given.productOrder({ raw: { order_state: 'TELEPORTED', total_price: undefined, more: 1 } });
  const order = (await get('/api/orders')).orders?.[0];
  expect(order).toMatchObject({ order_state: 'TELEPORTED', more: 1 });
  expect(order).not.toHaveProperty('total_price');
});

test('a hundred thousand orders are held and paged through', async () => {
  const { mirakl, get } = await start();
  for (let i = 0; i < 100_000; i += 1)
    mirakl.given.productOrder({ id: `O-${String(i).padStart(6, '0')}`, commercialId: 'O' });
  const page = await get('/api/orders?max=100&offset=99900');
  expect(page.orders).toHaveLength(100);
});
