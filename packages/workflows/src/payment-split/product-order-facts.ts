import type { ProductOrder, UnknownValue } from '@connector/mirakl';
import { isUnknown } from '../order/is-unknown.ts';
import { productOrderProgress } from '../order/order-progress.ts';
import { productOrderSums } from '../order/order-sums.ts';
import type { OrderAmounts, OrderFacts } from './order-facts.ts';

/** The facts of a product order (OR11). A product order is paid once the buyer has been debited. */
export function productOrderFacts(order: ProductOrder): OrderFacts {
  return {
    kind: 'product',
    id: order.id,
    commercialId: order.commercialId,
    shopId: order.shopId,
    createdAt: order.createdAt,
    currency: order.currency,
    progress: isUnknown(order.state) ? order.state : productOrderProgress(order.state),
    state: isUnknown(order.state) ? order.state.unknown : order.state,
    paid: order.customerDebited,
    payOutPsp: order.payOutPsp,
    buyerPaysSeller: order.buyerPaysSeller,
    transactionNumber: order.transactionNumber,
    amounts: amountsOf(order),
  };
}

function amountsOf(order: ProductOrder): OrderAmounts | UnknownValue {
  const sums = productOrderSums(order);
  return isUnknown(sums) ? sums : { ...sums, commission: order.totalCommission };
}
