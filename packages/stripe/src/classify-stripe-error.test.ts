import Stripe from 'stripe';
import { expect, test } from 'vitest';
import { classifyStripeError, type FailedCall } from './classify-stripe-error.ts';
import type { StripeErrorKind } from './stripe-call-error.ts';

const transfer: FailedCall = { endpoint: 'POST /v1/transfers', effect: 'creates' };
const read: FailedCall = { endpoint: 'GET /v1/charges/:id', effect: 'none' };

const { generate } = Stripe.errors.StripeError;
const { StripeAPIError, StripeConnectionError } = Stripe.errors;

/** The error that the SDK makes of Stripe's answer. */
function answered(statusCode: number, raw: { type?: string; code?: string; message?: string } = {}, headers = {}) {
  const { type = 'invalid_request_error', message = 'no', ...rest } = raw;
  return generate({ ...rest, type: type as 'api_error', message, statusCode, headers, requestId: 'req_1' });
}

const reason = (limiter: string) => ({ 'stripe-rate-limited-reason': limiter });
const broken = (code: string) => Object.assign(new Error('socket hang up'), { code });

type Case = { what: string; error: unknown; creates: StripeErrorKind; reads?: StripeErrorKind };

const cases: Case[] = [
  {
    what: 'a broken connection',
    error: new StripeConnectionError({ message: 'An error occurred', type: 'api_error' }),
    creates: 'unknown-outcome',
    reads: 'retry-later',
  },
  {
    what: "a proxy's page",
    error: new StripeAPIError({ message: 'Invalid JSON received from the Stripe API', type: 'api_error' }),
    creates: 'unknown-outcome',
    reads: 'retry-later',
  },
  { what: 'an error of no known kind', error: new TypeError('x'), creates: 'unknown-outcome', reads: 'retry-later' },
  { what: 'an error in a 200', error: answered(200), creates: 'unknown-outcome', reads: 'retry-later' },
  {
    what: 'a 500',
    error: answered(500, { type: 'api_error' }),
    creates: 'unknown-outcome',
    reads: 'retry-later',
  },
  {
    what: 'a 500 that is not to be repeated',
    error: answered(500, { type: 'api_error' }, { 'stripe-should-retry': 'false' }),
    creates: 'unknown-outcome',
    reads: 'retry-later',
  },
  {
    what: 'a 503 that may be repeated',
    error: answered(503, { type: 'api_error' }, { 'stripe-should-retry': 'true' }),
    creates: 'unknown-outcome',
    reads: 'retry-later',
  },
  {
    what: 'a key whose first request still runs',
    error: answered(409, { type: 'idempotency_error', code: 'idempotency_key_in_use' }),
    creates: 'retry-later',
  },
  {
    what: 'a key whose first request still runs, as a 400',
    error: answered(400, { type: 'idempotency_error', code: 'idempotency_key_in_use' }),
    creates: 'retry-later',
  },
  { what: 'an object lock', error: answered(429, { code: 'lock_timeout' }), creates: 'retry-later' },
  { what: 'a rate limit', error: answered(429, { code: 'rate_limit' }, reason('endpoint-rate')), creates: 'slow-down' },
  { what: 'a rate limit without a reason', error: answered(429, { code: 'rate_limit' }), creates: 'slow-down' },
  { what: 'a rate limit as a 400', error: answered(400, { code: 'rate_limit' }), creates: 'slow-down' },
  {
    what: 'a lock timeout that a limiter caused',
    error: answered(429, { code: 'lock_timeout' }, reason('resource-specific')),
    creates: 'slow-down',
  },
  { what: 'a wrong key', error: answered(401), creates: 'misconfigured' },
  { what: 'a missing permission', error: answered(403), creates: 'misconfigured' },
  { what: 'a seller who has disconnected', error: answered(403, { code: 'account_invalid' }), creates: 'refused' },
  { what: 'a used key', error: answered(400, { type: 'idempotency_error' }), creates: 'key-conflict' },
  { what: 'no such charge', error: answered(404, { code: 'resource_missing' }), creates: 'not-found' },
  { what: 'no such destination', error: answered(400, { code: 'resource_missing' }), creates: 'not-found' },
  {
    what: 'a charge of the other mode',
    error: answered(404, {
      code: 'resource_missing',
      message: "No such charge: 'ch_1'; a similar object exists in live mode, but a test mode key was used.",
    }),
    creates: 'refused',
  },
  { what: 'a wrong address', error: answered(404, { message: 'Unrecognized request URL' }), creates: 'refused' },
  { what: 'no money', error: answered(400, { code: 'balance_insufficient' }), creates: 'refused' },
  { what: 'a card error', error: answered(402, { type: 'card_error', code: 'card_declined' }), creates: 'refused' },
  {
    what: 'a refusal that Stripe wants repeated',
    error: answered(400, {}, { 'stripe-should-retry': 'true' }),
    creates: 'retry-later',
  },
];

for (const { what, error, creates, reads = creates } of cases) {
  test(`${what} means ${creates} for a transfer and ${reads} for a read`, () => {
    expect(classifyStripeError(error, transfer).kind).toBe(creates);
    expect(classifyStripeError(error, read).kind).toBe(reads);
  });
}

/** Refusals that concern money: nothing was done, and what may change is told by the code. */
const moneyRefusals = [
  'amount_too_large',
  'balance_insufficient',
  'capture_charge_authorization_expired',
  'charge_already_captured',
  'charge_already_refunded',
  'charge_disputed',
  'charge_expired_for_capture',
  'charge_not_refundable',
  'insufficient_capabilities_for_transfer',
  'payment_intent_unexpected_state',
  'payouts_limit_exceeded',
  'payouts_not_allowed',
];

test('a refusal that concerns money is definite, and says which one it is', () => {
  for (const code of moneyRefusals) {
    const { kind, stripeCode, retryable, pausesQueue } = classifyStripeError(answered(400, { code }), transfer);
    expect({ kind, stripeCode, retryable, pausesQueue }).toEqual({
      kind: 'refused',
      stripeCode: code,
      retryable: false,
      pausesQueue: false,
    });
  }
});

test('what follows from each kind: whether to try again, and whether the queue pauses', () => {
  const follows = (error: unknown) => {
    const { code, retryable, pausesQueue, retryAfterMs } = classifyStripeError(error, transfer);
    return { code, retryable, pausesQueue, retryAfterMs };
  };
  const none = { pausesQueue: false, retryAfterMs: undefined };
  expect(follows(answered(500))).toEqual({ code: 'stripe_unknown_outcome', retryable: true, ...none });
  expect(follows(answered(409))).toEqual({ code: 'stripe_retry_later', retryable: true, ...none });
  expect(follows(answered(400))).toEqual({ code: 'stripe_refused', retryable: false, ...none });
  expect(follows(answered(404, { code: 'resource_missing' }))).toMatchObject({ code: 'stripe_not_found' });
  expect(follows(answered(400, { type: 'idempotency_error' }))).toEqual({
    code: 'stripe_key_conflict',
    retryable: false,
    ...none,
  });
  expect(follows(answered(429))).toMatchObject({ code: 'stripe_slow_down', retryable: true, pausesQueue: true });
  expect(follows(answered(401))).toMatchObject({ code: 'stripe_misconfigured', retryable: false, pausesQueue: true });
});

test('an error keeps what Stripe said: message, code, parameter, status, request and limiter', () => {
  const error = classifyStripeError(
    generate({
      type: 'invalid_request_error',
      message: 'Invalid email address: x',
      code: 'email_invalid',
      param: 'business_profile[support_email]',
      statusCode: 400,
      requestId: 'req_7',
      headers: {},
    }),
    transfer,
  );
  expect(error).toMatchObject({
    message: 'Invalid email address: x',
    stripeCode: 'email_invalid',
    param: 'business_profile[support_email]',
    httpStatus: 400,
    requestId: 'req_7',
    endpoint: 'POST /v1/transfers',
  });
  const limited = classifyStripeError(answered(429, {}, reason('global-concurrency')), read);
  expect(limited.rateLimitedReason).toBe('global-concurrency');
});

test('an answer that every repeat would get again is known as such', () => {
  const stored = (headers: object) => classifyStripeError(answered(500, {}, headers), transfer).answerIsStored;
  expect(stored({ 'idempotent-replayed': 'true' })).toBe(true);
  expect(stored({ 'stripe-should-retry': 'false' })).toBe(true);
  expect(stored({ 'stripe-should-retry': 'true' })).toBe(false);
  expect(stored({})).toBe(false);
});

test('a broken connection is named by its cause', () => {
  const raw = { message: 'An error occurred with our connection to Stripe.', type: 'api_error' as const };
  const error = new StripeConnectionError({ ...raw, detail: broken('ECONNREFUSED') });
  expect(classifyStripeError(error, read).message).toBe(
    'An error occurred with our connection to Stripe. (ECONNREFUSED)',
  );
});

test("an error has neither API keys nor the SDK's error in it", () => {
  const message = 'Invalid API Key provided: sk_live_canary and rk_test_4eC39_x.';
  const error = classifyStripeError(answered(401, { message }), transfer);
  expect(error.message).toBe('Invalid API Key provided: sk_live_[redacted] and rk_test_[redacted].');
  expect(error.cause).toBeUndefined();
});
