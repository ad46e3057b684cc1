import { z } from 'zod';
import { idChunks, inOneListing } from './chunks.ts';
import { decimal, optionalText } from './fields.ts';
import type { MiraklClient } from './mirakl-client.ts';
import { type Page, seekPages } from './page.ts';

/** The debit of a service order; `state` is `OK` when the buyer has paid. */
export type ServiceDebit = z.output<typeof debit>;

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

/** The debits of these service orders (SPA11), 100 orders a call. An order can have several debits, or none. */
export function listServiceDebits(
  mirakl: MiraklClient,
  filter: { readonly orderIds: readonly string[] },
): AsyncIterable<Page<ServiceDebit>> {
  return inOneListing(
    idChunks(filter.orderIds).map((ids) =>
      seekPages(mirakl, {
        operation: 'SPA11',
        path: '/api/mms/debits',
        query: new URLSearchParams(ids.map((id): [string, string] => ['order_id', id])),
        itemsField: 'data',
        item: debit,
      }),
    ),
  );
}
