import type { Stripe } from 'stripe';
import { newId } from './new-id.ts';

export type NewRefundInput = {
  readonly charge: Stripe.Charge;
  /** In seconds. */
  readonly created: number;
  /** In minor units. */
  readonly amount: number;
  readonly status: 'succeeded' | 'pending' | 'requires_action';
  /** Whether it takes money from the balance now. */
  readonly taken: boolean;
  readonly reason?: Stripe.Refund.Reason | undefined;
  readonly metadata?: Stripe.Metadata | undefined;
};

/** A refund of this charge, in this state. */
export function newRefund(input: NewRefundInput): Stripe.Refund {
  const { charge, status } = input;
  return {
    id: newId(charge.id.startsWith('py_') ? 'pyr' : 're'),
    object: 'refund',
    amount: input.amount,
    balance_transaction: input.taken ? newId('txn') : null,
    charge: charge.id,
    created: input.created,
    currency: charge.currency,
    customer: null,
    customer_account: null,
    metadata: input.metadata ?? {},
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    ...(status === 'pending' ? { pending_reason: input.taken ? 'processing' : 'insufficient_funds' } : {}),
    reason: input.reason ?? null,
    receipt_number: null,
    source_transfer_reversal: null,
    status,
    transfer_reversal: null,
  };
}
