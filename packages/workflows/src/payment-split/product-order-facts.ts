import { sumDecimals } from '@connector/kernel';
import type { ProductOrder, ProductOrderLine, ProductOrderState, UnknownValue } from '@connector/mirakl';
import { isUnknown, type OrderAmounts, type OrderFacts, type OrderProgress } from './order-facts.ts';

/** The facts of a product order (OR11). A product order is paid once the buyer has been debited. */
export function productOrderFacts(order: ProductOrder): OrderFacts {
  return {
    kind: 'product',
    id: order.id,
    commercialId: order.commercialId,
    shopId: order.shopId,
    createdAt: order.createdAt,
    currency: order.currency,
    progress: isUnknown(order.state) ? order.state : progressOf(order.state),
    state: isUnknown(order.state) ? order.state.unknown : order.state,
    paid: order.customerDebited,
    payOutPsp: order.payOutPsp,
    buyerPaysSeller: order.buyerPaysSeller,
    transactionNumber: order.transactionNumber,
    amounts: amountsOf(order),
  };
}

function progressOf(state: ProductOrderState): OrderProgress {
  switch (state) {
    case 'REFUSED':
    case 'CANCELED':
      return 'refused';
    case 'STAGING':
    case 'WAITING_ACCEPTANCE':
    case 'WAITING_DEBIT':
    case 'WAITING_DEBIT_PAYMENT':
      return 'not-accepted';
    case 'SHIPPING':
    case 'SHIPPED':
    case 'TO_COLLECT':
    case 'RECEIVED':
    case 'CLOSED':
      return 'accepted';
  }
}

/**
 * `total_price` leaves out refused and cancelled lines; taxes stand on the lines. An order without lines owes no taxes.
 * Shipping taxes stay with the seller, whatever becomes of the others.
 */
function amountsOf(order: ProductOrder): OrderAmounts | UnknownValue {
  if (isUnknown(order.taxMode)) return order.taxMode;
  const lines: ProductOrderLine[] = [];
  for (const line of order.lines) {
    if (isUnknown(line.state)) return line.state;
    if (progressOf(line.state) !== 'refused') lines.push(line);
  }
  const taxes = sumDecimals(lines.map((line) => line.taxes));
  const shippingTaxes = sumDecimals(lines.map((line) => line.shippingTaxes));
  const due = order.taxMode === 'included' ? order.totalPrice : sumDecimals([order.totalPrice, taxes, shippingTaxes]);
  return { due, commission: order.totalCommission, taxes };
}
