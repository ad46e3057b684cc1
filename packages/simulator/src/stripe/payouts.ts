import { z } from 'zod';
import { findAccount } from './accounts.ts';
import { amountParameter, multipleOf } from './amounts.ts';
import { createPayout } from './create-payout.ts';
import { currencyCode, payoutStep } from './currencies.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';
import { createdFilter, listPage, pageParameters } from './list-page.ts';
import { anyEndpoint, metadata, oneOf, text } from './parameters.ts';
import { noSuchObject } from './refusal.ts';

const createParameters = z
  .strictObject({
    ...anyEndpoint,
    amount: amountParameter,
    currency: currencyCode,
    description: text.optional(),
    metadata: metadata.optional(),
  })
  .superRefine(multipleOf(payoutStep));

/** Payouts (docs.stripe.com/api/payouts), mostly of connected accounts: create, retrieve, list. */
export const payoutEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: 'POST',
    path: '/v1/payouts',
    permission: 'rak_payout_write',
    parameters: createParameters,
    run: (state, { account, apiKey, parameters }) =>
      createPayout(state, findAccount(state, account, apiKey), parameters),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/v1/payouts/:id',
    permission: 'rak_payout_read',
    parameters: z.strictObject(anyEndpoint),
    run({ payouts }, { id, account }) {
      const record = payouts.get(id);
      if (record?.owner !== account) throw noSuchObject('payout', id);
      return record.object;
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/v1/payouts',
    permission: 'rak_payout_read',
    parameters: z.strictObject({
      ...pageParameters,
      created: createdFilter,
      status: oneOf(['pending', 'in_transit', 'paid', 'failed', 'canceled']).optional(),
    }),
    run({ payouts }, { account, parameters: { created, status, ...page } }) {
      const own = payouts.filed(account);
      const wanted = status === undefined ? own : own.filter(({ object }) => object.status === status);
      return listPage(payouts, wanted, { url: '/v1/payouts', kind: 'payout', page, created });
    },
  }),
];
