import type { StripeMode } from './api-key.ts';

/** The endpoints we call, named as their limits are. */
export type StripeEndpoint =
  | 'GET /v1/account'
  | 'GET /v1/accounts'
  | 'POST /v1/accounts'
  | 'GET /v1/accounts/:id'
  | 'POST /v1/accounts/:id/login_links'
  | 'POST /v1/account_links'
  | 'GET /v1/balance'
  | 'GET /v1/charges/:id'
  | 'POST /v1/charges/:id/capture'
  | 'GET /v1/payment_intents/:id'
  | 'POST /v1/payment_intents/:id/cancel'
  | 'POST /v1/payment_intents/:id/capture'
  | 'GET /v1/payouts'
  | 'POST /v1/payouts'
  | 'GET /v1/payouts/:id'
  | 'GET /v1/refunds'
  | 'POST /v1/refunds'
  | 'GET /v1/refunds/:id'
  | 'GET /v1/transfers'
  | 'POST /v1/transfers'
  | 'GET /v1/transfers/:id'
  | 'GET /v1/transfers/:id/reversals'
  | 'POST /v1/transfers/:id/reversals'
  | 'GET /v1/webhook_endpoints';

/** Requests a second: of the whole account, of every single endpoint, and of endpoints that have a limit of their own. */
export type StripeRateLimits = {
  readonly globalPerSecond: number;
  readonly endpointPerSecond: number;
  /** By endpoint, for example `{ 'POST /v1/payouts': 12 }`. */
  readonly overrides: Readonly<Record<string, number>>;
};

/**
 * What we allow ourselves: a fifth less than Stripe allows an account by default, because the network bunches requests
 * together. Stripe (docs.stripe.com/rate-limits): 100 a second in live mode and 25 in a sandbox, 25 to each endpoint,
 * 15 payouts.
 */
export const defaultRateLimits: Readonly<Record<StripeMode, StripeRateLimits>> = {
  live: { globalPerSecond: 80, endpointPerSecond: 20, overrides: { 'POST /v1/payouts': 12 } },
  test: { globalPerSecond: 20, endpointPerSecond: 20, overrides: { 'POST /v1/payouts': 12 } },
};
