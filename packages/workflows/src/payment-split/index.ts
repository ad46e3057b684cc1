export type { SplitRules } from './decide-transfer.ts';
export { planDueOrders } from './plan-due-orders.ts';
export { type PlanOrdersDeps, planNewOrders } from './plan-new-orders.ts';
export { type ReleaseShopDeps, releaseShop } from './release-shop.ts';
export { type RetryTransferDeps, retryTransfer } from './retry-transfer.ts';
export { type SendOutcome, type SendTransferDeps, sendTransfer } from './send-transfer.ts';
export { type OrderKind, splitTypes, type TransferStatus } from './transfer.ts';
export { takeTransfersWithoutJob } from './transfers-table.ts';
