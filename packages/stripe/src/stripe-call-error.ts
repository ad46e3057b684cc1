import { ConnectorError } from '@connector/kernel';

/**
 * What a failed call to Stripe means for whoever made it:
 * - `retry-later`: nothing was done, or nothing that a repeat could double; the same call may work later.
 * - `slow-down`: a rate limiter stopped this attempt, Stripe's or ours. After an earlier attempt with an unknown outcome it
 *   says nothing about that one: Stripe's limiters run before its idempotency layer.
 * - `refused`: definitely not done. `stripeCode` tells what may change, for example `balance_insufficient`.
 * - `not-found`: the object, or one that the request names, does not exist.
 * - `unknown-outcome`: it may or may not have been done. Only the same request with the same key is safe.
 * - `misconfigured`: the API key is wrong or lacks a permission; every call like it will fail.
 * - `key-conflict`: the idempotency key was used before with another request: a bug of ours, never to be repeated.
 */
export type StripeErrorKind =
  | 'retry-later'
  | 'slow-down'
  | 'refused'
  | 'not-found'
  | 'unknown-outcome'
  | 'misconfigured'
  | 'key-conflict';

export type StripeErrorFacts = {
  readonly kind: StripeErrorKind;
  /** For example `POST /v1/transfers`. */
  readonly endpoint: string;
  readonly requestId?: string | undefined;
  /** Stripe's `code`, for example `balance_insufficient`. */
  readonly stripeCode?: string | undefined;
  readonly httpStatus?: number | undefined;
  /** The parameter that Stripe complains of, as it names it: `business_profile[support_phone]`. */
  readonly param?: string | undefined;
  /** Which of Stripe's limiters said no: `Stripe-Rate-Limited-Reason` (docs.stripe.com/rate-limits). */
  readonly rateLimitedReason?: string | undefined;
  /** Whether a repeat with the same key gets this same answer, as Stripe keeps even a 500: then only a look-up helps. */
  readonly answerIsStored?: boolean;
};

const consequences: Record<StripeErrorKind, { retryable: boolean; pausesQueue?: boolean; retryAfterMs?: number }> = {
  'retry-later': { retryable: true },
  'slow-down': { retryable: true, pausesQueue: true, retryAfterMs: 1_000 },
  refused: { retryable: false },
  'not-found': { retryable: false },
  'unknown-outcome': { retryable: true },
  misconfigured: { retryable: false, pausesQueue: true, retryAfterMs: 60_000 },
  'key-conflict': { retryable: false },
};

/**
 * A call to Stripe that did not succeed. The message is Stripe's own; `code` is the kind: `stripe_refused`. The SDK's error
 * is not kept as the cause, because it carries headers and the request.
 */
export class StripeCallError extends ConnectorError {
  readonly kind: StripeErrorKind;
  readonly endpoint: string;
  readonly requestId: string | undefined;
  readonly stripeCode: string | undefined;
  readonly httpStatus: number | undefined;
  readonly param: string | undefined;
  readonly rateLimitedReason: string | undefined;
  readonly answerIsStored: boolean;

  constructor(message: string, facts: StripeErrorFacts) {
    super(message, { code: `stripe_${facts.kind.replaceAll('-', '_')}`, ...consequences[facts.kind] });
    this.kind = facts.kind;
    this.endpoint = facts.endpoint;
    this.requestId = facts.requestId;
    this.stripeCode = facts.stripeCode;
    this.httpStatus = facts.httpStatus;
    this.param = facts.param;
    this.rateLimitedReason = facts.rateLimitedReason;
    this.answerIsStored = facts.answerIsStored ?? false;
  }
}
