import type { Stripe } from 'stripe';
import { publish } from './events.ts';
import { nowInSeconds, type StripeState } from './state.ts';

/** Cancels the PaymentIntent with this id, if there is one; what it has authorised is not its business. */
export function cancelIntent(
  state: StripeState,
  id: Stripe.Charge['payment_intent'],
  reason: Stripe.PaymentIntent.CancellationReason | null = null,
): void {
  const record = typeof id === 'string' ? state.paymentIntents.get(id) : undefined;
  if (record === undefined) return;
  const { object: intent, owner } = record;
  intent.status = 'canceled';
  intent.amount_capturable = 0;
  intent.canceled_at = nowInSeconds(state);
  intent.cancellation_reason = reason;
  publish(state, 'payment_intent.canceled', intent, owner);
}
