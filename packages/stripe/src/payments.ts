import { type Money, moneyFromMinor } from '@connector/kernel';
import type { WithRequestId } from './call-stripe.ts';
import { type Charge, retrieveCharge } from './charges.ts';
import { type PaymentIntent, retrievePaymentIntent } from './payment-intents.ts';
import { StripeCallError } from './stripe-call-error.ts';
import type { StripeClient } from './stripe-client.ts';

/** The buyer's payment, be it known by its PaymentIntent or by its charge. */
export type Payment = {
  /** The id that was asked for. */
  readonly id: string;
  readonly status: 'succeeded' | 'pending' | 'failed' | 'canceled' | { readonly unknown: string };
  /** The status as Stripe says it, such as `requires_capture`; `succeeded (not captured)` for a charge that still is to be. */
  readonly statusText: string;
  readonly chargeId: string | undefined;
  /** Undefined for a charge that was made without one. */
  readonly paymentIntentId: string | undefined;
  readonly captured: boolean;
  readonly fullyRefunded: boolean;
  readonly amount: Money;
  readonly amountRefunded: Money;
  readonly metadata: Readonly<Record<string, string>>;
};

/**
 * The payment with this id: a PaymentIntent (`pi_…`) or a charge (`ch_…`, `py_…`). `stripe_not_found` if Stripe does not
 * know it, or if it cannot be the id of a payment.
 */
export async function retrievePayment(stripe: StripeClient, id: string): Promise<WithRequestId<Payment>> {
  switch (/^(pi|ch|py)_\w+$/.exec(id)?.[1]) {
    case 'pi': {
      const { requestId, ...intent } = await retrievePaymentIntent(stripe, id);
      return { ...paymentOfIntent(intent), requestId };
    }
    case 'ch':
    case 'py': {
      const { requestId, ...charge } = await retrieveCharge(stripe, id);
      return { ...paymentOfCharge(charge), requestId };
    }
    default:
      throw new StripeCallError(`No such payment: '${id}'`, { kind: 'not-found', endpoint: 'GET /v1/charges/:id' });
  }
}

/** What a charge says about the payment. */
export function paymentOfCharge(charge: Charge): Payment {
  const word = typeof charge.status === 'string' ? charge.status : charge.status.unknown;
  return {
    id: charge.id,
    status: charge.status,
    statusText: word === 'succeeded' && !charge.captured ? 'succeeded (not captured)' : word,
    chargeId: charge.id,
    paymentIntentId: charge.paymentIntentId,
    captured: charge.captured,
    fullyRefunded: charge.fullyRefunded,
    amount: charge.amount,
    amountRefunded: charge.amountRefunded,
    metadata: charge.metadata,
  };
}

/** What a PaymentIntent and its latest charge say about the payment. */
export function paymentOfIntent(intent: PaymentIntent): Payment {
  const charge = intent.latestCharge;
  return {
    id: intent.id,
    status: statusOf(intent.status),
    statusText: intent.status,
    chargeId: charge?.id,
    paymentIntentId: intent.id,
    captured: charge?.captured ?? false,
    fullyRefunded: charge?.fullyRefunded ?? false,
    amount: intent.amount,
    amountRefunded: charge?.amountRefunded ?? moneyFromMinor(0, intent.amount.currency),
    metadata: intent.metadata,
  };
}

/** A PaymentIntent never fails for good: after a failed try it waits for another payment method. */
function statusOf(status: string): Payment['status'] {
  switch (status) {
    case 'succeeded':
    case 'canceled':
      return status;
    case 'processing':
    case 'requires_action':
    case 'requires_capture':
    case 'requires_confirmation':
    case 'requires_payment_method':
      return 'pending';
    default:
      return { unknown: status };
  }
}
