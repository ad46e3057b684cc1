// How the sweep over new orders grows with their number: time and peak memory of the worker for 1,000, 10,000 and 100,000
// orders that share one second, as ratios to the smallest. The simulators live in this process, the worker in its own.
//   node test/bench/sweep-memory.ts [1000,10000,100000]
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { createDatabase, migrateToLatest } from '@connector/database';
import { enqueue, openQueues, openRedis, readRunProgress } from '@connector/queues';
import { startMiraklSimulator } from '@connector/simulator';
import { startApp, startPostgres, startRedis } from '@connector/testing/servers';
import Table from 'cli-table3';

type Measure = {
  readonly orders: number;
  readonly rows: number;
  readonly seconds: number;
  readonly peakMegabytes: number;
};

const sizes = (process.argv[2] ?? '1000,10000,100000').split(',').map(Number);
const measures: Measure[] = [];
for (const size of sizes) measures.push(await measure(size));
print(measures);

async function measure(orders: number): Promise<Measure> {
  await using resources = new AsyncDisposableStack();
  const [postgres, redisServer, mirakl] = await Promise.all([
    startPostgres({ durable: false }),
    startRedis(),
    startMiraklSimulator(),
  ]);
  resources.defer(async () => void (await Promise.all([postgres.stop(), redisServer.stop(), mirakl.close()])));
  const db = createDatabase({ url: postgres.url });
  resources.defer(() => db.destroy());
  await migrateToLatest(db);

  const createdAt = new Date('2026-11-01T10:00:00Z');
  for (let number = 0; number < orders; number += 1) {
    mirakl.given.productOrder({ commercialId: `O-${String(number).padStart(7, '0')}`, createdAt });
  }
  const redis = await openRedis({ kind: 'single', url: redisServer.url }, 'producer');
  resources.defer(async () => void (await redis.quit()));
  const queues = openQueues(redis, 'connector');
  const worker = await startApp('worker', { env: environment(mirakl, postgres.url, redisServer.url) });
  resources.defer(async () => void (await worker.stop()));

  const run = randomUUID();
  const startedAt = performance.now();
  await enqueue(queues, 'payment-split.plan-new-product-orders', [{}], { run });
  let peak = 0;
  for (let settled = 0; settled === 0; ) {
    peak = Math.max(peak, await memoryOf(worker.port));
    const { done, failed } = await readRunProgress(queues, run);
    settled = done + failed;
    await wait(50);
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  const { rows } = await db
    .selectFrom('stripe_transfer')
    .select(({ fn }) => fn.countAll<bigint>().as('rows'))
    .executeTakeFirstOrThrow();
  return { orders, rows: Number(rows), seconds, peakMegabytes: peak / 1e6 };
}

function environment(mirakl: { url: string; apiKey: string }, databaseUrl: string, redisUrl: string) {
  return {
    STRIPE_CLIENT_SECRET: 'sk_test_123456789',
    MIRAKL_HOST_NAME: mirakl.url,
    MIRAKL_API_KEY: mirakl.apiKey,
    MIRAKL_RATE_LIMIT_PER_SECOND: '1000',
    MIRAKL_CALL_INTERVALS: 'OR11=0',
    OPERATOR_PASSWORD: 'correct-horse-battery',
    BASE_HOST: 'connector.example.com',
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    START_DATE: 'all',
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
    head: ['orders', 'rows', 'seconds', 'per order ÷ first', 'peak MB', 'peak ÷ first'],
    style: { head: [], border: [] },
  });
  for (const each of [first, ...rest]) {
    const perOrder = each.seconds / each.orders / (first.seconds / first.orders);
    table.push([
      each.orders,
      each.rows,
      each.seconds.toFixed(1),
      perOrder.toFixed(2),
      each.peakMegabytes.toFixed(0),
      (each.peakMegabytes / first.peakMegabytes).toFixed(2),
    ]);
  }
  process.stdout.write(`${table.toString()}\n`);
}
