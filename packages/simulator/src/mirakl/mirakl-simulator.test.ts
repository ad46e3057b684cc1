import { describe, expect, test } from 'vitest';
import { start } from './simulator-test.ts';

test.each([
  ['12.30', '0.29'],
  ['19.99', '1.15'],
  ['1135.63', '0.10'],
  ['12.340', '0'],
  ['99999999999999.999999', '10.005'],
])('the amounts %s and %s leave as JSON numbers with exactly these digits', async (total, commission) => {
  const { mirakl, request } = await start();
  mirakl.given.productOrder({ total, commission });
  const text = await (await request('/api/orders')).text();
  expect(text).toContain(`"total_price":${total},"total_commission":${commission},`);
});

describe('who may ask', () => {
  test.each([
    ['nobody', '', 401],
    ['a wrong key', 'wrong', 401],
    ['a key in another scheme', 'Basic mirakl-simulator-key', 401],
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
    const asJson = await request('/oauth/token', { method: 'POST', body: '{"grant_type":"client_credentials"}' });
    expect([asJson.status, await asJson.json()]).toEqual([400, { error: 'invalid_request' }]);
    const { access_token } = (await (await ask(mirakl.oauth.clientSecret)).json()) as { access_token: string };
    const use = (authorization: string) => request('/api/shops', { headers: { authorization } });
    expect((await use(`Bearer ${access_token}`)).status).toBe(200);
    expect((await use(access_token)).status).toBe(401);
    advance(3_600_000);
    expect((await use(`Bearer ${access_token}`)).status).toBe(401);
  });
});

test('an update of shops fails for one shop and works for the others, which count as changed', async () => {
  const { mirakl, put, advance } = await start();
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
      { shop_id: good.id, shop_additional_fields: [{ code: 'stripe-ignored', value: 'perhaps' }] },
      { shop_id: good.id, shop_additional_fields: [{ code: 'stripe-url', value: 'no link' }] },
      { shop_id: good.id, kyc: { status: 'FINE' } },
    ],
  };
  const answer = await put('/api/shops', body);
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({
    shop_returns: [
      { shop_updated: { shop_id: good.id, last_updated_date: '2026-11-01T10:01:00Z' } },
      { shop_error: { errors: [{ message: 'shop is suspended' }] } },
      { shop_error: { errors: [{ message: 'Shop does not exist' }] } },
      { shop_error: { errors: [{ message: 'No additional field nope' }] } },
      { shop_error: { errors: [{ message: 'The value of stripe-ignored is no BOOLEAN' }] } },
      { shop_error: { errors: [{ message: 'The value of stripe-url is no LINK' }] } },
      { shop_error: { errors: [{ message: 'Unknown status FINE' }] } },
    ],
  });
  expect(mirakl.shops().map(({ additionalFields }) => additionalFields)).toEqual([{ 'stripe-url': 'https://x' }, {}]);
});

test.each(['{', '{"shops":[]}', '{"shops":[{"shop_id":"one"}]}'])(
  'an update of shops that says %s is refused as a whole',
  async (body) => {
    const { request } = await start();
    const answer = await request('/api/shops', { method: 'PUT', body });
    expect([answer.status, await answer.json()]).toMatchObject([400, { status: 400 }]);
  },
);

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
