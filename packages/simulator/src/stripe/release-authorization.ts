import type { Stripe } from 'stripe';
import { newRefund } from './new-refund.ts';
import { type ChargeRecord, nowInSeconds, type StripeState } from './state.ts';

export type Release = {
  /** In minor units: all that is authorised, or what a capture leaves over. */
  readonly amount: number;
  readonly reason?: Stripe.Refund.Reason | undefined;
  readonly metadata?: Stripe.Metadata | undefined;
};

/**
 * Lets go of money that was authorised and will not be captured. Nothing moves, but Stripe shows it as a refund, on the
 * charge as well as in the list of refunds (docs.stripe.com/payments/place-a-hold-on-a-payment-method).
 */
export function releaseAuthorization(state: StripeState, { owner, object: charge }: ChargeRecord, release: Release) {
  const refund = newRefund({ ...release, charge, created: nowInSeconds(state), status: 'succeeded', taken: false });
  state.refunds.add({ owner, object: refund, taken: false });
  charge.amount_refunded += release.amount;
  charge.refunded = charge.amount_refunded === charge.amount;
  return refund;
}
