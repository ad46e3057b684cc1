import { cancelIntent } from './cancel-intent.ts';
import { publish } from './events.ts';
import { releaseAuthorization } from './release-authorization.ts';
import type { StripeState } from './state.ts';

/**
 * Lets an authorisation run out that nobody has captured, as Stripe does after seven days: the charge counts as refunded,
 * its PaymentIntent as cancelled. Throws if the charge does not wait for a capture.
 */
export function expireAuthorization(state: StripeState, chargeId: string): void {
  const record = state.charges.get(chargeId);
  if (record === undefined) throw new Error(`the simulated Stripe has no charge ${chargeId}`);
  const { amount, captured, refunded, status, payment_intent: intent } = record.object;
  if (captured || refunded || status !== 'succeeded') {
    throw new Error(`the simulated charge ${chargeId} does not wait for a capture`);
  }
  record.expired = true;
  cancelIntent(state, intent, 'automatic');
  releaseAuthorization(state, record, { amount, reason: 'expired_uncaptured_charge' });
  publish(state, 'charge.expired', record.object, record.owner);
}
