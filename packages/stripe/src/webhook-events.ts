import type Stripe from 'stripe';

/** What the webhook endpoint of the platform's own account must be sent: what becomes of the buyers' payments and refunds. */
export const operatorEvents = [
  'charge.succeeded',
  'charge.updated',
  'charge.captured',
  'charge.failed',
  'charge.expired',
  'charge.refunded',
  'payment_intent.canceled',
  'refund.updated',
  'refund.failed',
] as const satisfies readonly Stripe.Event.Type[];

/** What the webhook endpoint of the connected accounts must be sent: what sellers may do, and what becomes of their payouts. */
export const sellersEvents = [
  'account.updated',
  'payout.failed',
  'payout.paid',
] as const satisfies readonly Stripe.Event.Type[];
