import type { Config } from '@connector/config';
import type { Database } from '@connector/database';
import type { Clock } from '@connector/kernel';
import { createMiraklClient, type MiraklClient, turnsInLedger } from '@connector/mirakl';
import type { Logger, Metrics } from '@connector/observability';
import type { RedisConnection } from '@connector/queues';
import { createStripeClient, createStripeLimiter, type StripeClient } from '@connector/stripe';

export type ClientDeps = {
  readonly config: Config;
  readonly db: Database;
  readonly now: Clock;
  readonly redis: RedisConnection;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly version: string;
};

/** Somebody waits for the answer of a request: rather tell him soon that Stripe or Mirakl is slow. */
const longestCallMs = 10_000;
const longestWaitForTurnMs = 3_000;

/** The way to Mirakl and to Stripe, within the limits of both. Neither is called before a request needs it. */
export function openClients(deps: ClientDeps): { readonly mirakl: MiraklClient; readonly stripe: StripeClient } {
  const { config, log, version } = deps;
  const { apiKey, apiBase, timeoutMs, ...limits } = config.stripe;
  const limiter = createStripeLimiter({
    ...{ redis: deps.redis, keyPrefix: config.queuePrefix, maxWaitMs: longestWaitForTurnMs },
    ...limits,
  });
  const stripe = createStripeClient({
    apiKey,
    ...(apiBase === undefined ? {} : { apiBase }),
    timeoutMs: Math.min(timeoutMs, longestCallMs),
    limiter,
    log,
    version,
    observe: deps.metrics.countStripeCall,
  });
  const mirakl = createMiraklClient({
    ...config.mirakl,
    timeoutMs: Math.min(config.mirakl.timeoutMs, longestCallMs),
    takeTurn: turnsInLedger(deps.db, deps.now),
    log,
    version,
    observe: deps.metrics.countMiraklCall,
  });
  return { mirakl, stripe };
}
