import { z } from 'zod';
import { amountParameter } from './amounts.ts';
import { createReversal } from './create-reversal.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';
import { listPage, pageParameters } from './list-page.ts';
import { anyEndpoint, metadata, text } from './parameters.ts';
import { noSuchObject } from './refusal.ts';
import type { StripeState, TransferRecord } from './state.ts';

const path = '/v1/transfers/:id/reversals';
const expandable = ['transfer'];

/** The reversals of a transfer (docs.stripe.com/api/transfer_reversals): create, list. */
export const reversalEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: 'POST',
    path,
    permission: 'rak_transfer_write',
    parameters: z.strictObject({
      ...anyEndpoint,
      amount: amountParameter.optional(),
      description: text.optional(),
      metadata: metadata.optional(),
    }),
    expandable,
    run: (state, { id, account, parameters }) => createReversal(state, demandTransfer(state, account, id), parameters),
  }),
  defineEndpoint({
    method: 'GET',
    path,
    permission: 'rak_transfer_read',
    parameters: z.strictObject(pageParameters),
    expandable,
    run(state, { id, account, parameters: page }) {
      const { object: transfer } = demandTransfer(state, account, id);
      const url = `/v1/transfers/${transfer.id}/reversals`;
      return listPage(state.reversals, state.reversals.filed(transfer.id), { url, kind: 'transfer_reversal', page });
    },
  }),
];

function demandTransfer({ transfers }: StripeState, account: string, id: string): TransferRecord {
  const record = transfers.get(id);
  if (record?.owner !== account) throw noSuchObject('transfer', id);
  return record;
}
