import { createDatabase, type Database } from '@connector/database';
import { openQueues, openRedis, type Queues, type RedisConnection } from '@connector/queues';
import {
  type MiraklSimulator,
  type StripeSimulator,
  startMiraklSimulator,
  startStripeSimulator,
} from '@connector/simulator';
import {
  type AppName,
  createTestDatabase,
  type RedisServer,
  type RunningApp,
  startApp,
  startRedis,
} from '@connector/testing';
import { onTestFinished } from 'vitest';

/** The real thing: apps as processes of their own, a ledger, a Redis that may be emptied, both simulators over HTTP. */
export type System = {
  readonly db: Database;
  readonly redis: RedisConnection;
  readonly redisServer: RedisServer;
  readonly queues: Queues;
  readonly mirakl: MiraklSimulator;
  readonly stripe: StripeSimulator;
  readonly env: Readonly<Record<string, string>>;
  /** Starts an app; it ends with the test. */
  start(app: AppName, env?: Record<string, string>): Promise<RunningApp>;
};

/** Other keys than the simulators' own. */
export type SystemKeys = { readonly stripeKey?: string; readonly miraklKey?: string };

/** Lays out a system; nothing runs yet but the servers and simulators. Ends with the test. */
export async function createSystem({ stripeKey, miraklKey }: SystemKeys = {}): Promise<System> {
  const [database, redisServer, mirakl, stripe] = await Promise.all([
    createTestDatabase(),
    startRedis(),
    startMiraklSimulator(miraklKey === undefined ? {} : { apiKey: miraklKey }),
    startStripeSimulator(stripeKey === undefined ? {} : { apiKeys: [{ key: stripeKey }] }),
  ]);
  const db = createDatabase({ url: database.url });
  const redis = await openRedis({ kind: 'single', url: redisServer.url }, 'producer');
  const env = {
    STRIPE_CLIENT_SECRET: stripe.apiKey,
    STRIPE_API_BASE: stripe.url,
    MIRAKL_HOST_NAME: mirakl.url,
    MIRAKL_API_KEY: mirakl.apiKey,
    OPERATOR_PASSWORD: 'correct-horse-battery',
    BASE_HOST: 'connector.example.com',
    DATABASE_URL: database.url,
    REDIS_URL: redisServer.url,
    ENABLE_PRODUCT_PAYMENT_SPLIT: 'true',
    ENABLE_SERVICE_PAYMENT_SPLIT: 'true',
    ENABLE_PRODUCT_PAYMENT_REFUND: 'true',
    ENABLE_SERVICE_PAYMENT_REFUND: 'true',
    START_DATE: 'all',
    SCHEDULE_ONBOARDING: '1s',
    SCHEDULE_PAYMENT_VALIDATION: '1s',
    SCHEDULE_PAYMENT_SPLIT: '1s',
    SCHEDULE_PAYMENT_REFUND: '1s',
    SCHEDULE_SELLER_SETTLEMENT: '1s',
    SCHEDULE_RECOVERY: '1s',
    MIRAKL_CALL_INTERVALS: 'OR11=0,IV01=0',
    MIRAKL_RATE_LIMIT_PER_SECOND: '500',
    STRIPE_RATE_LIMIT_PER_SECOND: '1000',
    STRIPE_ENDPOINT_RATE_LIMIT_PER_SECOND: '1000',
    API_PORT: '0',
    DASHBOARD_PORT: '0',
    WORKER_PORT: '0',
    SCHEDULER_PORT: '0',
  };
  const apps: RunningApp[] = [];
  onTestFinished(async () => {
    await Promise.all(apps.map((app) => app.stop()));
    redis.disconnect();
    await Promise.all([db.destroy(), redisServer.stop(), mirakl.close(), stripe.close()]);
    await database.drop();
  });
  return {
    ...{ db, redis, redisServer, mirakl, stripe, env },
    queues: openQueues(redis, 'connector'),
    async start(name, more = {}) {
      const app = await startApp(name, { env: { ...env, ...more } });
      apps.push(app);
      return app;
    },
  };
}

/** A shop of Mirakl with its account on Stripe. */
export type Seller = { readonly shopId: number; readonly accountId: string };

/** A shop that is onboarded already, with its account. */
export async function givenSeller({ db, mirakl, stripe }: System): Promise<Seller> {
  const { id: shopId } = mirakl.given.shop({ additionalFields: { 'stripe-url': 'https://link.example.com' } });
  const { id: accountId } = stripe.given.account();
  const enabled = { payout_enabled: true, payin_enabled: true };
  await db
    .insertInto('account_mapping')
    .values({ mirakl_shop_id: shopId, stripe_account_id: accountId, ...enabled })
    .execute();
  return { shopId, accountId };
}

/** The shop of such a seller. */
export async function givenShop(system: System): Promise<number> {
  return (await givenSeller(system)).shopId;
}

/** So many accepted and paid orders of 100.00 EUR, each with its payment. Gives back their ids. */
export function givenPaidOrders({ mirakl, stripe }: System, shopId: number, count: number): string[] {
  return Array.from({ length: count }, () => {
    const { paymentIntentId = null } = stripe.given.charge({ amount: 10_000, currency: 'eur' });
    return mirakl.given.productOrder({ shopId, transactionNumber: paymentIntentId }).id;
  });
}
