import { z } from 'zod';
import { idChunks, inOneListing } from './chunks.ts';
import { commercialIdOf } from './commercial-id.ts';
import { currency, decimal, optionalText, word } from './fields.ts';
import type { MiraklClient } from './mirakl-client.ts';
import { type Page, seekPages } from './page.ts';
import { unlessSettled } from './unless-settled.ts';

/** The debit of a service order; `state` is `OK` when the buyer has paid. */
export type ServiceDebit = z.output<typeof debit>;
/** A debit of a service order that waits for the buyer's money; `amount` is what he owes. */
export type ServicePendingDebit = z.output<typeof pendingDebit>;

const listing = { operation: 'SPA11', path: '/api/mms/debits', itemsField: 'data' } as const;

const debit = z
  .object({
    order_id: z.string().min(1),
    state: z.string(),
    transaction_number: optionalText,
    amount: decimal.nullish(),
    currency_code: optionalText,
  })
  .transform((raw) => ({
    orderId: raw.order_id,
    state: raw.state,
    transactionNumber: raw.transaction_number,
    amount: raw.amount ?? undefined,
    currency: raw.currency_code,
  }));

const pendingDebit = z
  .object({
    order_id: z.string().min(1),
    customer_id: z.string().min(1),
    amount: decimal,
    currency_code: currency('currency_code'),
    state: word(['WAITING'], 'state'),
  })
  .transform((raw) => ({
    orderId: raw.order_id,
    commercialId: commercialIdOf(raw.order_id),
    customerId: raw.customer_id,
    amount: raw.amount,
    currency: raw.currency_code,
    state: raw.state,
  }));

/** The debits of these service orders (SPA11), 100 orders a call. An order can have several debits, or none. */
export function listServiceDebits(
  mirakl: MiraklClient,
  filter: { readonly orderIds: readonly string[] },
): AsyncIterable<Page<ServiceDebit>> {
  return inOneListing(
    idChunks(filter.orderIds).map((ids) => {
      const query = new URLSearchParams(ids.map((id): [string, string] => ['order_id', id]));
      return seekPages(mirakl, { ...listing, query, item: debit });
    }),
  );
}

/**
 * The debits of service orders that wait for the buyer's money (SPA11), all of them. Mirakl may list the settled ones as
 * well: they are left out. One whose state we do not know comes with it.
 */
export function listServicePendingDebits(mirakl: MiraklClient): AsyncIterable<Page<ServicePendingDebit>> {
  return seekPages(mirakl, {
    ...listing,
    query: new URLSearchParams(),
    objectsOf: unlessSettled,
    item: pendingDebit,
  });
}
