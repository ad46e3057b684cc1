import { test } from '@connector/testing';
import { runSweep } from '@connector/workflows';
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

describe('a login', () => {
  test('works over plain http, and keeps its cookie to https when a trusted proxy says that it came over https', async ({
    world,
  }) => {
    const overHttps = { 'x-forwarded-proto': 'https' };
    const { request, post, logIn } = await serveDashboard(world, { trustedProxies: ['127.0.0.1'] });
    const cookie = await logIn();
    expect((await request('/', { headers: { cookie } })).status).toBe(200);
    const kept = (await post('/login', { password }, overHttps)).headers.getSetCookie();
    expect(kept).toHaveLength(2);
    for (const line of kept) expect(line).toMatch(/; secure/i);
    const stranger = await serveDashboard(world);
    for (const line of (await stranger.post('/login', { password }, overHttps)).headers.getSetCookie())
      expect(line).not.toMatch(/; secure/i);
  });

  test('ends when the password is changed', async ({ world }) => {
    const cookie = await (await serveDashboard(world)).logIn();
    const { request } = await serveDashboard(world, { password: 'another-horse-battery' });
    expect((await request('/', { headers: { cookie } })).status).toBe(303);
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
  expect(text).toContain('1 operation was refused');
  expect(text).toMatch(
    /2 transfers ON_HOLD Cannot find Stripe account for shop ID … The seller has no Stripe account yet/,
  );
  expect(text).toContain('transfers created 1 85.00 EUR');
  expect(html).toContain('&lt;script&gt;');
  expect(html).not.toContain('<script>alert');
});

test('payments that are held up stand there with their reasons, and debits that Mirakl refuses', async ({ world }) => {
  const payment = { mirakl_commercial_order_id: 'O-1', stripe_amount: 10_000n, currency: 'eur' };
  const { id } = await world.db
    .insertInto('payment_mapping')
    .values([
      { ...payment, stripe_charge_id: 'ch_1', status: 'to_capture', status_reason: 'The bank says no' },
      { ...payment, stripe_charge_id: 'ch_2', status: 'to_capture' },
      { ...payment, stripe_charge_id: 'ch_3', status: 'captured', capture_amount: 6_000n },
      { ...payment, stripe_charge_id: 'ch_4', status: 'failed', status_reason: 'Payment ch_4 failed' },
    ])
    .returning('id')
    .executeTakeFirstOrThrow();
  await world.db
    .insertInto('operation_alarm')
    .values({ kind: 'payment', operation_id: id, due_at: world.now() })
    .execute();
  const at = world.now();
  await world.db
    .insertInto('unconfirmed_debit')
    .values({
      ...{ kind: 'product', order_id: 'O-1-A', reason: 'Order O-1-A is blocked', refusals: 1 },
      ...{ first_refused_at: at, last_refused_at: at, next_try_at: at },
    })
    .execute();
  const { request, logIn } = await serveDashboard(world);
  const html = await (await request('/', { headers: { cookie: await logIn() } })).text();
  const text = html.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
  expect(text).toContain('1 payment cannot be captured, or will soon be lost. 1 debit could not be told to Mirakl.');
  expect(text).toContain('2 payments to_capture 1 payment captured 1 payment failed');
  expect(text).toContain('1 payment to_capture The bank says no Stripe’s or Mirakl’s own words.');
  expect(text).not.toContain('Payment … failed');
  expect(text).toContain('payments captured 1 60.00 EUR');
  expect(text).toContain('O-1-A Order O-1-A is blocked in');
});

test('a request that cannot be read gets a page without a stack', async ({ world }) => {
  const { post, request, logIn } = await serveDashboard(world);
  const tooLong = await post('/login', { password: 'x'.repeat(5_000) });
  expect([tooLong.status, await tooLong.text()]).toEqual([413, expect.not.stringContaining(' at ')]);
  const missing = await request('/nothing', { headers: { cookie: await logIn() } });
  expect([missing.status, await missing.text()]).toEqual([404, expect.stringContaining('There is no such page.')]);
});

test('Prometheus reads jobs by queue, operations by state and how sweeps stand, without a login', async ({ world }) => {
  await givenTransfers(world);
  await world.queues.byName['payment-split'].add('payment-split.send-transfer', { transferId: 1 });
  await world.queues.byName.kyc.pause();
  await runSweep(world, 'recovery.ring-waiting-work', () => Promise.resolve('nothing'));
  world.clock.advance(90_000);
  const fails = () => Promise.reject(new Error('Mirakl is away'));
  await expect(runSweep(world, 'onboarding.find-shops', fails)).rejects.toThrow();
  const { request } = await serveDashboard(world);
  const figures = await (await request('/metrics')).text();
  expect(figures).toContain('connector_queue_jobs{queue="payment-split",state="waiting",app="test"} 1');
  expect(figures).toContain('connector_operations{kind="transfer",status="ON_HOLD",app="test"} 2');
  expect(figures).toContain('connector_queue_paused{queue="kyc",app="test"} 1');
  expect(figures).toContain('connector_queue_halted{queue="kyc",app="test"} 0');
  expect(figures).toContain('connector_queue_workers{queue="kyc",app="test"} 0');
  expect(figures).toContain('connector_sweep_seconds_since_success{sweep="recovery.ring-waiting-work",app="test"} 90');
  expect(figures).not.toContain('connector_sweep_seconds_since_success{sweep="onboarding.find-shops"');
  expect(figures).toContain('connector_sweep_failing{sweep="onboarding.find-shops",app="test"} 1');
  expect(figures).toContain('connector_sweep_failing{sweep="recovery.ring-waiting-work",app="test"} 0');
});
