import type { Money } from '@connector/kernel';
import type Stripe from 'stripe';
import { callStripe, type WithRequestId } from './call-stripe.ts';
import type { StripeClient } from './stripe-client.ts';
import { stripeMoney } from './stripe-money.ts';

export type Charge = {
  readonly id: string;
  readonly status: 'succeeded' | 'pending' | 'failed' | { readonly unknown: string };
  readonly captured: boolean;
  readonly fullyRefunded: boolean;
  readonly amount: Money;
  readonly amountRefunded: Money;
  readonly paymentIntentId: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
};

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

/** Stripe's charge in our words. */
export function chargeOf(charge: Stripe.Charge): Charge {
  const { payment_intent: intent } = charge;
  return {
    id: charge.id,
    status: statusOf(charge.status),
    captured: charge.captured,
    fullyRefunded: charge.refunded,
    amount: stripeMoney(charge.amount, charge.currency),
    amountRefunded: stripeMoney(charge.amount_refunded, charge.currency),
    paymentIntentId: typeof intent === 'string' ? intent : intent?.id,
    metadata: charge.metadata,
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
