export type { SplitRules } from './decide-transfer.ts';
export { type PlanDueOrdersInput, planDueOrders } from './plan-due-orders.ts';
export { type PlanNewOrdersInput, type PlanOrdersDeps, planNewOrders } from './plan-new-orders.ts';
export { type ReleaseShopDeps, releaseShop } from './release-shop.ts';
export { type SendOutcome, type SendTransferDeps, sendTransfer } from './send-transfer.ts';
export { type OrderKind, type SplitType, splitTypes, type TransferStatus } from './transfer.ts';
export { takeTransfersWithoutJob } from './transfers-table.ts';
