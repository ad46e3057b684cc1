import { z } from 'zod';
import { idChunks, inOneListing } from './chunks.ts';
import { currency, decimal, flag, integer, list, optionalText, paymentWorkflow, taxMode, word } from './fields.ts';
import type { MiraklClient } from './mirakl-client.ts';
import { filterDate } from './mirakl-date.ts';
import { offsetPages, type Page } from './page.ts';
import { productOrderLine, productOrderStates } from './product-order-line.ts';

/** The states of a product order and of its lines. */
export type ProductOrderState = (typeof productOrderStates)[number];
/** One seller's part of what a buyer ordered. */
export type ProductOrder = z.output<typeof order>;
export type ProductOrderLine = ProductOrder['lines'][number];

const order = z
  .object({
    order_id: z.string().min(1),
    commercial_id: z.string().min(1),
    shop_id: integer,
    created_date: z.string(),
    order_state: word(productOrderStates, 'order_state'),
    order_tax_mode: taxMode,
    currency_iso_code: currency('currency_iso_code'),
    customer: z.object({ customer_id: optionalText }).nullish(),
    customer_debited_date: optionalText,
    payment_workflow: paymentWorkflow,
    transaction_number: optionalText,
    pay_out_psp_code: optionalText,
    customer_directly_pays_seller: flag,
    total_price: decimal,
    total_commission: decimal,
    order_lines: list(productOrderLine),
  })
  .transform((raw) => ({
    id: raw.order_id,
    commercialId: raw.commercial_id,
    shopId: raw.shop_id,
    /** As Mirakl wrote it. */
    createdAt: raw.created_date,
    state: raw.order_state,
    taxMode: raw.order_tax_mode,
    currency: raw.currency_iso_code,
    customerId: raw.customer?.customer_id,
    paymentWorkflow: raw.payment_workflow,
    customerDebited: raw.customer_debited_date !== undefined,
    transactionNumber: raw.transaction_number,
    payOutPsp: raw.pay_out_psp_code,
    buyerPaysSeller: raw.customer_directly_pays_seller,
    totalPrice: raw.total_price,
    totalCommission: raw.total_commission,
    lines: raw.order_lines,
  }));

/** Orders created at or after a date, these orders, or all orders of these commercial orders. */
export type ProductOrderFilter =
  | { readonly createdSince: string }
  | { readonly orderIds: readonly string[] }
  | { readonly commercialIds: readonly string[] };

/**
 * Product orders, oldest first; by ids, in portions of 100 (OR11). Takes the turn that Mirakl's call frequency allows, except
 * for no ids at all; throws `mirakl_too_soon` if it is not there yet.
 */
export async function* listProductOrders(
  mirakl: MiraklClient,
  filter: ProductOrderFilter,
): AsyncGenerator<Page<ProductOrder>> {
  const queries = queriesFor(filter);
  if (queries.length === 0) return;
  await mirakl.awaitTurn('OR11');
  yield* inOneListing(
    queries.map((query) =>
      offsetPages(mirakl, {
        operation: 'OR11',
        path: '/api/orders',
        query: new URLSearchParams({ sort: 'dateCreated', order: 'asc', ...query }),
        itemsField: 'orders',
        item: order,
      }),
    ),
  );
}

function queriesFor(filter: ProductOrderFilter): Record<string, string>[] {
  if ('createdSince' in filter) return [{ start_date: filterDate(filter.createdSince) }];
  if ('orderIds' in filter) return idChunks(filter.orderIds).map((ids) => ({ order_ids: ids.join(',') }));
  return idChunks(filter.commercialIds).map((ids) => ({ commercial_ids: ids.join(',') }));
}
