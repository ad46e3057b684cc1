import type { Charge, ChargeWithIntent } from '@connector/stripe';
import type { PaymentStatus } from './payment-mapping.ts';

/** What became of a charge; `wait` while nothing has. */
export type PaymentStatusDecision = PaymentStatus | 'wait' | { readonly unknown: string };

/**
 * The status of a payment from its charge as it is now, and from its PaymentIntent's status if it has one. An authorisation that
 * was given back (by a cancellation, a refund or its expiry) is `canceled`; one that is still being paid has no status yet.
 */
export function decidePaymentStatus(
  charge: Pick<Charge, 'status' | 'captured' | 'fullyRefunded'>,
  intentStatus: string | undefined,
): PaymentStatusDecision {
  if (typeof charge.status === 'object') return charge.status;
  if (charge.status === 'failed') return 'failed';
  if (charge.status === 'pending') return 'wait';
  if (charge.captured) return 'captured';
  return charge.fullyRefunded || intentStatus === 'canceled' ? 'canceled' : 'to_capture';
}

/**
 * Whether an authorisation was not given back by anybody but has run out: Stripe says so of a PaymentIntent, and of a charge
 * without one the time tells (docs.stripe.com/payments/place-a-hold-on-a-payment-method).
 */
export function hasExpired({ charge, intent }: Pick<ChargeWithIntent, 'charge' | 'intent'>, now: Date): boolean {
  if (intent) return intent.cancellationReason === 'automatic';
  return charge.fullyRefunded && charge.captureBefore !== undefined && charge.captureBefore <= now;
}
