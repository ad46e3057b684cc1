import { z } from 'zod';
import { currency, decimal, integer, optionalText, paymentWorkflow } from './fields.ts';
import type { MiraklClient } from './mirakl-client.ts';
import { offsetPages, type Page } from './page.ts';
import { unwrapList } from './unwrap-list.ts';

/** A refund of a line of a product order that has not been paid back yet. `amount` is what the buyer gets back. */
export type PendingRefund = z.output<typeof pendingRefund>;

/** Each part is read from its own object: a refund without an amount must not get that of its order. */
const pendingRefund = z
  .object({
    order: z.object({
      order_id: z.string().min(1),
      order_commercial_id: z.string().min(1),
      shop_id: integer.nullish(),
      currency_iso_code: currency('currency_iso_code'),
      payment_workflow: paymentWorkflow,
    }),
    order_line: z.object({ order_line_id: optionalText }),
    refund: z.object({ id: z.string().min(1), amount: decimal }),
  })
  .transform(({ order, order_line, refund }) => ({
    refundId: refund.id,
    orderId: order.order_id,
    commercialId: order.order_commercial_id,
    orderLineId: order_line.order_line_id,
    shopId: order.shop_id ?? undefined,
    currency: order.currency_iso_code,
    amount: refund.amount,
    paymentWorkflow: order.payment_workflow,
  }));

/**
 * The refunds of product orders that have not been paid back yet (PA12), all of them, one item a refund. One that cannot be
 * read is named by its own id, or by that of its order. `totalCount` counts the orders.
 */
export function listPendingRefunds(mirakl: MiraklClient): AsyncIterable<Page<PendingRefund>> {
  return offsetPages(mirakl, {
    operation: 'PA12',
    path: '/api/payment/refund',
    query: new URLSearchParams(),
    itemsField: 'orders',
    wrapper: 'order',
    objectsOf: refundsOf,
    idField: 'id',
    item: pendingRefund,
  });
}

/** An order's refunds, each with what it belongs to. What has not the shape that we know is left out, and thereby not readable. */
function refundsOf(order: unknown): readonly unknown[] {
  const known = { order, order_id: fieldOf(order, 'order_id'), shop_id: fieldOf(order, 'shop_id') };
  const lines = unwrapList(fieldOf(order, 'order_lines'), 'order_line') ?? [undefined];
  return lines.flatMap((order_line) => {
    const refunds = unwrapList(fieldOf(order_line, 'refunds'), 'refund') ?? [undefined];
    return refunds.map((refund) => ({ ...known, id: fieldOf(refund, 'id'), order_line, refund }));
  });
}

function fieldOf(object: unknown, field: string): unknown {
  return typeof object === 'object' && object !== null ? Reflect.get(object, field) : undefined;
}
