import type { Money } from '@connector/kernel';
import type Stripe from 'stripe';
import { callStripe, type WithRequestId } from './call-stripe.ts';
import { type Charge, chargeOf } from './charges.ts';
import type { StripeClient } from './stripe-client.ts';
import { stripeMoney } from './stripe-money.ts';

export type PaymentIntent = {
  readonly id: string;
  /** Stripe's own word, for example `requires_capture`; an open list. */
  readonly status: string;
  readonly amount: Money;
  /** What is authorised and not captured yet. */
  readonly amountCapturable: Money;
  /** What was captured. */
  readonly amountReceived: Money;
  /** Stripe's own word: `manual` where an authorisation is to be captured later; an open list. */
  readonly captureMethod: string;
  /** Stripe's own word, for example `automatic` for an authorisation that has run out; undefined if it is not cancelled. */
  readonly cancellationReason: string | undefined;
  /** Undefined until the buyer has tried to pay. */
  readonly latestCharge: Charge | undefined;
  readonly metadata: Readonly<Record<string, string>>;
};

/** What Stripe answers to a change: a PaymentIntent without its charge. */
export type ChangedPaymentIntent = Omit<PaymentIntent, 'latestCharge'>;

/** The body of `POST /v1/payment_intents/:id/capture`, as it is stored with its key and sent. In minor units. */
export type CapturePaymentIntentRequest = { readonly amount_to_capture: number };

/** The body of `POST /v1/payment_intents/:id/cancel`, as it is stored with its key and sent. */
export type CancelPaymentIntentRequest = Readonly<Pick<Stripe.PaymentIntentCancelParams, 'cancellation_reason'>>;

/** A PaymentIntent as it is now, with its latest charge (docs.stripe.com/api/payment_intents/retrieve). */
export async function retrievePaymentIntent(stripe: StripeClient, id: string): Promise<WithRequestId<PaymentIntent>> {
  const { answer, requestId } = await callStripe(stripe, {
    endpoint: 'GET /v1/payment_intents/:id',
    object: 'payment_intent',
    effect: 'none',
    send: (sdk) => sdk.paymentIntents.retrieve(id, { expand: ['latest_charge'] }),
  });
  return { ...paymentIntentOf(answer), requestId };
}

/**
 * The PaymentIntent after this much of its authorisation was captured, by this request or by an earlier one with the same
 * key; the rest is let go of (docs.stripe.com/api/payment_intents/capture). `stripe_refused` with
 * `payment_intent_unexpected_state` if there is nothing to capture (any more).
 */
export async function capturePaymentIntent(
  stripe: StripeClient,
  input: { readonly id: string; readonly request: CapturePaymentIntentRequest; readonly idempotencyKey: string },
): Promise<WithRequestId<ChangedPaymentIntent>> {
  const { answer, requestId } = await callStripe(stripe, {
    endpoint: 'POST /v1/payment_intents/:id/capture',
    object: 'payment_intent',
    effect: 'creates',
    send: (sdk) => sdk.paymentIntents.capture(input.id, input.request, { idempotencyKey: input.idempotencyKey }),
  });
  return { ...changedPaymentIntentOf(answer), requestId };
}

/**
 * The PaymentIntent after it was cancelled, by this request or by an earlier one with the same key: what it had authorised
 * is let go of (docs.stripe.com/api/payment_intents/cancel). `stripe_refused` with `payment_intent_unexpected_state` if it
 * is cancelled or captured already.
 */
export async function cancelPaymentIntent(
  stripe: StripeClient,
  input: { readonly id: string; readonly request: CancelPaymentIntentRequest; readonly idempotencyKey: string },
): Promise<WithRequestId<ChangedPaymentIntent>> {
  const { answer, requestId } = await callStripe(stripe, {
    endpoint: 'POST /v1/payment_intents/:id/cancel',
    object: 'payment_intent',
    effect: 'creates',
    send: (sdk) => sdk.paymentIntents.cancel(input.id, input.request, { idempotencyKey: input.idempotencyKey }),
  });
  return { ...changedPaymentIntentOf(answer), requestId };
}

function paymentIntentOf(intent: Stripe.PaymentIntent): PaymentIntent {
  const { latest_charge: charge } = intent;
  return {
    ...changedPaymentIntentOf(intent),
    latestCharge: charge === null || typeof charge === 'string' ? undefined : chargeOf(charge),
  };
}

function changedPaymentIntentOf(intent: Stripe.PaymentIntent): ChangedPaymentIntent {
  return {
    id: intent.id,
    status: intent.status,
    amount: stripeMoney(intent.amount, intent.currency),
    amountCapturable: stripeMoney(intent.amount_capturable, intent.currency),
    amountReceived: stripeMoney(intent.amount_received, intent.currency),
    captureMethod: intent.capture_method,
    cancellationReason: intent.cancellation_reason ?? undefined,
    metadata: intent.metadata,
  };
}
