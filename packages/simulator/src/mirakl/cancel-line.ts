import type { SimulatedCancelation, SimulatedLine, SimulatedProductOrder } from './objects.ts';
import { remainingLines } from './order-states.ts';
import { less, sumOf } from './sum.ts';

/**
 * What an order is after a part of this line was cancelled, with that part. Mirakl does not publish whether totals and taxes
 * are lessened by it: taken to be so, since the order's total is what the buyer owes.
 */
export function cancelLine(
  order: SimulatedProductOrder,
  line: SimulatedLine,
  fields: Partial<SimulatedCancelation>,
): Pick<SimulatedProductOrder, 'lines' | 'total' | 'state'> & { readonly cancelation: SimulatedCancelation } {
  const earlier = line.cancelations ?? [];
  const id = `${line.id}-cancelation-${earlier.length + 1}`;
  const plain = { id, amount: '10.00', shippingAmount: '0', taxes: [], shippingTaxes: [] };
  const cancelation: SimulatedCancelation = { ...plain, ...fields };
  const gone = sumOf([cancelation.amount, cancelation.shippingAmount]);
  const total = less(line.total, gone);
  if (total.startsWith('-')) throw new Error(`${line.id} has less than ${gone} left to cancel`);
  const left: SimulatedLine = {
    ...line,
    total,
    state: Number(total) === 0 ? 'CANCELED' : line.state,
    taxes: lessened(line.taxes, cancelation.taxes),
    shippingTaxes: lessened(line.shippingTaxes, cancelation.shippingTaxes),
    cancelations: [...earlier, cancelation],
  };
  const lines = order.lines.map((each) => (each === line ? left : each));
  const state = remainingLines({ lines }).length > 0 ? order.state : 'CANCELED';
  return { lines, total: less(order.total, gone), state, cancelation };
}

/** Each tax less its part that was cancelled. */
function lessened(taxes: readonly string[], cancelled: readonly string[]): readonly string[] {
  return taxes.map((tax, index) => less(tax, cancelled[index] ?? '0'));
}
