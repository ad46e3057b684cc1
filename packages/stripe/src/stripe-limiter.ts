import { RateLimiterMemory, RateLimiterQueue, RateLimiterQueueError, RateLimiterRedis } from 'rate-limiter-flexible';
import type { StripeEndpoint, StripeRateLimits } from './rate-limits.ts';
import { slidingWindowScript } from './sliding-window.ts';
import { StripeCallError } from './stripe-call-error.ts';

/** What the limiter needs of an ioredis client, single or cluster. */
export type LimiterRedis = {
  readonly status: string;
  defineCommand(name: string, definition: { numberOfKeys?: number; lua: string }): unknown;
};

export type StripeLimiterOptions = Omit<StripeRateLimits, 'overrides'> & {
  /**
   * With a `commandTimeout`, which bounds the wait for a Redis that hangs. One limiter to a connection: the library keeps its
   * script on it under one name.
   */
  readonly redis: LimiterRedis;
  /** All pods that share an account share the prefix. */
  readonly keyPrefix: string;
  readonly overrides?: StripeRateLimits['overrides'];
  /** How long a call waits for its turn at most, to the next full second; 10 seconds unless given. */
  readonly maxWaitMs?: number;
};

/** Spreads the calls of all pods over time, so that Stripe has no reason to refuse any. */
export type StripeLimiter = {
  /** Resolves when the call may leave. Throws `stripe_slow_down` if its turn does not come in time: nothing was sent. */
  take(endpoint: StripeEndpoint): Promise<void>;
};

/** A process on its own cannot know how many others there are; so it takes no more than this part of the whole. */
const shareWithoutRedis = 1 / 4;

/**
 * A limiter that all processes with the same Redis and prefix share: never more calls in any second than the limits of the
 * account and of the endpoint allow. One Redis command for a call that need not wait. The waiting calls of a process stand
 * in line by endpoint and only the first one asks again, when its turn can have come. While Redis is away, each process
 * keeps to a quarter of every endpoint's limit by itself.
 */
export function createStripeLimiter(options: StripeLimiterOptions): StripeLimiter {
  const maxWaitMs = options.maxWaitMs ?? 10_000;
  const all = createLine(options, options.endpointPerSecond, maxWaitMs);
  const exceptions = new Map(
    Object.entries(options.overrides ?? {}).map(([name, limit]) => [name, createLine(options, limit, maxWaitMs)]),
  );
  return {
    async take(endpoint) {
      const line = exceptions.get(endpoint) ?? all;
      try {
        await line.removeTokens(1, endpoint, Math.ceil((Date.now() + maxWaitMs) / 1_000));
      } catch (error) {
        if (!(error instanceof RateLimiterQueueError)) throw error;
        throw new StripeCallError(`Too many calls to ${endpoint} are waiting for their turn`, {
          kind: 'slow-down',
          endpoint,
        });
      }
    },
  };
}

function createLine(options: StripeLimiterOptions, perSecond: number, maxWaitMs: number): RateLimiterQueue {
  const keyPrefix = `{${options.keyPrefix}:stripe-calls}`;
  const limiter = new RateLimiterRedis({
    storeClient: options.redis,
    rejectIfRedisNotReady: true,
    keyPrefix,
    points: perSecond,
    duration: 1,
    customIncrTtlLuaScript: slidingWindowScript({ key: keyPrefix, perSecond: options.globalPerSecond }),
    insuranceLimiter: new RateLimiterMemory({
      keyPrefix,
      points: Math.max(1, Math.floor(Math.min(perSecond, options.globalPerSecond) * shareWithoutRedis)),
      duration: 1,
    }),
  });
  // Who stands further back than this could not be served in time; so he need not wait to hear it.
  return new RateLimiterQueue(limiter, { maxQueueSize: Math.ceil((perSecond * maxWaitMs) / 1_000) });
}
