import { createDatabase, type Database, migrateToLatest } from '@connector/database';
import {
  type DemoSeller,
  fillSellers,
  type MiraklSimulator,
  type OperatorEndpoint,
  type StripeSimulator,
  startMiraklSimulator,
  startOperatorEndpoint,
  startStripeSimulator,
} from '@connector/simulator';
import { type MailServer, startMailServer } from '@connector/testing/mail-server';
import { startPostgres, startRedis } from '@connector/testing/servers';

/** Everything around the apps: a ledger, a Redis, a Mirakl with shops, a Stripe, and an operator who can be told things. */
export type Marketplace = {
  readonly db: Database;
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly mirakl: MiraklSimulator;
  readonly stripe: StripeSimulator;
  /** Takes the operator's notifications. */
  readonly operator: OperatorEndpoint;
  readonly mailbox: MailServer;
  readonly sellers: readonly DemoSeller[];
};

/**
 * Starts all of it on free ports of this machine. `onClose` is told how to end each part, in the order of starting. A Redis
 * that is given is used instead of a private one.
 */
export async function openMarketplace(
  say: (line: string) => void,
  onClose: (close: () => Promise<unknown>) => void,
  givenRedisUrl: string | undefined,
): Promise<Marketplace> {
  say(
    givenRedisUrl === undefined
      ? 'Starting PostgreSQL and Redis …'
      : 'Starting PostgreSQL; Redis is that of REDIS_URL …',
  );
  const redisUrl = givenRedisUrl ?? (await openPrivateRedis(say, onClose));
  const postgres = await startPostgres({ durable: false });
  onClose(() => postgres.stop());
  const db = createDatabase({ url: postgres.url });
  onClose(() => db.destroy());
  await migrateToLatest(db);

  say('Starting a simulated Mirakl, a simulated Stripe, and an operator’s endpoint and mailbox …');
  const mirakl = await startMiraklSimulator({ latencyMs: 20 });
  onClose(() => mirakl.close());
  const stripe = await startStripeSimulator({ latencyMs: 40 });
  onClose(() => stripe.close());
  const operator = await startOperatorEndpoint();
  onClose(() => operator.close());
  const mailbox = await startMailServer();
  onClose(() => mailbox.close());
  const sellers = fillSellers(mirakl);
  return { db, databaseUrl: postgres.url, redisUrl, mirakl, stripe, operator, mailbox, sellers };
}

async function openPrivateRedis(
  say: (line: string) => void,
  onClose: (close: () => Promise<unknown>) => void,
): Promise<string> {
  const redis = await startRedis({ say });
  onClose(() => redis.stop());
  return redis.url;
}
