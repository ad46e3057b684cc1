import { test } from '@connector/testing';
import { describe, expect } from 'vitest';
import { cookiesOf, givenTransfers, password, serveDashboard } from './dashboard-test.ts';

describe('without a login', () => {
  test('a person is sent to the login page, a program gets 401, and health is open', async ({ world }) => {
    const { request } = await serveDashboard(world);
    const page = await request('/', { headers: { accept: 'text/html' } });
    expect([page.status, page.headers.get('location')]).toEqual([303, '/login']);
    expect((await request('/queues/api/queues', { headers: { accept: 'application/json' } })).status).toBe(401);
    expect((await request('/healthz')).status).toBe(200);
    expect((await request('/readyz')).status).toBe(200);
  });

  test('a wrong password is refused, and after ten of them even the right one for a while', async ({ world }) => {
    const { post } = await serveDashboard(world);
    for (let tries = 0; tries < 10; tries += 1) expect((await post('/login', { password: 'wrong' })).status).toBe(403);
    expect((await post('/login', { password })).status).toBe(429);
  });

  test('a forged or an old cookie is worth nothing', async ({ world }) => {
    const { request, logIn } = await serveDashboard(world);
    const forged = `connector=${Buffer.from(JSON.stringify({ user: 'operator', expiresAt: 9e15 })).toString('base64')}; connector.sig=AAAA`;
    const status = async (cookie: string) => (await request('/', { headers: { cookie } })).status;
    expect(await status(forged)).toBe(303);
    const cookie = await logIn();
    expect(await status(cookie)).toBe(200);
    world.clock.advance(13 * 3_600_000);
    expect(await status(cookie)).toBe(303);
  });
});

test('the session cookie is out of reach of scripts and of other sites', async ({ world }) => {
  const { post } = await serveDashboard(world);
  const response = await post('/login', { password });
  for (const cookie of response.headers.getSetCookie()) expect(cookie).toMatch(/samesite=strict; httponly/i);
  const { post: postAgain, request } = await serveDashboard(world);
  const left = await postAgain('/logout', {}, { cookie: cookiesOf(response) });
  expect((await request('/', { headers: { cookie: cookiesOf(left) } })).status).toBe(303);
});

test('a change that another site makes a browser send is refused', async ({ world }) => {
  const { request, post, logIn } = await serveDashboard(world);
  const cookie = await logIn();
  const pause = (headers: Record<string, string>) =>
    request('/queues/api/queues/payment-split/pause', { method: 'PUT', headers: { cookie, ...headers } });
  expect((await pause({ origin: 'https://evil.example.com' })).status).toBe(403);
  expect((await pause({})).status).toBe(403);
  expect((await post('/login', { password }, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  expect(await world.queues.byName['payment-split'].isPaused()).toBe(false);
});

test('pages carry a policy that lets no foreign or inline script run', async ({ world }) => {
  const { request } = await serveDashboard(world);
  const { headers } = await request('/login');
  expect(headers.get('content-security-policy')).toContain("default-src 'none';script-src 'self'");
  expect(headers.get('x-powered-by')).toBeNull();
  expect(headers.get('x-content-type-options')).toBe('nosniff');
});

test('the overview shows rows by state and reason and money by currency, and escapes what comes from outside', async ({
  world,
}) => {
  await givenTransfers(world);
  const { request, logIn } = await serveDashboard(world);
  const html = await (await request('/', { headers: { cookie: await logIn() } })).text();
  const text = html.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
  expect(text).toContain('1 × refused operations');
  expect(text).toMatch(/2 ON_HOLD Cannot find Stripe account for shop ID … The seller has no Stripe account yet/);
  expect(text).toContain('transfers created 1 85.00 EUR');
  expect(html).toContain('&lt;script&gt;');
  expect(html).not.toContain('<script>alert');
});

describe('Bull Board', () => {
  test('lets an operator retry, pause and resume, and nothing that alters or drops work', async ({ world }) => {
    const { url, request, logIn } = await serveDashboard(world);
    const headers = { cookie: await logIn(), origin: url, 'content-type': 'application/json' };
    const job = await world.queues.byName['payment-split'].add('payment-split.send-transfer', { transferId: 1 });
    const send = async (method: string, path: string) =>
      (await request(`/queues/api/queues${path}`, { method, headers, body: '{}' })).status;
    expect(await send('PUT', '/payment-split/pause')).toBe(200);
    expect(await send('PUT', '/payment-split/resume')).toBe(200);
    for (const [method, path] of [
      ['PUT', '/payment-split/obliterate'],
      ['PUT', '/payment-split/empty'],
      ['PUT', '/payment-split/clean/failed'],
      ['PUT', '/payment-split/retry/completed'],
      ['PUT', `/payment-split/${job.id}/clean`],
      ['PATCH', `/payment-split/${job.id}/update-data`],
      ['POST', '/payment-split/add'],
      ['PUT', '/sweeps/job-schedulers/x/remove'],
    ] as const) {
      expect(await send(method, path), path).toBe(403);
    }
    expect(await world.queues.byName['payment-split'].getWaitingCount()).toBe(1);
  });
});
