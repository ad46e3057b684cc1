import type Stripe from 'stripe';
import { callStripe, type WithRequestId } from './call-stripe.ts';
import { type Charge, chargeOf } from './charges.ts';
import type { StripeClient } from './stripe-client.ts';

/** A charge and, if it has one, what its PaymentIntent says: both can carry the metadata of the shop frontend. */
export type ChargeWithIntent = {
  readonly charge: Charge;
  readonly intent:
    | {
        readonly id: string;
        /** Stripe's own word; an open list. */
        readonly status: string;
        /** Stripe's own word, for example `automatic` for an authorisation that has run out; undefined if it is not cancelled. */
        readonly cancellationReason: string | undefined;
        readonly metadata: Readonly<Record<string, string>>;
      }
    | undefined;
};

/** A charge of the platform as it is now with its PaymentIntent, in one call (docs.stripe.com/api/charges/retrieve). */
export async function retrieveChargeWithIntent(
  stripe: StripeClient,
  id: string,
): Promise<WithRequestId<ChargeWithIntent>> {
  const { answer, requestId } = await callStripe(stripe, {
    endpoint: 'GET /v1/charges/:id',
    object: 'charge',
    effect: 'none',
    send: (sdk) => sdk.charges.retrieve(id, { expand: ['payment_intent'] }),
  });
  return { charge: chargeOf(answer), intent: intentOf(answer), requestId };
}

function intentOf({ payment_intent: intent }: Stripe.Charge): ChargeWithIntent['intent'] {
  if (intent === null || typeof intent === 'string') return undefined;
  const { id, status, cancellation_reason: cancellationReason, metadata } = intent;
  return { id, status, cancellationReason: cancellationReason ?? undefined, metadata };
}
