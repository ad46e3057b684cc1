import { z } from 'zod';
import { amountParameter, multipleOf } from './amounts.ts';
import { createTransfer } from './create-transfer.ts';
import { amountStep, currencyCode } from './currencies.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';
import { createdFilter, listPage, pageParameters } from './list-page.ts';
import { anyEndpoint, metadata, oneOf, text } from './parameters.ts';
import { noSuchObject } from './refusal.ts';

const expandable = ['destination', 'source_transaction'];

const createParameters = z
  .strictObject({
    ...anyEndpoint,
    amount: amountParameter,
    currency: currencyCode,
    destination: text,
    source_transaction: text.optional(),
    source_type: oneOf(['bank_account', 'card', 'fpx']).optional(),
    transfer_group: text.optional(),
    description: text.optional(),
    metadata: metadata.optional(),
  })
  .superRefine(multipleOf(amountStep));

/** Transfers (docs.stripe.com/api/transfers): create, retrieve, list. */
export const transferEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: 'POST',
    path: '/v1/transfers',
    permission: 'rak_transfer_write',
    parameters: createParameters,
    expandable,
    run: (state, { parameters, account }) => createTransfer(state, { ...parameters, from: account }),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/v1/transfers/:id',
    permission: 'rak_transfer_read',
    parameters: z.strictObject(anyEndpoint),
    expandable,
    run({ transfers }, { id, account }) {
      const record = transfers.get(id);
      if (record?.owner !== account) throw noSuchObject('transfer', id);
      return record.object;
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/v1/transfers',
    permission: 'rak_transfer_read',
    parameters: z.strictObject({
      ...pageParameters,
      created: createdFilter,
      destination: text.optional(),
      transfer_group: text.optional(),
    }),
    expandable,
    run({ transfers }, { account, parameters: { created, destination, transfer_group: group, ...page } }) {
      const list = { url: '/v1/transfers', kind: 'transfer', page, created };
      if (group === undefined) {
        const label = destination === undefined ? account : `${account} destination ${destination}`;
        return listPage(transfers, transfers.filed(label), list);
      }
      const ofGroup = transfers.filed(`${account} group ${group}`);
      const isWanted = ({ object }: (typeof ofGroup)[number]) => object.destination === destination;
      return listPage(transfers, destination === undefined ? ofGroup : ofGroup.filter(isWanted), list);
    },
  }),
];
