import type { SimulatedProductOrder, SimulatedRefund, SimulatedServiceOrder } from './objects.ts';
import { remainingLines } from './order-states.ts';
import { sumOf } from './sum.ts';

/** What the buyer pays for an order of goods: its total, and the taxes of what remains of it unless prices include them. */
export function productDebitAmount(order: SimulatedProductOrder): string {
  const taxes = remainingLines(order).flatMap((line) => [...line.taxes, ...line.shippingTaxes]);
  return sumOf([order.total, ...onTop(order, taxes)]);
}

/** What the buyer pays for an order of a service: price, options, and taxes unless prices include them. */
export function serviceDebitAmount(order: SimulatedServiceOrder): string {
  const options = order.options.flatMap((option) => (option.type === 'BOOLEAN' ? [option.amount] : option.values));
  return sumOf([order.price, ...options, ...onTop(order, order.taxes)]);
}

/** What the buyer gets back. Mirakl does not publish whether PA12 and SPA12 add the taxes: taken to be all that is paid back. */
export function refundAmount(order: { readonly taxMode: string }, refund: SimulatedRefund): string {
  const taxes = [...refund.taxes, ...refund.shippingTaxes];
  return sumOf([refund.amount, refund.shippingAmount, ...onTop(order, taxes)]);
}

function onTop({ taxMode }: { readonly taxMode: string }, taxes: readonly string[]): readonly string[] {
  return taxMode === 'TAX_INCLUDED' ? [] : taxes;
}
