import { z } from 'zod';
import { commercialIdOf } from './commercial-id.ts';
import { currency, decimal, word } from './fields.ts';
import type { MiraklClient } from './mirakl-client.ts';
import { type Page, seekPages } from './page.ts';
import { unlessSettled } from './unless-settled.ts';

/** A refund of a service order that has not been paid back yet; `amount` is what the buyer gets back. */
export type ServicePendingRefund = z.output<typeof pendingRefund>;

const pendingRefund = z
  .object({
    id: z.string().min(1),
    order_id: z.string().min(1),
    amount: decimal,
    currency_code: currency('currency_code'),
    // Not known to be there: what is listed waits, unless it says something else.
    state: word(['WAITING'], 'state').nullish(),
  })
  .transform((raw) => ({
    refundId: raw.id,
    orderId: raw.order_id,
    commercialId: commercialIdOf(raw.order_id),
    amount: raw.amount,
    currency: raw.currency_code,
    state: raw.state ?? ('WAITING' as const),
  }));

/**
 * The refunds of service orders that have not been paid back yet (SPA12), all of them. One whose state says that it is
 * settled is left out; one whose state we do not know comes with it. One that cannot be read is named by its own id.
 */
export function listServicePendingRefunds(mirakl: MiraklClient): AsyncIterable<Page<ServicePendingRefund>> {
  return seekPages(mirakl, {
    operation: 'SPA12',
    path: '/api/mms/refunds',
    query: new URLSearchParams(),
    itemsField: 'data',
    objectsOf: unlessSettled,
    idField: 'id',
    item: pendingRefund,
  });
}
