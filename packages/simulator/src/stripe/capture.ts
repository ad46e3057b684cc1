import type { Stripe } from 'stripe';
import { demandExpressible } from './amounts.ts';
import { publish } from './events.ts';
import { newId } from './new-id.ts';
import { Refusal } from './refusal.ts';
import { releaseAuthorization } from './release-authorization.ts';
import type { ChargeRecord, StripeState } from './state.ts';

/**
 * Takes this much of what was authorised, in minor units, and lets go of the rest: the charge keeps its amount, and the
 * rest counts as refunded (docs.stripe.com/payments/place-a-hold-on-a-payment-method). `param` is what the request calls the
 * amount. Throws the refusals of Stripe.
 */
export function capture(state: StripeState, record: ChargeRecord, amount: number, param: string): void {
  const { owner, funds, object: charge } = record;
  demandCapturable(charge, amount, param);
  charge.captured = true;
  charge.amount_captured = amount;
  charge.balance_transaction = newId('txn');
  state.balances.add(owner, charge.currency, funds, amount);
  if (amount < charge.amount) releaseAuthorization(state, record, { amount: charge.amount - amount });
  succeedIntent(state, charge);
  publish(state, 'charge.captured', charge, owner);
}

function demandCapturable({ amount: authorized, currency }: Stripe.Charge, amount: number, param: string): void {
  if (amount > authorized) {
    throw new Refusal(
      400,
      'The payment could not be captured because the requested capture amount is greater than the amount you can capture for this charge.',
      { code: 'amount_too_large', param },
    );
  }
  demandExpressible(amount, currency, param);
}

function succeedIntent({ paymentIntents }: StripeState, charge: Stripe.Charge): void {
  const { payment_intent: id } = charge;
  const intent = typeof id === 'string' ? paymentIntents.get(id)?.object : undefined;
  if (intent === undefined) return;
  intent.status = 'succeeded';
  intent.amount_capturable = 0;
  intent.amount_received = charge.amount_captured;
}
