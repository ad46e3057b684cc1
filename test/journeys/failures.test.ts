import { createHmac } from 'node:crypto';
import { fillDisk, makeReadOnly, type RunningApp, throwOut } from '@connector/testing';
import { expect, test, vi } from 'vitest';
import { createSystem, givenPaidOrders, givenShop, type System } from './system.ts';

const patient = { timeout: 60_000, interval: 200 };
const webhookSecret = 'whsec_of_the_operator';
const withWebhooks = {
  STRIPE_SELLERS_WEBHOOK_SECRET: 'whsec_of_the_sellers',
  STRIPE_OPERATOR_WEBHOOK_SECRET: webhookSecret,
};

const get = (app: RunningApp, path: string) => fetch(`http://127.0.0.1:${app.port}${path}`);

/** What the app says of its readiness. */
async function readiness(app: RunningApp) {
  const answer = await get(app, '/readyz');
  const { status, checks } = (await answer.json()) as {
    status: string;
    checks: Record<string, { ok: boolean; message?: string }>;
  };
  return { http: answer.status, status, reason: (check: string) => checks[check]?.message };
}

const figures = async (app: RunningApp) => (await get(app, '/metrics')).text();

const logged = (app: RunningApp, message: string) =>
  app.lines
    .filter((line) => line.includes(`"msg":"${message}"`))
    .map((line) => JSON.parse(line) as Record<string, unknown>);

async function statuses({ db }: System) {
  const rows = await db.selectFrom('stripe_transfer').select('status').execute();
  return rows.map(({ status }) => status);
}

const idsMade = ({ stripe }: System) =>
  stripe
    .transfers()
    .map((transfer) => transfer.metadata.miraklId ?? '')
    .sort();

/** Every order has its transfer, once, and the ledger knows. */
async function allArrive(system: System, orders: readonly string[]): Promise<void> {
  await vi.waitFor(async () => expect(await statuses(system)).toEqual(orders.map(() => 'TRANSFER_CREATED')), patient);
  expect(idsMade(system)).toEqual(orders.toSorted());
}

/** A signed event of the platform account, as Stripe posts it; gives back the status of the answer. */
async function postEvent(api: RunningApp, chargeId: string): Promise<number> {
  const body = JSON.stringify({
    ...{ id: `evt_${chargeId}`, object: 'event', type: 'charge.succeeded', livemode: false, created: 1 },
    data: { object: { id: chargeId, object: 'charge', metadata: { mirakl_commercial_order_id: 'O-1' } } },
  });
  const time = Math.floor(Date.now() / 1_000);
  const signature = createHmac('sha256', webhookSecret).update(`${time}.${body}`).digest('hex');
  const answer = await fetch(`http://127.0.0.1:${api.port}/api/public/webhook/operator`, {
    ...{ method: 'POST', body },
    headers: { 'content-type': 'application/json', 'stripe-signature': `t=${time},v1=${signature}` },
  });
  await answer.text();
  return answer.status;
}

test('Redis is set to evict while all run: worker and scheduler are not ready and say why, webhooks are taken', async () => {
  const system = await createSystem();
  const [worker, scheduler, api] = await Promise.all([
    system.start('worker'),
    system.start('scheduler'),
    system.start('api', withWebhooks),
  ]);
  expect((await readiness(worker)).http).toBe(200);
  await system.redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
  const reason = 'Redis has maxmemory-policy allkeys-lru and may throw jobs away. Set it to noeviction.';
  for (const app of [worker, scheduler]) {
    const seen = await readiness(app);
    expect([seen.http, seen.reason('redis')]).toEqual([503, reason]);
    expect(await figures(app)).toContain(
      `connector_ready{check="redis",app="${app === worker ? 'worker' : 'scheduler'}"} 0`,
    );
  }
  const seen = await readiness(api);
  expect([seen.http, seen.status, seen.reason('redis')]).toEqual([200, 'degraded', reason]);
  await expect(system.start('dashboard')).rejects.toThrow('may throw jobs away');
}, 120_000);

test('Redis is away for a while: webhooks are taken and kept, and the work goes on when it is back', async () => {
  const system = await createSystem();
  const [worker, api] = await Promise.all([system.start('worker'), system.start('api', withWebhooks)]);
  await system.start('scheduler');
  const shop = await givenShop(system);
  const before = givenPaidOrders(system, shop, 3);
  await allArrive(system, before);

  await system.redisServer.kill();
  await vi.waitFor(async () => expect((await readiness(worker)).http).toBe(503), patient);
  const after = givenPaidOrders(system, shop, 3);
  const { chargeId } = system.stripe.given.charge({ amount: 1_000, currency: 'eur' });
  expect(await postEvent(api, chargeId)).toBe(200);
  expect((await readiness(api)).status).toBe('degraded');
  expect(logged(api, 'event waits for the recovery sweep')).toHaveLength(1);

  await system.redisServer.restart();
  await allArrive(system, [...before, ...after]);
  await system.db.updateTable('stripe_event').set({ next_try_at: new Date() }).execute();
  await vi.waitFor(async () => {
    const events = await system.db.selectFrom('stripe_event').select('outcome').execute();
    expect(events).toEqual([{ outcome: expect.any(String) }]);
  }, patient);
  expect((await readiness(worker)).http).toBe(200);
}, 180_000);

test('the ledger becomes read-only between the answer of Stripe and our record: one transfer, recorded when it can be', async () => {
  const system = await createSystem();
  const orders = givenPaidOrders(system, await givenShop(system), 3);
  const hold = system.stripe.faults.add({ method: 'POST', path: '/v1/transfers', kind: 'hold', at: 'after-effect' });
  const worker = await system.start('worker');
  const api = await system.start('api', withWebhooks);
  await system.start('scheduler');
  await hold.reached;
  const mend = await makeReadOnly(system.env.DATABASE_URL ?? '');
  hold.release();
  await vi.waitFor(async () => {
    const seen = await readiness(worker);
    expect([seen.http, seen.reason('database')]).toEqual([
      503,
      'PostgreSQL takes no writes: its transactions are read-only. Check DATABASE_URL, failover and disk.',
    ]);
  }, patient);
  await vi.waitFor(() => {
    expect(logged(worker, 'queue pauses')).toContainEqual(expect.objectContaining({ code: 'database_unavailable' }));
  }, patient);
  // Stripe sends it again, for three days.
  expect(await postEvent(api, 'ch_1')).toBe(503);
  await mend();
  // The claim of the one whose record was refused runs out after half a minute.
  await allArrive(system, orders);
  expect(await postEvent(api, 'ch_1')).toBe(200);
  await vi.waitFor(async () => expect((await readiness(worker)).http).toBe(200), patient);
  expect(await figures(worker)).toMatch(/connector_ledger_errors_total\{code="(25006|57P01)",app="worker"\} [1-9]/);
}, 180_000);

test('the disk of the ledger is full, then its server is restarted: no transfer is lost or made twice', async () => {
  const system = await createSystem();
  const shop = await givenShop(system);
  const first = givenPaidOrders(system, shop, 20);
  system.stripe.faults.add({ kind: 'delay', ms: 50, times: Number.POSITIVE_INFINITY });
  const worker = await system.start('worker', { WORKER_CONCURRENCY: '4' });
  await system.start('scheduler');
  await vi.waitFor(() => expect(system.stripe.transfers().length).toBeGreaterThan(2), patient);
  const mend = await fillDisk(system.env.DATABASE_URL ?? '');
  await vi.waitFor(async () => {
    expect((await readiness(worker)).reason('database')).toMatch(
      /^PostgreSQL has just refused something: .*No space left on device$/,
    );
  }, patient);
  const second = givenPaidOrders(system, shop, 5);
  await mend();
  await vi.waitFor(() => expect(system.stripe.transfers().length).toBeGreaterThan(10), patient);
  await throwOut(system.env.DATABASE_URL ?? '');
  await allArrive(system, [...first, ...second]);
  await vi.waitFor(async () => expect((await readiness(worker)).http).toBe(200), patient);
}, 240_000);

test('the key of Stripe is revoked: its queue stands still and says so, no transfer fails, and all are made with a key', async () => {
  const system = await createSystem();
  const orders = givenPaidOrders(system, await givenShop(system), 3);
  const message = 'Invalid API Key provided: sk_test_*********ator';
  const revoked = system.stripe.faults.add({
    ...{ kind: 'answer', status: 401, times: Number.POSITIVE_INFINITY },
    body: { error: { type: 'invalid_request_error', message } },
  });
  const [worker, dashboard] = await Promise.all([system.start('worker'), system.start('dashboard')]);
  await system.start('scheduler');
  await vi.waitFor(async () => {
    const seen = await readiness(worker);
    expect(seen.http).toBe(503);
    expect(seen.reason('access')).toMatch(/^payment-split cannot go on: Invalid API Key provided/);
  }, patient);
  expect((await readiness(dashboard)).status).toBe('degraded');
  expect(await figures(dashboard)).toContain('connector_queue_halted{queue="payment-split",app="dashboard"} 1');
  expect(await figures(worker)).toMatch(
    /connector_stripe_calls_total\{endpoint="[^"]+",status="401",app="worker"\} [1-9]/,
  );
  expect(logged(worker, 'queue pauses')).toContainEqual(expect.objectContaining({ code: 'stripe_misconfigured' }));
  expect(await statuses(system)).toEqual(orders.map(() => 'TRANSFER_PENDING'));
  expect(await system.queues.byName['payment-split'].getFailedCount()).toBe(0);

  revoked.release();
  // Nobody has to wait for the minute here: the queue is asked whether it may go on.
  await system.queues.byName['payment-split'].removeRateLimitKey();
  await allArrive(system, orders);
}, 180_000);
