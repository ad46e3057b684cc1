import type { Money } from '@connector/kernel';
import type Stripe from 'stripe';
import { callStripe, type WithRequestId } from './call-stripe.ts';
import { idOf } from './id-of.ts';
import type { StripeClient } from './stripe-client.ts';
import { stripeMoney } from './stripe-money.ts';

export type Charge = {
  readonly id: string;
  readonly status: 'succeeded' | 'pending' | 'failed' | { readonly unknown: string };
  /** False for an authorisation, also once it has expired or was cancelled: then it is `fullyRefunded`. */
  readonly captured: boolean;
  readonly fullyRefunded: boolean;
  /** What the buyer has agreed to pay; stays as it is when only a part is captured. */
  readonly amount: Money;
  readonly amountCaptured: Money;
  /** What was given back, and what was authorised and not captured. */
  readonly amountRefunded: Money;
  /** When an authorisation that nobody has captured runs out; undefined where Stripe does not say. */
  readonly captureBefore: Date | undefined;
  readonly paymentIntentId: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly createdAt: Date;
};

/** The body of `POST /v1/charges/:id/capture`, as it is stored with its key and sent. `amount` in minor units. */
export type CaptureChargeRequest = { readonly amount: number };

/** A charge as it is now (docs.stripe.com/api/charges/retrieve). Ids begin with `ch_`, or `py_` where there is no card. */
export async function retrieveCharge(stripe: StripeClient, id: string): Promise<WithRequestId<Charge>> {
  const { answer, requestId } = await callStripe(stripe, {
    endpoint: 'GET /v1/charges/:id',
    object: 'charge',
    effect: 'none',
    send: (sdk) => sdk.charges.retrieve(id),
  });
  return { ...chargeOf(answer), requestId };
}

/**
 * The charge after this much of its authorisation was captured, by this request or by an earlier one with the same key; the
 * rest is let go of (docs.stripe.com/api/charges/capture). Only for a charge without a PaymentIntent. `stripe_refused` with
 * `charge_already_captured` or `charge_expired_for_capture`.
 */
export async function captureCharge(
  stripe: StripeClient,
  input: { readonly id: string; readonly request: CaptureChargeRequest; readonly idempotencyKey: string },
): Promise<WithRequestId<Charge>> {
  const { answer, requestId } = await callStripe(stripe, {
    endpoint: 'POST /v1/charges/:id/capture',
    object: 'charge',
    effect: 'creates',
    send: (sdk) => sdk.charges.capture(input.id, input.request, { idempotencyKey: input.idempotencyKey }),
  });
  return { ...chargeOf(answer), requestId };
}

/** Stripe's charge in our words. */
export function chargeOf(charge: Stripe.Charge): Charge {
  const captureBefore = charge.payment_method_details?.card?.capture_before;
  return {
    id: charge.id,
    status: statusOf(charge.status),
    captured: charge.captured,
    fullyRefunded: charge.refunded,
    amount: stripeMoney(charge.amount, charge.currency),
    amountCaptured: stripeMoney(charge.amount_captured, charge.currency),
    amountRefunded: stripeMoney(charge.amount_refunded, charge.currency),
    captureBefore: captureBefore === undefined ? undefined : new Date(captureBefore * 1_000),
    paymentIntentId: idOf(charge.payment_intent),
    metadata: charge.metadata,
    createdAt: new Date(charge.created * 1_000),
  };
}

function statusOf(status: string): Charge['status'] {
  switch (status) {
    case 'succeeded':
    case 'pending':
    case 'failed':
      return status;
    default:
      return { unknown: status };
  }
}
