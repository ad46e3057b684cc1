import { setTimeout as wait } from 'node:timers/promises';
import { createDatabase, type Database, migrateToLatest } from '@connector/database';
import { enqueue, openQueues, openRedis, type SweepName } from '@connector/queues';
import {
  type MiraklSimulator,
  type StripeSimulator,
  startMiraklSimulator,
  startStripeSimulator,
} from '@connector/simulator';
import { startApp, startPostgres, startRedis } from '@connector/testing/servers';

/** A connector at work whose sweeps run when they are asked to: worker and api as processes, the simulators in this one. */
export type Connector = {
  readonly db: Database;
  readonly mirakl: MiraklSimulator;
  readonly stripe: StripeSimulator;
  /** Runs a sweep, and again when everything has come to rest, until what is to be done is done: what schedules do. */
  work(sweep: SweepName, isDone: () => Promise<boolean>): Promise<void>;
  /** Waits until nobody calls Mirakl or Stripe any more. */
  rest(): Promise<void>;
};

const secrets = { sellers: 'whsec_benchmark_sellers', operator: 'whsec_benchmark_operator' };
const quietMs = 3_000;
const mostRounds = 10;

/** Starts one; it ends with `resources`. */
export async function openConnector(resources: AsyncDisposableStack): Promise<Connector> {
  const [postgres, redisServer, mirakl, stripe] = await Promise.all([
    startPostgres({ durable: false }),
    startRedis(),
    startMiraklSimulator(),
    startStripeSimulator(),
  ]);
  resources.defer(async () => void (await Promise.all([postgres.stop(), redisServer.stop()])));
  resources.defer(async () => void (await Promise.all([mirakl.close(), stripe.close()])));
  const db = createDatabase({ url: postgres.url });
  resources.defer(() => db.destroy());
  await migrateToLatest(db);
  const redis = await openRedis({ kind: 'single', url: redisServer.url }, 'producer');
  resources.defer(async () => void (await redis.quit()));
  const queues = openQueues(redis, 'connector');

  const env = {
    STRIPE_CLIENT_SECRET: stripe.apiKey,
    STRIPE_API_BASE: stripe.url,
    STRIPE_SELLERS_WEBHOOK_SECRET: secrets.sellers,
    STRIPE_OPERATOR_WEBHOOK_SECRET: secrets.operator,
    STRIPE_RATE_LIMIT_PER_SECOND: '10000',
    STRIPE_ENDPOINT_RATE_LIMIT_PER_SECOND: '10000',
    MIRAKL_HOST_NAME: mirakl.url,
    MIRAKL_API_KEY: mirakl.apiKey,
    MIRAKL_RATE_LIMIT_PER_SECOND: '1000',
    // Mirakl wants a minute between two listings of orders; here a second has to do.
    MIRAKL_CALL_INTERVALS: 'OR11=1,IV01=0',
    ENABLE_PRODUCT_PAYMENT_REFUND: 'true',
    OPERATOR_PASSWORD: 'correct-horse-battery',
    BASE_HOST: 'connector.example.com',
    DATABASE_URL: postgres.url,
    REDIS_URL: redisServer.url,
    START_DATE: 'all',
    API_PORT: '0',
    WORKER_PORT: '0',
  };
  const [api, worker] = await Promise.all([startApp('api', { env }), startApp('worker', { env })]);
  resources.defer(async () => void (await Promise.all([api.stop(), worker.stop()])));
  const webhook = `http://127.0.0.1:${api.port}/api/public/webhook`;
  const { given } = stripe;
  given.webhookEndpoint({ url: `${webhook}/sellers`, secret: secrets.sellers, connect: true, events: ['*'] });
  given.webhookEndpoint({ url: `${webhook}/operator`, secret: secrets.operator, connect: false, events: ['*'] });

  async function rest(): Promise<void> {
    const count = () => mirakl.requests().length + stripe.requests().length;
    let last = { count: count(), at: Date.now() };
    while (Date.now() - last.at < quietMs) {
      await wait(100);
      if (count() !== last.count) last = { count: count(), at: Date.now() };
    }
  }

  return {
    ...{ db, mirakl, stripe, rest },
    async work(sweep, isDone) {
      for (let round = 0; !(await isDone()); round += 1) {
        if (round === mostRounds) throw new Error(`${sweep} has left something undone`);
        await enqueue(queues, sweep, [{}]);
        await rest();
      }
    },
  };
}
