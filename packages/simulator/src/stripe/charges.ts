import { z } from 'zod';
import { defineEndpoint, type Endpoint } from './endpoint.ts';
import { anyEndpoint } from './parameters.ts';
import { noSuchObject } from './refusal.ts';
import type { ChargeRecord, StripeState } from './state.ts';

/** Charges (docs.stripe.com/api/charges): retrieve. */
export const chargeEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/v1/charges/:id',
    permission: 'rak_charge_read',
    parameters: z.strictObject(anyEndpoint),
    expandable: ['payment_intent'],
    run(state, { id, account }) {
      const record = findCharge(state, account, id);
      if (record === undefined) throw noSuchObject('charge', id);
      return record.object;
    },
  }),
];

/** The account's charge with this id (`ch_…` or `py_…`); undefined if it has none. */
export function findCharge({ charges }: StripeState, account: string, id: string): ChargeRecord | undefined {
  const record = charges.get(id);
  return record?.owner === account ? record : undefined;
}
