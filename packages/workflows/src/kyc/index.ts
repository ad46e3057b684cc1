export { type FollowAccountDeps, followAccount } from './follow-account.ts';
export type { KycRules } from './look-at-account.ts';
export { type MonitorAccountsDeps, monitorAccounts } from './monitor-accounts.ts';
export { type RequestLookDeps, requestLook } from './request-look.ts';
export { hasDueUpdates } from './shop-updates-table.ts';
export { type WriteShopsDeps, writeShops } from './write-shops.ts';
