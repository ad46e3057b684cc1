import { z } from 'zod';
import { amountParameter } from './amounts.ts';
import { createRefund } from './create-refund.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';
import { createdFilter, listPage, pageParameters } from './list-page.ts';
import { anyEndpoint, metadata, oneOf, text } from './parameters.ts';
import { noSuchObject } from './refusal.ts';

const expandable = ['charge', 'payment_intent'];

/**
 * Refunds (docs.stripe.com/api/refunds): create, retrieve, list. Restricted keys have one permission for charges and
 * refunds.
 */
export const refundEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: 'POST',
    path: '/v1/refunds',
    permission: 'rak_charge_write',
    parameters: z.strictObject({
      ...anyEndpoint,
      charge: text,
      amount: amountParameter.optional(),
      reason: oneOf(['duplicate', 'fraudulent', 'requested_by_customer']).optional(),
      metadata: metadata.optional(),
    }),
    expandable,
    run: (state, { parameters, account }) => createRefund(state, { ...parameters, account }),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/v1/refunds/:id',
    permission: 'rak_charge_read',
    parameters: z.strictObject(anyEndpoint),
    expandable,
    run({ refunds }, { id, account }) {
      const record = refunds.get(id);
      if (record?.owner !== account) throw noSuchObject('refund', id);
      return record.object;
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/v1/refunds',
    permission: 'rak_charge_read',
    parameters: z.strictObject({ ...pageParameters, created: createdFilter, charge: text.optional() }),
    expandable,
    run({ refunds }, { account, parameters: { created, charge, ...page } }) {
      const label = charge === undefined ? account : `${account} charge ${charge}`;
      return listPage(refunds, refunds.filed(label), { url: '/v1/refunds', kind: 'refund', page, created });
    },
  }),
];
