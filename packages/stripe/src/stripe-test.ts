import { randomUUID } from 'node:crypto';
import { createLogger } from '@connector/observability';
import { openRedis } from '@connector/queues';
import { type StripeSimulator, startStripeSimulator } from '@connector/simulator';
import { test as base, inject } from 'vitest';
import {
  createStripeClient,
  type ObservedStripeCall,
  type StripeClient,
  type StripeClientOptions,
} from './stripe-client.ts';
import { createStripeLimiter } from './stripe-limiter.ts';

/** A client of ours with what it said about its calls. */
export type Connection = {
  readonly stripe: StripeClient;
  readonly observed: ObservedStripeCall[];
  /** The lines it logged. */
  readonly logged: string[];
};

/** A test with a simulated Stripe, a limiter on Redis that is never in the way, and clients of ours. */
export const test = base
  .extend('apiKey', () => 'sk_test_simulator')
  .extend('redisUrl', () => inject('redisUrl'))
  .extend('simulator', async ({ apiKey }, { onCleanup }): Promise<StripeSimulator> => {
    const simulator = await startStripeSimulator({ apiKeys: [{ key: apiKey }] });
    onCleanup(() => simulator.close());
    return simulator;
  })
  .extend('limiter', async ({ redisUrl }, { onCleanup }) => {
    const redis = await openRedis({ kind: 'single', url: redisUrl }, 'producer');
    onCleanup(() => redis.disconnect());
    return createStripeLimiter({ redis, keyPrefix: randomUUID(), globalPerSecond: 1_000, endpointPerSecond: 1_000 });
  })
  .extend('connect', ({ apiKey, simulator, limiter }) => (options: Partial<StripeClientOptions> = {}): Connection => {
    const observed: ObservedStripeCall[] = [];
    const logged: string[] = [];
    const log = createLogger({
      app: 'test',
      level: 'trace',
      format: 'json',
      destination: { write: (line) => void logged.push(line) },
    });
    const stripe = createStripeClient({
      apiKey,
      apiBase: simulator.url,
      limiter,
      log,
      observe: (call) => observed.push(call),
      version: '1.2.3',
      ...options,
    });
    return { stripe, observed, logged };
  })
  .extend('stripe', ({ connect }) => connect().stripe);
