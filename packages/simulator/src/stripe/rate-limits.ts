import { Refusal } from './refusal.ts';

/** How many requests the simulator takes; no limit where nothing is given. */
export type RateLimits = {
  /** Requests a second over all. */
  readonly perSecond?: number;
  /** Requests a second of single endpoints, by method and path pattern: `{ 'POST /v1/transfers': 25 }`. */
  readonly endpointsPerSecond?: Readonly<Record<string, number>>;
};

/** Counts a request to an endpoint such as `POST /v1/transfers`; throws the refusal 429 if it is one too many. */
export type CountRequest = (endpoint: string) => void;

type Bucket = (nowMs: number) => boolean;

/**
 * Enforces the limits in real time, each with a bucket that holds the requests of one second and fills evenly
 * (docs.stripe.com/rate-limits). Stripe's limiters run before its idempotency layer, and so must this.
 */
export function createRateLimiter({ perSecond, endpointsPerSecond = {} }: RateLimits): CountRequest {
  const global = perSecond === undefined ? undefined : createBucket(perSecond);
  const endpoints = new Map(Object.entries(endpointsPerSecond).map(([name, limit]) => [name, createBucket(limit)]));
  return (endpoint) => {
    const now = performance.now();
    if (global?.(now) === false) throw tooManyRequests('global-rate');
    if (endpoints.get(endpoint)?.(now) === false) throw tooManyRequests('endpoint-rate');
  };
}

function createBucket(perSecond: number): Bucket {
  let tokens = perSecond;
  let filledAt = performance.now();
  return (nowMs) => {
    tokens = Math.min(perSecond, tokens + ((nowMs - filledAt) / 1000) * perSecond);
    filledAt = nowMs;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}

function tooManyRequests(reason: 'global-rate' | 'endpoint-rate'): Refusal {
  return new Refusal(
    429,
    'Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits.',
    { code: 'rate_limit', headers: { 'stripe-rate-limited-reason': reason } },
  );
}
