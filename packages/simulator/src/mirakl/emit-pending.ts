import { amount } from './amount.ts';
import { productDebitAmount, refundAmount } from './amounts-due.ts';
import { customerOf } from './customer.ts';
import type { SimulatedLine, SimulatedProductOrder, SimulatedRefund } from './objects.ts';
import { remainingLines } from './order-states.ts';

/** An order that waits for the buyer's money, as PA11 answers it: in Mirakl's older form, with lists as objects. */
export function emitPendingDebit(order: SimulatedProductOrder): Record<string, unknown> {
  return {
    ...outline(order),
    amount: amount(productDebitAmount(order)),
    order_lines: { order_line: remainingLines(order).map(emitLine) },
  };
}

/** An order with its refunds that have not been paid back, as PA12 answers it. */
export function emitPendingRefunds(
  order: SimulatedProductOrder,
  refunds: readonly SimulatedRefund[],
): Record<string, unknown> {
  const lines = order.lines.flatMap((line) => {
    const refund = refunds
      .filter(({ lineId }) => lineId === line.id)
      .map((each) => ({ amount: amount(refundAmount(order, each)), id: each.id }));
    return refund.length > 0 ? [{ ...emitLine(line), refunds: { refund } }] : [];
  });
  return { ...outline(order), amount: amount(order.total), order_lines: { order_line: lines } };
}

/** Here ids of shops are texts. */
function outline(order: SimulatedProductOrder) {
  return {
    order_id: order.id,
    order_commercial_id: order.commercialId,
    customer_id: customerOf(order.commercialId),
    shop_id: String(order.shopId),
    currency_iso_code: order.currency,
    payment_workflow: order.paymentWorkflow,
  };
}

function emitLine(line: SimulatedLine) {
  return { offer_id: '1', order_line_amount: amount(line.total), order_line_id: line.id, order_line_quantity: 1 };
}
