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
  /** Undefined until the buyer has tried to pay. */
  readonly latestCharge: Charge | undefined;
  readonly metadata: Readonly<Record<string, string>>;
};

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

function paymentIntentOf(intent: Stripe.PaymentIntent): PaymentIntent {
  const { latest_charge: charge } = intent;
  return {
    id: intent.id,
    status: intent.status,
    amount: stripeMoney(intent.amount, intent.currency),
    latestCharge: charge === null || typeof charge === 'string' ? undefined : chargeOf(charge),
    metadata: intent.metadata,
  };
}
