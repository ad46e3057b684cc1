import { z } from 'zod';
import type { Environment } from './environment.ts';
import { httpsUrl, integer, numbersByName } from './values.ts';

export type StripeConfig = {
  readonly apiKey: string;
  /** Undefined: Stripe itself. */
  readonly apiBase: string | undefined;
  readonly timeoutMs: number;
  readonly globalPerSecond: number;
  readonly endpointPerSecond: number;
  /** By endpoint, for example `POST /v1/payouts`. */
  readonly overrides: Readonly<Record<string, number>>;
};

const secretKey = z.string().regex(/^(sk|rk)_\w{8,}$/, 'must be a secret or restricted key: sk_… or rk_…');

/** Stripe's own limit on creating payouts is 15 a second (docs.stripe.com/rate-limits). */
const payouts = { 'POST /v1/payouts': 12 };

/** How to reach Stripe, and how often. Defaults stay under Stripe's documented limits. */
export function readStripe(env: Environment): StripeConfig {
  const perSecond = integer(1, 10_000);
  return {
    apiKey: env.required('STRIPE_CLIENT_SECRET', secretKey),
    apiBase: env.optional('STRIPE_API_BASE', httpsUrl),
    timeoutMs: env.withDefault('STRIPE_TIMEOUT_MS', integer(100, 600_000), 80_000),
    globalPerSecond: env.withDefault('STRIPE_RATE_LIMIT_PER_SECOND', perSecond, 80),
    endpointPerSecond: env.withDefault('STRIPE_ENDPOINT_RATE_LIMIT_PER_SECOND', perSecond, 20),
    overrides: { ...payouts, ...env.withDefault('STRIPE_ENDPOINT_RATE_LIMITS', numbersByName, {}) },
  };
}
