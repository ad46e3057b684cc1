import type Stripe from 'stripe';
import { classifyStripeError, type FailedCall, whenUnclear } from './classify-stripe-error.ts';
import { StripeCallError } from './stripe-call-error.ts';
import { internals, type StripeClient } from './stripe-client.ts';

/** Facts with the id of the request that brought them, by which Stripe's support finds it. */
export type WithRequestId<Facts> = Facts & { readonly requestId: string | undefined };

type StripeCall<Answer> = FailedCall & {
  /** The `object` of the answer that Stripe documents, such as `transfer`. */
  readonly object: string;
  readonly send: (sdk: Stripe) => Promise<Stripe.Response<Answer>>;
};

/**
 * The one way out: waits for its turn, sends, measures, and gives back Stripe's object with the id of the request, or throws
 * a `StripeCallError`.
 */
export async function callStripe<Answer extends { object: string }>(
  stripe: StripeClient,
  call: StripeCall<Answer>,
): Promise<WithRequestId<{ readonly answer: Answer }>> {
  const { sdk, limiter, log, observe } = stripe[internals]();
  await limiter.take(call.endpoint);

  const startedAt = performance.now();
  const outcome = await send(sdk, call);
  const failure = outcome instanceof StripeCallError ? outcome : undefined;
  const { requestId } = outcome;
  const facts = {
    endpoint: call.endpoint,
    status: outcome instanceof StripeCallError ? outcome.httpStatus : outcome.answer.lastResponse.statusCode,
    durationMs: performance.now() - startedAt,
    requestId,
  };
  observe?.({ ...facts, rateLimitedReason: failure?.rateLimitedReason });
  log.debug({ ...facts, code: failure?.code, stripeCode: failure?.stripeCode }, 'stripe called');
  if (outcome instanceof StripeCallError) throw outcome;
  return outcome;
}

async function send<Answer extends { object: string }>(sdk: Stripe, call: StripeCall<Answer>) {
  try {
    const answer = await call.send(sdk);
    const { statusCode: httpStatus, requestId } = answer.lastResponse;
    // To the SDK everything is a success that is JSON and has no `error`, whatever its status: a proxy's words as well.
    if (httpStatus === 200 && answer.object === call.object) return { answer, requestId };
    const message = `The answer to ${call.endpoint} is not Stripe's (status ${httpStatus}, no ${call.object})`;
    return new StripeCallError(message, { kind: whenUnclear(call), endpoint: call.endpoint, httpStatus, requestId });
  } catch (error) {
    return classifyStripeError(error, call);
  }
}
