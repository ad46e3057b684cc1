import { startApp, test } from '@connector/testing';
import { expect, onTestFinished } from 'vitest';

test('the api starts without Mirakl and Stripe, says whether it is ready, and maps accounts once they are there', async ({
  world,
}) => {
  const { miraklSimulator, stripeSimulator } = world;
  const mirakl = miraklSimulator.faults.add({ kind: 'cut-before-effect', times: Number.POSITIVE_INFINITY });
  const stripe = stripeSimulator.faults.add({ kind: 'cut-before-effect', times: Number.POSITIVE_INFINITY });
  const token = 'correct-horse-battery';
  const app = await startApp('api', {
    env: {
      STRIPE_CLIENT_SECRET: stripeSimulator.apiKey,
      STRIPE_API_BASE: stripeSimulator.url,
      STRIPE_WEBHOOK_SECRET: 'whsec_123456789',
      MIRAKL_HOST_NAME: miraklSimulator.url,
      MIRAKL_API_KEY: miraklSimulator.apiKey,
      OPERATOR_PASSWORD: token,
      BASE_HOST: 'connector.example.com',
      DATABASE_URL: world.databaseUrl,
      REDIS_URL: world.redisUrl,
      QUEUE_PREFIX: world.queues.prefix,
      API_PORT: '0',
    },
  });
  onTestFinished(async () => expect(await app.stop()).toBe(0));
  const request = (path: string, init: RequestInit = {}) =>
    fetch(`http://127.0.0.1:${app.port}${path}`, { headers: { 'x-auth-token': token }, ...init });
  expect(await (await request('/healthz')).json()).toEqual({ status: 'alive' });
  expect(await (await request('/readyz')).json()).toEqual({
    status: 'ready',
    checks: { database: { ok: true }, redis: { ok: true }, clock: { ok: true } },
  });
  expect(await (await request('/api/doc.json')).json()).toMatchObject({ info: { version: '0.1.0' } });
  expect([stripe.hits(), mirakl.hits()]).toEqual([0, 0]);

  const pair = { miraklShopId: miraklSimulator.given.shop().id, stripeUserId: stripeSimulator.given.account().id };
  const map = () => request('/api/mappings', { method: 'POST', body: JSON.stringify(pair) });
  expect((await map()).status).toBe(503);
  stripe.release();
  mirakl.release();
  expect((await map()).status).toBe(201);
  expect(await (await request('/api/mappings')).json()).toMatchObject([{ stripeAccountId: pair.stripeUserId }]);
  expect(await world.queues.byName.onboarding.getWaiting()).toMatchObject([
    { name: 'onboarding.onboard-seller', data: { shopId: pair.miraklShopId } },
  ]);
}, 60_000);
