import { sumDecimals } from '@connector/kernel';
import type { ServiceDebit, ServiceOrder, ServiceOrderState, UnknownValue } from '@connector/mirakl';
import { isUnknown, type OrderAmounts, type OrderFacts, type OrderProgress } from './order-facts.ts';

/** The facts of a service order (SOR11) with its debit (SPA11). A service order is paid once its debit is `OK`. */
export function serviceOrderFacts(order: ServiceOrder, debit: ServiceDebit | undefined): OrderFacts {
  return {
    kind: 'service',
    id: order.id,
    commercialId: order.commercialId,
    shopId: order.shopId,
    createdAt: order.createdAt,
    currency: order.currency,
    progress: isUnknown(order.state) ? order.state : progressOf(order.state),
    state: isUnknown(order.state) ? order.state.unknown : order.state,
    paid: debit?.state === 'OK',
    payOutPsp: order.payOutPsp,
    buyerPaysSeller: order.buyerPaysSeller,
    transactionNumber: debit?.transactionNumber,
    amounts: amountsOf(order),
  };
}

function progressOf(state: ServiceOrderState): OrderProgress {
  switch (state) {
    case 'ORDER_REFUSED':
    case 'ORDER_EXPIRED':
    case 'ORDER_CANCELLED':
      return 'refused';
    case 'WAITING_SCORING':
    case 'WAITING_ACCEPTANCE':
    case 'WAITING_DEBIT':
    case 'WAITING_DEBIT_PAYMENT':
      return 'not-accepted';
    case 'ORDER_PENDING':
    case 'ORDER_ACCEPTED':
    case 'ORDER_CLOSED':
      return 'accepted';
  }
}

/** With taxes included nothing is split off: Mirakl's `price.taxes` only says what the price contains. */
function amountsOf(order: ServiceOrder): OrderAmounts | UnknownValue {
  if (isUnknown(order.taxMode)) return order.taxMode;
  if (isUnknown(order.price)) return order.price;
  if (isUnknown(order.options)) return order.options;
  if (isUnknown(order.commission)) return order.commission;
  const taxes = order.taxMode === 'included' ? sumDecimals([]) : order.taxes;
  return { due: sumDecimals([order.price, order.options, taxes]), commission: order.commission, taxes };
}
