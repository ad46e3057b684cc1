import type { Config } from '@connector/config';
import type { Database } from '@connector/database';
import type { Clock } from '@connector/kernel';
import { createMiraklClient, type MiraklClient, turnsInLedger } from '@connector/mirakl';
import type { Logger, Metrics } from '@connector/observability';
import { createMailer, type Mailer } from '@connector/outbound';
import type { RedisConnection } from '@connector/queues';
import { createStripeClient, createStripeLimiter, type StripeClient } from '@connector/stripe';

export type ClientDeps = {
  readonly config: Config;
  readonly db: Database;
  readonly now: Clock;
  /** For the limiter alone, with commands that fail within a second. */
  readonly limiterRedis: RedisConnection;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly version: string;
};

export type Clients = {
  readonly mirakl: MiraklClient;
  readonly stripe: StripeClient;
  /** Undefined: mail is off. */
  readonly mailer: Mailer | undefined;
};

/** The way to Mirakl and to Stripe, within the limits of both, and to the operator's mailbox. */
export function openClients(deps: ClientDeps): Clients {
  const { config, log, version } = deps;
  const { apiKey, apiBase, timeoutMs, ...limits } = config.stripe;
  const limiter = createStripeLimiter({ redis: deps.limiterRedis, keyPrefix: config.queuePrefix, ...limits });
  const stripe = createStripeClient({
    apiKey,
    ...(apiBase === undefined ? {} : { apiBase }),
    timeoutMs,
    limiter,
    log,
    version,
    observe: deps.metrics.countStripeCall,
  });
  const mirakl = createMiraklClient({
    ...config.mirakl,
    takeTurn: turnsInLedger(deps.db, deps.now),
    log,
    version,
    observe: deps.metrics.countMiraklCall,
  });
  return { mirakl, stripe, mailer: config.mail && createMailer(config.mail) };
}
