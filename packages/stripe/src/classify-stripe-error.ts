import { errorMessage } from '@connector/kernel';
import Stripe from 'stripe';
import { withoutApiKeys } from './api-key.ts';
import type { StripeEndpoint } from './rate-limits.ts';
import { StripeCallError, type StripeErrorKind } from './stripe-call-error.ts';

/** A call as far as its errors are concerned. */
export type FailedCall = {
  readonly endpoint: StripeEndpoint;
  /** `creates`: doing it twice would be a fault. `none`: a read, or a link, of which a second one does no harm. */
  readonly effect: 'creates' | 'none';
};

/**
 * The one translation of what the SDK throws into what it means for us (docs.stripe.com/error-low-level,
 * docs.stripe.com/api/errors, docs.stripe.com/rate-limits). API keys are taken out of the message.
 */
export function classifyStripeError(error: unknown, call: FailedCall): StripeCallError {
  if (error instanceof StripeCallError) return error;
  const { endpoint } = call;
  if (!(error instanceof Stripe.errors.StripeError)) {
    return new StripeCallError(withoutApiKeys(errorMessage(error)), { kind: whenUnclear(call), endpoint });
  }
  return new StripeCallError(messageOf(error), {
    kind: kindOf(error, call),
    endpoint,
    requestId: error.requestId,
    stripeCode: error.code,
    httpStatus: error.statusCode,
    param: error.param,
    rateLimitedReason: headerOf(error, 'stripe-rate-limited-reason'),
    answerIsStored:
      headerOf(error, 'idempotent-replayed') === 'true' || headerOf(error, 'stripe-should-retry') === 'false',
  });
}

/** What it means when nobody knows whether the call was carried out. */
export function whenUnclear({ effect }: FailedCall): StripeErrorKind {
  return effect === 'creates' ? 'unknown-outcome' : 'retry-later';
}

function kindOf(error: Stripe.errors.StripeError, call: FailedCall): StripeErrorKind {
  const { statusCode: status, code } = error;
  if (status === 429 || code === 'rate_limit') return isObjectLock(error) ? 'retry-later' : 'slow-down';
  // Another request with this key is still being carried out.
  if (status === 409 || code === 'idempotency_key_in_use') return 'retry-later';
  // No answer, half of one, a proxy's page, or Stripe's own failure after it may have done its work. A refusal of the
  // connection is no exception: the SDK sends again by itself when an earlier connection breaks.
  if (status === undefined || status < 400 || status >= 500) return whenUnclear(call);
  if (headerOf(error, 'stripe-should-retry') === 'true') return 'retry-later';
  if (error.rawType === 'idempotency_error') return 'key-conflict';
  // Of one account that was disconnected, not of the key: it must not stop the work for all the others.
  if (code === 'account_invalid') return 'refused';
  if (status === 401 || status === 403) return 'misconfigured';
  if (code === 'resource_missing') return existsInOtherMode(error) ? 'refused' : 'not-found';
  return 'refused';
}

/** Two calls at one object at the same time (docs.stripe.com/rate-limits, "Object lock timeouts"), not too many calls. */
function isObjectLock(error: Stripe.errors.StripeError): boolean {
  return error.code === 'lock_timeout' && headerOf(error, 'stripe-rate-limited-reason') === undefined;
}

/** A key of the wrong mode finds nothing; that must not pass for proof that a payment does not exist. */
function existsInOtherMode({ message }: Stripe.errors.StripeError): boolean {
  return /similar object exists in (live|test) mode/.test(message);
}

function messageOf(error: Stripe.errors.StripeError): string {
  const reason = systemErrorOf(error);
  const message = error.message || `Stripe answered ${error.statusCode} without a message`;
  return withoutApiKeys(reason === undefined ? message : `${message} (${reason})`);
}

/** The system's name for a broken connection, such as `ECONNREFUSED`. */
function systemErrorOf(error: Stripe.errors.StripeError): string | undefined {
  const detail: unknown = error.detail;
  return detail instanceof Error && 'code' in detail && typeof detail.code === 'string' ? detail.code : undefined;
}

function headerOf({ headers }: Stripe.errors.StripeError, name: string): string | undefined {
  return headers?.[name];
}
