import type { Database } from '@connector/database';
import { findPayoutRecord, listPayouts, type PayoutRecord } from '@connector/workflows';
import type { Router } from 'express';
import { z } from 'zod';
import { mappingPath, minorUnits, pathOfMapping, time } from '../document/answers.ts';
import { everywhere, paging, words } from '../listing/filters.ts';
import { recordPaths, recordRoutes } from './record-routes.ts';

const statuses = ['PAYOUT_PENDING', 'PAYOUT_CREATED', 'PAYOUT_ON_HOLD', 'PAYOUT_FAILED', 'PAYOUT_ABORTED'] as const;

const payout = z
  .object({
    id: z.int(),
    accountMapping: mappingPath,
    amount: minorUnits().nullable(),
    currency: z.string().nullable().meta({ description: 'ISO 4217, in lower case.' }),
    miraklInvoiceId: z.int(),
    payoutId: z.string().nullable().meta({ description: 'On Stripe: `po_…`.' }),
    status: z.string().meta({ description: `One of ${statuses.join(', ')}.` }),
    statusReason: z.string().nullable(),
    miraklCreatedDate: time('When Mirakl created the invoice.'),
    creationDatetime: time('When it was recorded.'),
    modificationDatetime: time('When it was last changed.'),
  })
  .meta({ id: 'Payout' });

const kind = {
  name: 'payouts' as const,
  query: z.strictObject({ status: words(statuses, 'States.'), ...everywhere, ...paging }),
  answer: payout,
  list: listPayouts,
  find: findPayoutRecord,
  show: (record: PayoutRecord): z.output<typeof payout> => ({
    id: record.id,
    accountMapping: pathOfMapping(record.mappingId),
    amount: record.amount,
    currency: record.currency,
    miraklInvoiceId: record.miraklInvoiceId,
    payoutId: record.payoutId,
    status: record.status,
    statusReason: record.statusReason,
    miraklCreatedDate: record.miraklCreatedAt.toISOString(),
    creationDatetime: record.createdAt.toISOString(),
    modificationDatetime: record.modifiedAt.toISOString(),
  }),
};

/** Payouts of the ledger: `GET /api/payouts` and `/api/payouts/{id}`. */
export function payoutRoutes(deps: { readonly db: Database }): Router {
  return recordRoutes(kind, deps);
}

export const payoutPaths = recordPaths(kind);
