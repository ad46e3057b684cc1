export {
  type FindShopsDeps,
  findShops,
  type OnboardSellerDeps,
  onboardSeller,
  requestOnboarding,
  type ShopFields,
  type WriteLinksDeps,
  writeLinks,
} from './onboarding/index.ts';
export {
  type Checkpoint,
  countOperations,
  type FailedShop,
  type MoneyMoved,
  type OperationCount,
  type OperationGroup,
  type Overview,
  readOverview,
} from './overview/index.ts';
export {
  type OrderKind,
  type PlanOrdersDeps,
  planDueOrders,
  planNewOrders,
  type ReleaseShopDeps,
  type RetryTransferDeps,
  releaseShop,
  retryTransfer,
  type SendOutcome,
  type SendTransferDeps,
  type SplitRules,
  sendTransfer,
  type TransferStatus,
} from './payment-split/index.ts';
export { type RingWaitingWorkDeps, ringWaitingWork } from './recovery/ring-waiting-work.ts';
export { type RunSweepDeps, runSweep, type SweepRound } from './sweep/run-sweep.ts';
