import { startApp, test } from '@connector/testing';
import { expect, onTestFinished } from 'vitest';

test('the api says whether it lives and whether it is ready, and takes no broken or endless bodies', async ({
  world,
}) => {
  const app = await startApp('api', {
    env: {
      STRIPE_CLIENT_SECRET: 'sk_test_123456789',
      STRIPE_WEBHOOK_SECRET: 'whsec_123456789',
      MIRAKL_HOST_NAME: 'https://mirakl.example.com',
      MIRAKL_API_KEY: '0c0b6f0e-5a52',
      OPERATOR_PASSWORD: 'correct-horse-battery',
      BASE_HOST: 'connector.example.com',
      DATABASE_URL: world.databaseUrl,
      REDIS_URL: world.redisUrl,
      API_PORT: '0',
    },
  });
  onTestFinished(async () => expect(await app.stop()).toBe(0));
  const get = (path: string) => fetch(`http://127.0.0.1:${app.port}${path}`);
  expect(await (await get('/healthz')).json()).toEqual({ status: 'alive' });
  expect(await (await get('/readyz')).json()).toEqual({
    status: 'ready',
    checks: { database: { ok: true }, redis: { ok: true } },
  });
  expect(await (await get('/metrics')).text()).toContain('process_cpu_seconds_total');
  const missing = await get('/api/nothing');
  expect([missing.status, await missing.json()]).toEqual([404, { message: 'Not Found' }]);
  expect(missing.headers.get('x-powered-by')).toBeNull();
  expect(missing.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);

  const post = (body: string) =>
    fetch(`http://127.0.0.1:${app.port}/api/nothing`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
  const broken = await post('{');
  expect([broken.status, await broken.json()]).toEqual([400, { message: 'Invalid JSON format' }]);
  expect((await post(JSON.stringify('x'.repeat(110_000)))).status).toBe(413);
});
