import type { Stripe } from 'stripe';
import { cardDetails } from './card-details.ts';

export type NewChargeInput = {
  readonly id: string;
  /** In seconds. */
  readonly created: number;
  /** In minor units. */
  readonly amount: number;
  /** In lower case. */
  readonly currency: string;
  readonly status: 'succeeded' | 'pending' | 'failed';
  readonly captured: boolean;
  readonly amountRefunded: number;
  readonly metadata: Stripe.Metadata;
  readonly transferGroup: string | null;
  readonly paymentIntentId: string | undefined;
};

/** A card charge in this state. */
export function newCharge(input: NewChargeInput): Stripe.Charge {
  const { id, amount, status, captured, amountRefunded } = input;
  const isFailed = status === 'failed';
  return {
    id,
    object: 'charge',
    amount,
    amount_captured: captured && !isFailed ? amount : 0,
    amount_refunded: amountRefunded,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: captured && status === 'succeeded' ? id.replace(/^[a-z]+/, 'txn') : null,
    billing_details: { address: null, email: null, name: null, phone: null, tax_id: null },
    calculated_statement_descriptor: null,
    captured,
    created: input.created,
    currency: input.currency,
    customer: null,
    description: null,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: isFailed ? 'card_declined' : null,
    failure_message: isFailed ? 'Your card was declined.' : null,
    fraud_details: {},
    livemode: false,
    metadata: input.metadata,
    on_behalf_of: null,
    outcome: null,
    paid: status === 'succeeded',
    payment_intent: input.paymentIntentId ?? null,
    payment_method: id.replace(/^[a-z]+/, 'pm'),
    payment_method_details: id.startsWith('py') ? null : cardDetails(input.created, captured),
    receipt_email: null,
    receipt_number: null,
    receipt_url: null,
    refunded: amountRefunded === amount,
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status,
    transfer_data: null,
    transfer_group: input.transferGroup,
  };
}

/** The PaymentIntent whose latest charge this is, in the state that follows from the charge's. */
export function newPaymentIntent(id: string, charge: Stripe.Charge): Stripe.PaymentIntent {
  const status = intentStatus(charge);
  return {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: null,
    amount: charge.amount,
    amount_capturable: status === 'requires_capture' ? charge.amount : 0,
    amount_received: charge.amount_captured,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: null,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: status === 'requires_capture' ? 'manual' : 'automatic',
    client_secret: `${id}_secret_simulated`,
    confirmation_method: 'automatic',
    created: charge.created,
    currency: charge.currency,
    customer: null,
    customer_account: null,
    description: null,
    excluded_payment_method_types: null,
    last_payment_error: null,
    latest_charge: charge.id,
    livemode: false,
    managed_payments: null,
    metadata: charge.metadata,
    next_action: null,
    on_behalf_of: null,
    payment_method: charge.payment_method,
    payment_method_configuration_details: null,
    payment_method_options: null,
    payment_method_types: ['card'],
    payment_record: null,
    processing: null,
    receipt_email: null,
    review: null,
    setup_future_usage: null,
    shipping: null,
    source: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status,
    transfer_data: null,
    transfer_group: charge.transfer_group,
  };
}

function intentStatus({ status, captured }: Stripe.Charge): Stripe.PaymentIntent.Status {
  if (status === 'failed') return 'requires_payment_method';
  if (status === 'pending') return 'processing';
  return captured ? 'succeeded' : 'requires_capture';
}
