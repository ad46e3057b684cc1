import type { ServiceDebit, ServiceOrder, UnknownValue } from '@connector/mirakl';
import { isUnknown } from '../order/is-unknown.ts';
import { serviceOrderProgress } from '../order/order-progress.ts';
import { serviceOrderSums } from '../order/order-sums.ts';
import type { OrderAmounts, OrderFacts } from './order-facts.ts';

/** The facts of a service order (SOR11) with its debit (SPA11). A service order is paid once its debit is `OK`. */
export function serviceOrderFacts(order: ServiceOrder, debit: ServiceDebit | undefined): OrderFacts {
  return {
    kind: 'service',
    id: order.id,
    commercialId: order.commercialId,
    shopId: order.shopId,
    createdAt: order.createdAt,
    currency: order.currency,
    progress: isUnknown(order.state) ? order.state : serviceOrderProgress(order.state),
    state: isUnknown(order.state) ? order.state.unknown : order.state,
    paid: debit?.state === 'OK',
    payOutPsp: order.payOutPsp,
    buyerPaysSeller: order.buyerPaysSeller,
    transactionNumber: debit?.transactionNumber,
    amounts: amountsOf(order),
  };
}

function amountsOf(order: ServiceOrder): OrderAmounts | UnknownValue {
  const sums = serviceOrderSums(order);
  if (isUnknown(sums)) return sums;
  if (isUnknown(order.commission)) return order.commission;
  return { ...sums, commission: order.commission };
}
