export type { SettlementRules } from './decide-invoice.ts';
export { findShopsToSettle } from './due-invoices-table.ts';
export { type FollowPayoutDeps, followPayout } from './follow-payout.ts';
export { type PlanInvoicesDeps, planInvoices } from './plan-invoices.ts';
export { type PlatformAccount, rememberPlatformAccount } from './platform-account.ts';
export { type ReleaseSettlementDeps, releaseSettlement } from './release-settlement.ts';
export { requestSettlement } from './request-settlement.ts';
export { type RetrySettlementDeps, retryInvoiceTransfer, retryPayout } from './retry-settlement.ts';
export { type SettleSellerDeps, settleSeller } from './settle-seller.ts';
