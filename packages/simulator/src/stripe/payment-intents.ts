import type { Stripe } from 'stripe';
import { z } from 'zod';
import { amountParameter } from './amounts.ts';
import { cancelIntent } from './cancel-intent.ts';
import { capture } from './capture.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';
import { anyEndpoint, oneOf, text } from './parameters.ts';
import { noSuchObject, Refusal } from './refusal.ts';
import { releaseAuthorization } from './release-authorization.ts';
import type { ChargeRecord, StripeState } from './state.ts';

const expandable = ['latest_charge'];

/** PaymentIntents (docs.stripe.com/api/payment_intents): retrieve, capture, cancel. */
export const paymentIntentEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/v1/payment_intents/:id',
    permission: 'rak_payment_intent_read',
    parameters: z.strictObject({ ...anyEndpoint, client_secret: text.optional() }),
    expandable,
    run: (state, { id, account }) => demandIntent(state, account, id),
  }),
  defineEndpoint({
    method: 'POST',
    path: '/v1/payment_intents/:id/capture',
    permission: 'rak_payment_intent_write',
    parameters: z.strictObject({ ...anyEndpoint, amount_to_capture: amountParameter.optional() }),
    expandable,
    run(state, { id, account, parameters }) {
      const intent = demandIntent(state, account, id);
      const charge = demandCapturable(state, intent);
      capture(state, charge, parameters.amount_to_capture ?? intent.amount_capturable, 'amount_to_capture');
      return intent;
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/v1/payment_intents/:id/cancel',
    permission: 'rak_payment_intent_write',
    parameters: z.strictObject({
      ...anyEndpoint,
      cancellation_reason: oneOf(['abandoned', 'duplicate', 'fraudulent', 'requested_by_customer']).optional(),
    }),
    expandable,
    run(state, { id, account, parameters }) {
      const intent = demandIntent(state, account, id);
      demandCancelable(intent);
      const charge = intent.status === 'requires_capture' ? chargeOf(state, intent) : undefined;
      cancelIntent(state, id, parameters.cancellation_reason);
      if (charge !== undefined) releaseAuthorization(state, charge, { amount: charge.object.amount });
      return intent;
    },
  }),
];

function demandIntent({ paymentIntents }: StripeState, account: string, id: string): Stripe.PaymentIntent {
  const record = paymentIntents.get(id);
  if (record?.owner !== account) throw noSuchObject('payment_intent', id, 'intent');
  return record.object;
}

function demandCapturable(state: StripeState, intent: Stripe.PaymentIntent): ChargeRecord {
  const charge = intent.status === 'requires_capture' ? chargeOf(state, intent) : undefined;
  if (charge !== undefined) return charge;
  const reason =
    intent.status === 'succeeded'
      ? 'it has already been captured.'
      : `it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be captured: requires_capture.`;
  throw unexpectedState(`This PaymentIntent could not be captured because ${reason}`);
}

/** Stripe cancels one that is `processing` in rare cases only; here never. */
function demandCancelable({ status }: Stripe.PaymentIntent): void {
  const cancelable = ['requires_payment_method', 'requires_capture', 'requires_confirmation', 'requires_action'];
  if (cancelable.includes(status)) return;
  throw unexpectedState(
    `You cannot cancel this PaymentIntent because it has a status of ${status}. Only a PaymentIntent with one of the following statuses may be canceled: ${cancelable.join(', ')}.`,
  );
}

function unexpectedState(message: string): Refusal {
  return new Refusal(400, message, { code: 'payment_intent_unexpected_state' });
}

function chargeOf({ charges }: StripeState, { latest_charge: id }: Stripe.PaymentIntent): ChargeRecord | undefined {
  return typeof id === 'string' ? charges.get(id) : undefined;
}
