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
  /** The connected account that gets the taxes. */
  readonly taxAccount: string;
  /**
   * What the operator has put on his Stripe account, in minor units by currency in lower case: buyers get their money back before
   * sellers give back their shares.
   */
  readonly float: ReadonlyMap<string, number>;
};

const floatMinor = 10_000_000;

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
  const float = new Map(sellers.map(({ shop }) => [shop.currency.toLowerCase(), floatMinor]));
  for (const [currency, amount] of float) stripe.given.funds({ currency, amount });
  const taxAccount = stripe.given.account().id;
  return { db, databaseUrl: postgres.url, redisUrl, mirakl, stripe, operator, mailbox, sellers, taxAccount, float };
}

/** The seller whose account it is; undefined for accounts of others. */
export function sellerOf(
  { sellers }: Pick<Marketplace, 'sellers'>,
  { metadata }: { readonly metadata?: Readonly<Record<string, string>> | null },
): DemoSeller | undefined {
  return sellers.find(({ shop }) => String(shop.id) === metadata?.miraklShopId);
}

/** Shops whose sellers Stripe still examines when the first buyers want their money back. */
export function lateShopsOf({ sellers }: Pick<Marketplace, 'sellers'>): number[] {
  return sellers.filter(({ special }) => special === 'under-review').map(({ shop }) => shop.id);
}

async function openPrivateRedis(
  say: (line: string) => void,
  onClose: (close: () => Promise<unknown>) => void,
): Promise<string> {
  const redis = await startRedis({ say });
  onClose(() => redis.stop());
  return redis.url;
}
