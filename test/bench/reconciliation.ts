// How a reconciliation grows with the number of operations: time and peak memory of the worker for 2,000, 20,000 and 100,000
// operations in order, as ratios to the smallest, and calls. The simulators live in this process, the worker in its own.
//   node test/bench/reconciliation.ts [2000,20000,100000]
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { createDatabase, migrateToLatest } from '@connector/database';
import { enqueue, openQueues, openRedis, readRunProgress } from '@connector/queues';
import { startMiraklSimulator, startStripeSimulator } from '@connector/simulator';
import { fillCleanLedger, startApp, startPostgres, startRedis } from '@connector/testing/servers';
import Table from 'cli-table3';

type Measure = {
  readonly operations: number;
  readonly differences: number;
  readonly calls: number;
  readonly seconds: number;
  readonly peakMegabytes: number;
};

const dayMs = 86_400_000;
const sizes = (process.argv[2] ?? '2000,20000,100000').split(',').map(Number);
const measures: Measure[] = [];
for (const size of sizes) measures.push(await measure(size));
print(measures);

async function measure(operations: number): Promise<Measure> {
  await using resources = new AsyncDisposableStack();
  let time = Date.now() - 3 * dayMs;
  const clock = () => new Date(time);
  const [postgres, redisServer, stripe, mirakl] = await Promise.all([
    startPostgres({ durable: false }),
    startRedis(),
    startStripeSimulator({ clock }),
    startMiraklSimulator({ clock }),
  ]);
  resources.defer(
    async () => void (await Promise.all([postgres.stop(), redisServer.stop(), stripe.close(), mirakl.close()])),
  );
  const db = createDatabase({ url: postgres.url });
  resources.defer(() => db.destroy());
  await migrateToLatest(db);
  const advance = (ms: number) => {
    time += ms;
  };
  const deps = { db, stripeSimulator: stripe, miraklSimulator: mirakl, now: clock, advance };
  await fillCleanLedger(deps, operations);

  const redis = await openRedis({ kind: 'single', url: redisServer.url }, 'producer');
  resources.defer(async () => void (await redis.quit()));
  const queues = openQueues(redis, 'connector');
  const worker = await startApp('worker', {
    env: environment({ stripe, mirakl }, postgres.url, redisServer.url),
  });
  resources.defer(async () => void (await worker.stop()));

  const run = randomUUID();
  const startedAt = performance.now();
  await enqueue(queues, 'reconciliation.compare', [{}], { run });
  let peak = 0;
  for (let settled = 0; settled === 0; ) {
    peak = Math.max(peak, await memoryOf(worker.port));
    const { done, failed } = await readRunProgress(queues, run);
    settled = done + failed;
    await wait(50);
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  const { differences } = await db
    .selectFrom('reconciliation_difference')
    .select(({ fn }) => fn.countAll<bigint>().as('differences'))
    .executeTakeFirstOrThrow();
  const calls = stripe.requests().length + mirakl.requests().length;
  return { operations, differences: Number(differences), calls, seconds, peakMegabytes: peak / 1e6 };
}

type Side = { readonly url: string; readonly apiKey: string };

function environment({ stripe, mirakl }: { stripe: Side; mirakl: Side }, databaseUrl: string, redisUrl: string) {
  return {
    STRIPE_CLIENT_SECRET: stripe.apiKey,
    STRIPE_API_BASE: stripe.url,
    STRIPE_RATE_LIMIT_PER_SECOND: '1000',
    STRIPE_ENDPOINT_RATE_LIMIT_PER_SECOND: '1000',
    MIRAKL_HOST_NAME: mirakl.url,
    MIRAKL_API_KEY: mirakl.apiKey,
    MIRAKL_RATE_LIMIT_PER_SECOND: '1000',
    MIRAKL_CALL_INTERVALS: 'OR11=0',
    OPERATOR_PASSWORD: 'correct-horse-battery',
    BASE_HOST: 'connector.example.com',
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    ENABLE_PRODUCT_PAYMENT_SPLIT: 'true',
    START_DATE: 'all',
    RECONCILIATION_DAYS: '4',
    WORKER_PORT: '0',
    // A heap that is not allowed to grow shows what is needed, not how lazy the garbage collector is.
    NODE_OPTIONS: '--max-old-space-size=64 --max-semi-space-size=8',
  };
}

async function memoryOf(port: number): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return Number(/^process_resident_memory_bytes\S* (\S+)/m.exec(text)?.[1] ?? Number.NaN);
}

function print([first, ...rest]: readonly Measure[]): void {
  if (!first) return;
  const table = new Table({
    head: ['operations', 'differences', 'calls', 'seconds', 'per operation ÷ first', 'peak MB', 'peak ÷ first'],
    style: { head: [], border: [] },
  });
  for (const each of [first, ...rest]) {
    const perOperation = each.seconds / each.operations / (first.seconds / first.operations);
    table.push([
      ...[each.operations, each.differences, each.calls, each.seconds.toFixed(1), perOperation.toFixed(2)],
      ...[each.peakMegabytes.toFixed(0), (each.peakMegabytes / first.peakMegabytes).toFixed(2)],
    ]);
  }
  process.stdout.write(`${table.toString()}\n`);
}
