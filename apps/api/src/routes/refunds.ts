import type { Database } from '@connector/database';
import { findRefundRecord, listRefunds, type RefundRecord } from '@connector/workflows';
import type { Router } from 'express';
import { z } from 'zod';
import { minorUnits, time } from '../document/answers.ts';
import { everywhere, paging, words } from '../listing/filters.ts';
import { recordPaths, recordRoutes } from './record-routes.ts';

const types = ['REFUND_PRODUCT_ORDER', 'REFUND_SERVICE_ORDER'] as const;
const statuses = ['REFUND_PENDING', 'REFUND_CREATED', 'REFUND_ON_HOLD', 'REFUND_FAILED', 'REFUND_ABORTED'] as const;

const refund = z
  .object({
    id: z.int(),
    type: z.string().meta({ description: `One of ${types.join(', ')}.` }),
    amount: minorUnits(),
    currency: z.string().meta({ description: 'ISO 4217, in lower case.' }),
    miraklRefundId: z.string(),
    miraklCommercialOrderId: z.string().nullable(),
    miraklOrderId: z.string(),
    miraklOrderLineId: z.string().nullable(),
    transactionId: z.string().nullable().meta({ description: 'The payment that is paid back.' }),
    stripeRefundId: z.string().nullable().meta({ description: 'On Stripe: `re_…`.' }),
    status: z.string().meta({ description: `One of ${statuses.join(', ')}.` }),
    statusReason: z.string().nullable(),
    miraklValidationTime: time('When it was confirmed to Mirakl.').nullable(),
    creationDatetime: time('When it was recorded.'),
    modificationDatetime: time('When it was last changed.'),
  })
  .meta({ id: 'Refund' });

const kind = {
  name: 'refunds' as const,
  query: z.strictObject({
    status: words(statuses, 'States.'),
    type: words(types, 'Types.'),
    ...everywhere,
    ...paging,
  }),
  answer: refund,
  list: listRefunds,
  find: findRefundRecord,
  show: (record: RefundRecord): z.output<typeof refund> => ({
    id: record.id,
    type: record.type,
    amount: record.amount,
    currency: record.currency,
    miraklRefundId: record.miraklRefundId,
    miraklCommercialOrderId: record.miraklCommercialOrderId,
    miraklOrderId: record.miraklOrderId,
    miraklOrderLineId: record.miraklOrderLineId,
    transactionId: record.transactionId,
    stripeRefundId: record.stripeRefundId,
    status: record.status,
    statusReason: record.statusReason,
    miraklValidationTime: record.miraklValidatedAt?.toISOString() ?? null,
    creationDatetime: record.createdAt.toISOString(),
    modificationDatetime: record.modifiedAt.toISOString(),
  }),
};

/** Refunds of the ledger: `GET /api/refunds` and `/api/refunds/{id}`. */
export function refundRoutes(deps: { readonly db: Database }): Router {
  return recordRoutes(kind, deps);
}

export const refundPaths = recordPaths(kind);
