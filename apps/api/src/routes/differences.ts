import type { Database } from '@connector/database';
import {
  type DifferenceKind,
  type DifferenceRecord,
  differenceKinds,
  explainDifference,
  findDifferenceRecord,
  listDifferences,
} from '@connector/workflows';
import type { Router } from 'express';
import { z } from 'zod';
import { minorUnits, time } from '../document/answers.ts';
import { everywhere, paging, words } from '../listing/filters.ts';
import { recordPaths, recordRoutes } from './record-routes.ts';

const statuses = ['open', 'accepted', 'resolved'] as const;

const difference = z
  .object({
    id: z.int(),
    kind: z.string().meta({ description: `One of ${differenceKinds.join(', ')}.` }),
    status: z.enum(statuses).meta({
      description: 'Accepted once a person has dealt with it, resolved once it is not found any more.',
    }),
    cause: z.string().meta({ description: 'How such a difference comes about as a rule.' }),
    advice: z.string().meta({ description: 'What to do about it.' }),
    movement: z.string().meta({ description: 'What differs: a transfer, reversal, fee, refund, payout or order.' }),
    stripeId: z.string().nullable(),
    otherStripeId: z
      .string()
      .nullable()
      .meta({ description: 'What the ledger knows for the same operation; of a reversal the transfer.' }),
    stripeAccountId: z.string().nullable(),
    miraklId: z.string().nullable().meta({ description: 'The order, refund or invoice it is about.' }),
    miraklOrderId: z.string().nullable(),
    miraklShopId: z.int().nullable(),
    operation: z
      .string()
      .nullable()
      .meta({ description: 'Path of the record: `/api/transfers/1`; null if the ledger has none.' }),
    ledgerAmount: minorUnits().nullable(),
    ledgerCurrency: z.string().nullable().meta({ description: 'ISO 4217.' }),
    actualAmount: minorUnits().nullable().meta({ description: 'What Stripe or Mirakl says.' }),
    actualCurrency: z.string().nullable().meta({ description: 'ISO 4217.' }),
    creationDatetime: time('When it was found first.'),
    modificationDatetime: time('When it was found last.'),
    resolutionDatetime: time('When it was not found any more.').nullable(),
    acceptanceDatetime: time('When a person said that he has dealt with it.').nullable(),
    note: z.string().nullable().meta({ description: 'How, in his words.' }),
  })
  .meta({ id: 'Difference' });

const kind = {
  name: 'reconciliation/differences' as const,
  query: z.strictObject({
    kind: words(differenceKinds, 'Kinds.'),
    status: words(statuses, 'States.'),
    ...everywhere,
    ...paging,
  }),
  answer: difference,
  list: listDifferences,
  find: findDifferenceRecord,
  show: (record: DifferenceRecord): z.output<typeof difference> => ({
    id: record.id,
    kind: record.kind,
    status: statusOf(record),
    ...explainDifference(record.kind as DifferenceKind),
    movement: record.movement,
    stripeId: record.stripeId,
    otherStripeId: record.otherStripeId,
    stripeAccountId: record.accountId,
    miraklId: record.miraklId,
    miraklOrderId: record.miraklOrderId,
    miraklShopId: record.miraklShopId,
    operation: record.operationId === null ? null : `/api/${record.operationKind}s/${record.operationId}`,
    ledgerAmount: record.ledgerAmount,
    ledgerCurrency: record.ledgerCurrency,
    actualAmount: record.actualAmount,
    actualCurrency: record.actualCurrency,
    creationDatetime: record.firstSeenAt.toISOString(),
    modificationDatetime: record.lastSeenAt.toISOString(),
    resolutionDatetime: record.resolvedAt?.toISOString() ?? null,
    acceptanceDatetime: record.acceptedAt?.toISOString() ?? null,
    note: record.note,
  }),
};

function statusOf({ resolvedAt, acceptedAt }: DifferenceRecord): (typeof statuses)[number] {
  if (resolvedAt !== null) return 'resolved';
  return acceptedAt === null ? 'open' : 'accepted';
}

/** What reconciliation has found: `GET /api/reconciliation/differences` and `/api/reconciliation/differences/{id}`. */
export function differenceRoutes(deps: { readonly db: Database }): Router {
  return recordRoutes(kind, deps);
}

export const differencePaths = recordPaths(kind);
