import { z } from 'zod';
import { defineEndpoint, type Endpoint } from './endpoint.ts';
import { anyEndpoint, text } from './parameters.ts';
import { noSuchObject } from './refusal.ts';

/** PaymentIntents (docs.stripe.com/api/payment_intents): retrieve. */
export const paymentIntentEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/v1/payment_intents/:id',
    permission: 'rak_payment_intent_read',
    parameters: z.strictObject({ ...anyEndpoint, client_secret: text.optional() }),
    expandable: ['latest_charge'],
    run({ paymentIntents }, { id, account }) {
      const record = paymentIntents.get(id);
      if (record?.owner !== account) throw noSuchObject('payment_intent', id, 'intent');
      return record.object;
    },
  }),
];
