import type { Stripe } from 'stripe';
import { z } from 'zod';
import { amountParameter } from './amounts.ts';
import { capture } from './capture.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';
import { anyEndpoint } from './parameters.ts';
import { noSuchObject, Refusal } from './refusal.ts';
import type { ChargeRecord, StripeState } from './state.ts';

const expandable = ['payment_intent'];

/** Charges (docs.stripe.com/api/charges): retrieve, capture. */
export const chargeEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/v1/charges/:id',
    permission: 'rak_charge_read',
    parameters: z.strictObject(anyEndpoint),
    expandable,
    run: (state, { id, account }) => demandCharge(state, account, id).object,
  }),
  defineEndpoint({
    method: 'POST',
    path: '/v1/charges/:id/capture',
    permission: 'rak_charge_write',
    parameters: z.strictObject({ ...anyEndpoint, amount: amountParameter.optional() }),
    expandable,
    run(state, { id, account, parameters }) {
      const record = demandCharge(state, account, id);
      demandUncaptured(record);
      capture(state, record, parameters.amount ?? record.object.amount, 'amount');
      return record.object;
    },
  }),
];

/** The account's charge with this id (`ch_…` or `py_…`); undefined if it has none. */
export function findCharge({ charges }: StripeState, account: string, id: string): ChargeRecord | undefined {
  const record = charges.get(id);
  return record?.owner === account ? record : undefined;
}

function demandCharge(state: StripeState, account: string, id: string): ChargeRecord {
  const record = findCharge(state, account, id);
  if (record === undefined) throw noSuchObject('charge', id);
  return record;
}

function demandUncaptured({ object: charge, expired }: ChargeRecord): void {
  const refusal = captureRefusal(charge, expired);
  if (refusal !== undefined) throw new Refusal(400, refusal.message, { code: refusal.code });
}

function captureRefusal({ id, status, captured, refunded, payment_intent: intent }: Stripe.Charge, expired: boolean) {
  if (typeof intent === 'string') {
    const message = `Charge ${id} was created by a PaymentIntent. Capture it with /v1/payment_intents/${intent}/capture.`;
    return { code: 'charge_invalid_parameter', message };
  }
  if (status !== 'succeeded') {
    return { code: 'capture_unauthorized_payment', message: `Charge ${id} is ${status} and cannot be captured.` };
  }
  if (captured) return { code: 'charge_already_captured', message: `Charge ${id} has already been captured.` };
  if (expired) {
    const message =
      `${id} cannot be captured because the charge has expired (a charge must be captured within 7 days). ` +
      'You will need to create a new charge to retry the payment.';
    return { code: 'charge_expired_for_capture', message };
  }
  if (!refunded) return undefined;
  return { code: 'charge_already_refunded', message: `Charge ${id} has already been refunded.` };
}
