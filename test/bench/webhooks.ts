// How many webhooks the api takes, as a ratio to a bare Express handler that only verifies the signature, both measured in this
// run by the same client on the same machine; and how long the slowest of a hundred answers takes.
//   node test/bench/webhooks.ts [seconds]
import { createHmac, randomUUID } from 'node:crypto';
import { createDatabase, migrateToLatest } from '@connector/database';
import { startApp, startPostgres, startRedis } from '@connector/testing/servers';
import autocannon, { type Result } from 'autocannon';
import Table from 'cli-table3';
import { startBareReceiver } from './bare-webhook-receiver.ts';

const seconds = Number(process.argv[2] ?? 10);
const connections = 20;
const secret = 'whsec_benchmark_operator';
const path = '/api/public/webhook/operator';

await using resources = new AsyncDisposableStack();
const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
resources.defer(async () => void (await Promise.all([postgres.stop(), redis.stop()])));
const db = createDatabase({ url: postgres.url });
resources.defer(() => db.destroy());
await migrateToLatest(db);
const api = await startApp('api', {
  env: {
    STRIPE_CLIENT_SECRET: 'sk_test_123456789',
    STRIPE_SELLERS_WEBHOOK_SECRET: 'whsec_benchmark_sellers',
    STRIPE_OPERATOR_WEBHOOK_SECRET: secret,
    MIRAKL_HOST_NAME: 'https://mirakl.example.com',
    MIRAKL_API_KEY: '0c0b6f0e-5a52',
    OPERATOR_PASSWORD: 'correct-horse-battery',
    BASE_HOST: 'connector.example.com',
    DATABASE_URL: postgres.url,
    REDIS_URL: redis.url,
    API_PORT: '0',
  },
});
resources.defer(async () => void (await api.stop()));
const bare = await startBareReceiver(path, secret);
resources.defer(() => bare.stop());

// Both are warmed up before either counts, and measured in turn, twice, so that a machine that slows down slows both.
await load(bare.port, 2);
await load(api.port, 2);
const runs = { bare: [] as Result[], api: [] as Result[] };
for (let round = 0; round < 2; round += 1) {
  runs.bare.push(await load(bare.port, seconds / 2));
  runs.api.push(await load(api.port, seconds / 2));
}
const { events } = await db
  .selectFrom('stripe_event')
  .select(({ fn }) => fn.countAll<bigint>().as('events'))
  .executeTakeFirstOrThrow();
print(runs, Number(events));

/** Signed events, each one of its own, as fast as they are answered. */
function load(port: number, duration: number): Promise<Result> {
  return autocannon({
    url: `http://127.0.0.1:${port}`,
    connections,
    duration,
    requests: [{ method: 'POST', path, setupRequest: (request) => ({ ...request, ...signedEvent() }) }],
  });
}

function signedEvent(): { body: string; headers: Record<string, string> } {
  const id = randomUUID().replaceAll('-', '');
  const body = JSON.stringify({
    id: `evt_${id}`,
    object: 'event',
    api_version: '2026-10-28.endive',
    created: Math.floor(Date.now() / 1_000),
    livemode: false,
    pending_webhooks: 1,
    type: 'charge.succeeded',
    request: { id: null, idempotency_key: null },
    data: { object: { id: `ch_${id}`, object: 'charge', metadata: { mirakl_commercial_order_id: `Order_${id}` } } },
  });
  const timestamp = Math.floor(Date.now() / 1_000);
  const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
  return {
    body,
    headers: { 'content-type': 'application/json', 'stripe-signature': `t=${timestamp},v1=${signature}` },
  };
}

function print({ bare: first, api: second }: typeof runs, kept: number): void {
  const table = new Table({
    head: ['receiver', 'events/s', '÷ bare', 'p50 ms', 'p99 ms', 'not 2xx'],
    style: { head: [], border: [] },
  });
  const pace = (results: readonly Result[]) => mean(results.map(({ requests }) => requests.average));
  for (const [name, results] of [
    ['bare Express, signature only', first],
    ['api: kept in the ledger, job enqueued', second],
  ] as const) {
    table.push([
      name,
      pace(results).toFixed(0),
      (pace(results) / pace(first)).toFixed(2),
      mean(results.map(({ latency }) => latency.p50)).toFixed(1),
      Math.max(...results.map(({ latency }) => latency.p99)).toFixed(1),
      results.reduce((sum, { non2xx, errors }) => sum + non2xx + errors, 0),
    ]);
  }
  process.stdout.write(`${table.toString()}\n${kept} events are in the ledger.\n`);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
