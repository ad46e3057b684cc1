export { decideAmount, decidePayment, isEnough } from './decide-payment.ts';
export type { SplitRules } from './decide-transfer.ts';
export type { OrderFacts } from './order-facts.ts';
export { takeShopsToRelease } from './payees-table.ts';
export { isPaymentId } from './payment-id.ts';
export { takeOrdersToRelease } from './payments-table.ts';
export { planDueOrders } from './plan-due-orders.ts';
export { type PlanOrdersDeps, planNewOrders } from './plan-new-orders.ts';
export { productOrderFacts } from './product-order-facts.ts';
export { releaseOrder } from './release-order.ts';
export { type ReleaseDeps, releaseShop } from './release-shop.ts';
export { type RetryTransferDeps, retryTransfer } from './retry-transfer.ts';
export { type SendOutcome, type SendTransferDeps, sendTransfer } from './send-transfer.ts';
export { serviceOrderFacts } from './service-order-facts.ts';
export { shareOf } from './share-of.ts';
export {
  type OrderKind,
  orderOfTransfer,
  type Share,
  splitTypeOf,
  splitTypes,
  type TransferDecision,
  type TransferStatus,
  transferMiraklId,
} from './transfer.ts';
export {
  changeTransfers,
  findTransfers,
  findTransfersToWeigh,
  insertTransfers,
  makeFailedTransferDue,
  makeHeldTransfersDue,
  type PlannedTransfer,
  postponeTransfers,
  type WeighedTransfer,
} from './transfers-table.ts';
