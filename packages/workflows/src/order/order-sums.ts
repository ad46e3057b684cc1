import { type Decimal, sumDecimals } from '@connector/kernel';
import type { ProductOrder, ProductOrderLine, ServiceOrder, UnknownValue } from '@connector/mirakl';
import { isUnknown } from './is-unknown.ts';
import { productOrderProgress } from './order-progress.ts';
import { splittableTaxes } from './splittable-taxes.ts';

/** Exact decimals in major units. */
export type OrderSums = {
  /** What the buyer owes for what remains of the order, taxes included. */
  readonly due: Decimal;
  /** The taxes in `due` that can be split off. */
  readonly taxes: Decimal;
};

/**
 * What the buyer owes for a product order. `total_price` leaves out refused and cancelled lines; taxes stand on the lines. An
 * order without lines owes no taxes. Shipping taxes stay with the seller, whatever becomes of the others.
 */
export function productOrderSums(order: ProductOrder): OrderSums | UnknownValue {
  if (isUnknown(order.taxMode)) return order.taxMode;
  const lines: ProductOrderLine[] = [];
  for (const line of order.lines) {
    if (isUnknown(line.state)) return line.state;
    if (productOrderProgress(line.state) !== 'refused') lines.push(line);
  }
  const taxes = sumDecimals(lines.map((line) => line.taxes));
  const shippingTaxes = sumDecimals(lines.map((line) => line.shippingTaxes));
  const due = order.taxMode === 'included' ? order.totalPrice : sumDecimals([order.totalPrice, taxes, shippingTaxes]);
  return { due, taxes: splittableTaxes('product', order.taxMode, taxes) };
}

/** What the buyer owes for a service order, whatever has become of it. Taxes that can be split off are those on top. */
export function serviceOrderSums(order: ServiceOrder): OrderSums | UnknownValue {
  if (isUnknown(order.taxMode)) return order.taxMode;
  if (isUnknown(order.price)) return order.price;
  if (isUnknown(order.options)) return order.options;
  const taxes = splittableTaxes('service', order.taxMode, order.taxes);
  return { due: sumDecimals([order.price, order.options, taxes]), taxes };
}
