import { createDatabase, type Database, migrateToLatest } from '@connector/database';
import { openQueues, openRedis, type Queues, type RedisConnection } from '@connector/queues';
import {
  type MiraklSimulator,
  type StripeSimulator,
  startMiraklSimulator,
  startStripeSimulator,
} from '@connector/simulator';
import { freePort, type PostgresServer, type RedisServer, startPostgres, startRedis } from '@connector/testing/servers';

/** Everything around the apps that chaos can strike. */
export type ChaosSystem = AsyncDisposable & {
  readonly postgres: PostgresServer;
  readonly redisServer: RedisServer;
  readonly mirakl: MiraklSimulator;
  readonly stripe: StripeSimulator;
  readonly db: Database;
  /** For emptying it. */
  readonly redis: RedisConnection;
  readonly queues: Queues;
  /** The api keeps its port, because Stripe knows it. */
  readonly apiPort: number;
  readonly env: Readonly<Record<string, string>>;
};

const webhookSecrets = { sellers: 'whsec_of_the_sellers', operator: 'whsec_of_the_operator' };

/** Servers of their own that keep what they have committed, and simulators whose chance is that of the seed. */
export async function createChaosSystem(random: () => number): Promise<ChaosSystem> {
  await using opened = new AsyncDisposableStack();
  const postgres = await startPostgres();
  opened.defer(() => postgres.stop());
  const redisServer = await startRedis();
  opened.defer(() => redisServer.stop());
  const mirakl = await startMiraklSimulator({ random });
  opened.defer(() => mirakl.close());
  const stripe = await startStripeSimulator({ random });
  opened.defer(() => stripe.close());
  const db = createDatabase({ url: postgres.url });
  opened.defer(() => db.destroy());
  await migrateToLatest(db);
  const redis = await openRedis({ kind: 'single', url: redisServer.url }, 'producer');
  opened.defer(() => redis.disconnect());
  const queues = openQueues(redis, 'connector');
  const apiPort = await freePort();
  listenToStripe(stripe, apiPort);
  const env = environment({ mirakl, stripe, databaseUrl: postgres.url, redisUrl: redisServer.url, apiPort });
  const kept = opened.move();
  return {
    ...{ postgres, redisServer, mirakl, stripe, db, redis, queues, apiPort, env },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

function listenToStripe(stripe: StripeSimulator, apiPort: number): void {
  const url = `http://127.0.0.1:${apiPort}/api/public/webhook`;
  const { given } = stripe;
  given.webhookEndpoint({ url: `${url}/sellers`, secret: webhookSecrets.sellers, connect: true, events: ['*'] });
  given.webhookEndpoint({ url: `${url}/operator`, secret: webhookSecrets.operator, connect: false, events: ['*'] });
}

type Addresses = {
  readonly mirakl: MiraklSimulator;
  readonly stripe: StripeSimulator;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly apiPort: number;
};

function environment({ mirakl, stripe, databaseUrl, redisUrl, apiPort }: Addresses): Record<string, string> {
  return {
    STRIPE_CLIENT_SECRET: stripe.apiKey,
    STRIPE_API_BASE: stripe.url,
    STRIPE_TIMEOUT_MS: '5000',
    STRIPE_SELLERS_WEBHOOK_SECRET: webhookSecrets.sellers,
    STRIPE_OPERATOR_WEBHOOK_SECRET: webhookSecrets.operator,
    STRIPE_RATE_LIMIT_PER_SECOND: '1000',
    STRIPE_ENDPOINT_RATE_LIMIT_PER_SECOND: '1000',
    STRIPE_ENDPOINT_RATE_LIMITS: 'POST /v1/payouts=1000',
    MIRAKL_HOST_NAME: mirakl.url,
    MIRAKL_API_KEY: mirakl.apiKey,
    MIRAKL_TIMEOUT_MS: '5000',
    MIRAKL_CALL_INTERVALS: 'OR11=0,IV01=0',
    MIRAKL_RATE_LIMIT_PER_SECOND: '500',
    OPERATOR_PASSWORD: 'correct-horse-battery',
    BASE_HOST: 'connector.example.com',
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    ENABLE_PRODUCT_PAYMENT_SPLIT: 'true',
    ENABLE_SERVICE_PAYMENT_SPLIT: 'true',
    ENABLE_PRODUCT_PAYMENT_REFUND: 'true',
    ENABLE_SERVICE_PAYMENT_REFUND: 'true',
    START_DATE: 'all',
    ...Object.fromEntries(sweeps.map((sweep) => [`SCHEDULE_${sweep}`, '1s'])),
    WORKER_CONCURRENCY: '4',
    API_PORT: String(apiPort),
    WORKER_PORT: '0',
    SCHEDULER_PORT: '0',
  };
}

const sweeps = [
  ...['ONBOARDING', 'PAYMENT_VALIDATION', 'PAYMENT_SPLIT', 'PAYMENT_REFUND', 'SELLER_SETTLEMENT'],
  ...['KYC_MONITOR', 'RECOVERY'],
];
