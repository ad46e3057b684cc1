import { PassThrough } from 'node:stream';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createLogger } from './create-logger.ts';
import { createMetrics } from './create-metrics.ts';
import { startHealthServer } from './health.ts';

function capture() {
  const destination = new PassThrough();
  const log = createLogger({ app: 'test', level: 'info', format: 'json', destination });
  return { log, text: () => String(destination.read() ?? '') };
}

describe('a log line', () => {
  test('carries the app, an ISO time, ids and a message', () => {
    const { log, text } = capture();
    log.info({ transferId: 7 }, 'transfer sent');
    expect(JSON.parse(text())).toMatchObject({
      app: 'test',
      level: 'info',
      transferId: 7,
      msg: 'transfer sent',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
  });

  test.each([
    ['a key in an error', (canary: string) => ({ err: new Error(`Invalid API Key provided: sk_live_${canary}`) })],
    ['a key in a cause', (canary: string) => ({ err: new Error('x', { cause: new Error(`Bearer ${canary}`) }) })],
    ['a password in a URL', (canary: string) => ({ reason: `postgres://user:${canary}@host/db refused` })],
    ['a token in a link', (canary: string) => ({ url: `https://host/api/public/onboarding/refresh?token=${canary}` })],
    ['an onboarding link', (canary: string) => ({ value: `https://connect.stripe.com/setup/e/${canary}` })],
    ['an e-mail address', (canary: string) => ({ reason: `Invalid email: ${canary}@example.com` })],
    ['a field named like a secret', (canary: string) => ({ shop: { phone: canary, password: canary } })],
    [
      'foreign fields of an error',
      (canary: string) => ({ err: Object.assign(new Error('x'), { config: { headers: canary } }) }),
    ],
  ])('never shows %s', (_, fields) => {
    const { log, text } = capture();
    log.error(fields('cAnArY0123456789'), 'something went wrong');
    const line = text();
    expect(line).toContain('something went wrong');
    expect(line).not.toContain('cAnArY');
  });
});

test('a log line never shows a telephone number, and leaves times as they are', () => {
  const { log, text } = capture();
  const reason =
    '"+33 6 12 34 56 78" is not a phone number, nor is (+49)151/23456789: 2026-11-02T10:00:00+0100, +12.50 EUR';
  log.error({ reason }, 'something went wrong');
  expect(JSON.parse(text())).toMatchObject({
    reason: '"[hidden]" is not a phone number, nor is ([hidden]: 2026-11-02T10:00:00+0100, +12.50 EUR',
  });
});

test('a log line shows which version of a package an error comes from', () => {
  const { log, text } = capture();
  log.error(
    { reason: 'at /app/node_modules/.pnpm/pg-protocol@1.10.3/node_modules/pg-protocol' },
    'something went wrong',
  );
  expect(text()).toContain('pg-protocol@1.10.3');
});

type Checks = Record<string, () => Promise<void>>;

async function serve(checks: Checks, watched: Checks = {}) {
  const metrics = createMetrics('test');
  const { log } = capture();
  const server = await startHealthServer({ port: 0, metrics, checks, watched, log });
  onTestFinished(() => server.close());
  const get = (path: string) => fetch(`http://127.0.0.1:${server.port}${path}`);
  return { get, metrics };
}

test('an app is alive whatever it needs, and ready when all of that is there', async () => {
  let up = false;
  const { get } = await serve({
    redis: () => (up ? Promise.resolve() : Promise.reject(new Error('redis://u:pw@h is away'))),
  });
  expect((await get('/healthz')).status).toBe(200);
  const notReady = await get('/readyz');
  expect(notReady.status).toBe(503);
  expect(await notReady.json()).toEqual({
    status: 'not ready',
    checks: { redis: { ok: false, message: 'redis://[hidden]@h is away' } },
  });
  up = true;
  expect((await get('/readyz')).status).toBe(200);
  expect((await get('/nothing')).status).toBe(404);
});

test('a check that hangs counts as failed within seconds', async () => {
  const { get } = await serve({ database: () => new Promise(() => undefined) });
  expect(await (await get('/readyz')).json()).toMatchObject({
    checks: { database: { ok: false, message: 'no answer in time' } },
  });
});

test('figures are shown as Prometheus reads them, those asked for on demand included', async () => {
  const { get, metrics } = await serve({});
  metrics.countJob({ name: 'payment-split.send-transfer', outcome: 'done', durationMs: 20 });
  metrics.countStripeCall({ endpoint: 'POST /v1/transfers', status: undefined, durationMs: 5 });
  metrics.gauge({
    name: 'connector_queue_jobs',
    help: 'Jobs by state',
    labels: ['state'],
    collect: () => Promise.resolve([{ labels: { state: 'waiting' }, value: 3 }]),
  });
  const text = await (await get('/metrics')).text();
  expect(text).toContain('connector_jobs_total{job="payment-split.send-transfer",outcome="done",app="test"} 1');
  expect(text).toContain('connector_stripe_calls_total{endpoint="POST /v1/transfers",status="none",app="test"} 1');
  expect(text).toContain('connector_queue_jobs{state="waiting",app="test"} 3');
});

const away = () => Promise.reject(new Error('away'));
const there = () => Promise.resolve();

test('what an app can do without is shown and takes it out of service no more', async () => {
  const { get } = await serve({ database: there }, { redis: away });
  const degraded = await get('/readyz');
  expect(degraded.status).toBe(200);
  expect(await degraded.json()).toEqual({
    status: 'degraded',
    checks: { database: { ok: true }, redis: { ok: false, message: 'away' } },
  });
  expect(await (await get('/metrics')).text()).toContain('connector_ready{check="redis",app="test"} 0');
});

test('a figure that cannot be had is missing, and takes no other with it', async () => {
  const { get, metrics } = await serve({ database: away });
  const gauge = (name: string, collect: () => Promise<{ labels: Record<string, string>; value: number }[]>) =>
    metrics.gauge({ name, help: name, labels: ['queue'], collect });
  gauge('connector_broken', () => Promise.reject(new Error('the database is away')));
  gauge('connector_hanging', () => new Promise(() => undefined));
  gauge('connector_fine', () => Promise.resolve([{ labels: { queue: 'kyc' }, value: 7 }]));
  const answer = await get('/metrics');
  const text = await answer.text();
  expect(answer.status).toBe(200);
  expect(text).toContain('connector_fine{queue="kyc",app="test"} 7');
  expect(text).toContain('connector_ready{check="database",app="test"} 0');
  expect(text).not.toMatch(/^connector_(broken|hanging)\{/m);
});
