import { z } from 'zod';
import { currency, decimal, integer, optionalText, paymentWorkflow } from './fields.ts';
import type { MiraklClient } from './mirakl-client.ts';
import { offsetPages, type Page } from './page.ts';

/** A product order that waits for the buyer's money. `amount` is what the buyer owes for it, taxes included. */
export type PendingDebit = z.output<typeof pendingDebit>;

const pendingDebit = z
  .object({
    order_id: z.string().min(1),
    order_commercial_id: optionalText,
    commercial_id: optionalText,
    customer_id: optionalText,
    customer: z.object({ customer_id: optionalText }).nullish(),
    shop_id: integer.nullish(),
    amount: decimal,
    currency_iso_code: currency('currency_iso_code'),
    payment_workflow: paymentWorkflow,
  })
  .transform((raw, context) => {
    // The answer is not published; in some, orders look as in OR11.
    const commercialId = raw.order_commercial_id ?? raw.commercial_id;
    const customerId = raw.customer_id ?? raw.customer?.customer_id;
    if (commercialId === undefined) context.addIssue({ code: 'custom', path: ['order_commercial_id'] });
    if (customerId === undefined) context.addIssue({ code: 'custom', path: ['customer_id'] });
    if (commercialId === undefined || customerId === undefined) return z.NEVER;
    return {
      orderId: raw.order_id,
      commercialId,
      customerId,
      shopId: raw.shop_id ?? undefined,
      amount: raw.amount,
      currency: raw.currency_iso_code,
      paymentWorkflow: raw.payment_workflow,
    };
  });

/** The product orders that wait for the buyer's money (PA11), all of them. Their order is not known. */
export function listPendingDebits(mirakl: MiraklClient): AsyncIterable<Page<PendingDebit>> {
  return offsetPages(mirakl, {
    operation: 'PA11',
    path: '/api/payment/debit',
    query: new URLSearchParams(),
    itemsField: 'orders',
    wrapper: 'order',
    item: pendingDebit,
  });
}
