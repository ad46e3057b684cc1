import type { Database } from '@connector/database';
import { findTransferRecord, listTransfers, type TransferRecord } from '@connector/workflows';
import type { Router } from 'express';
import { z } from 'zod';
import { mappingPath, minorUnits, pathOfMapping, time } from '../document/answers.ts';
import { everywhere, ids, paging, words } from '../listing/filters.ts';
import { recordPaths, recordRoutes } from './record-routes.ts';

const types = [
  'TRANSFER_PRODUCT_ORDER',
  'TRANSFER_SERVICE_ORDER',
  'TRANSFER_REFUND',
  'TRANSFER_SUBSCRIPTION',
  'TRANSFER_EXTRA_CREDITS',
  'TRANSFER_EXTRA_INVOICES',
] as const;

const statuses = [
  'TRANSFER_PENDING',
  'TRANSFER_CREATED',
  'TRANSFER_ON_HOLD',
  'TRANSFER_FAILED',
  'TRANSFER_ABORTED',
  'TRANSFER_IGNORED',
] as const;

const transfer = z
  .object({
    id: z.int(),
    miraklId: z
      .string()
      .meta({ description: 'The order (of a tax share with `_TAX`), refund or invoice it is about.' }),
    type: z.string().meta({ description: `One of ${types.join(', ')}.` }),
    accountMapping: mappingPath,
    transferId: z.string().nullable().meta({ description: 'On Stripe: `tr_…`.' }),
    transactionId: z.string().nullable().meta({ description: 'The payment it takes its money from.' }),
    amount: minorUnits().nullable(),
    status: z.string().meta({ description: `One of ${statuses.join(', ')}.` }),
    statusReason: z.string().nullable(),
    currency: z.string().nullable().meta({ description: 'ISO 4217, in lower case.' }),
    miraklCreatedDate: time('When Mirakl created what it is about.').nullable(),
    creationDatetime: time('When it was recorded.'),
    modificationDatetime: time('When it was last changed.'),
  })
  .meta({ id: 'Transfer' });

const kind = {
  name: 'transfers' as const,
  query: z.strictObject({
    miraklId: ids('Mirakl ids.'),
    status: words(statuses, 'States.'),
    type: words(types, 'Types.'),
    ...everywhere,
    ...paging,
  }),
  answer: transfer,
  list: listTransfers,
  find: findTransferRecord,
  show: (record: TransferRecord): z.output<typeof transfer> => ({
    id: record.id,
    miraklId: record.miraklId,
    type: record.type,
    accountMapping: pathOfMapping(record.mappingId),
    transferId: record.transferId,
    transactionId: record.transactionId,
    amount: record.amount,
    status: record.status,
    statusReason: record.statusReason,
    currency: record.currency,
    miraklCreatedDate: record.miraklCreatedAt?.toISOString() ?? null,
    creationDatetime: record.createdAt.toISOString(),
    modificationDatetime: record.modifiedAt.toISOString(),
  }),
};

/** Transfers of the ledger: `GET /api/transfers` and `/api/transfers/{id}`. */
export function transferRoutes(deps: { readonly db: Database }): Router {
  return recordRoutes(kind, deps);
}

export const transferPaths = recordPaths(kind);
