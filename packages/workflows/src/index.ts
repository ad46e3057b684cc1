export { type MailFailuresDeps, mailFailures } from './alerting/index.ts';
export {
  type FollowAccountDeps,
  followAccount,
  type KycRules,
  type MonitorAccountsDeps,
  monitorAccounts,
  type RequestLookDeps,
  requestLook,
  type WriteShopsDeps,
  writeShops,
} from './kyc/index.ts';
export {
  type DeliverNotificationDeps,
  deliverNotification,
  type FindAlarmsDeps,
  findAlarms,
  type MailEndpointDownDeps,
  mailEndpointDown,
  type NotificationEndpoint,
} from './notifications/index.ts';
export {
  type FindShopsDeps,
  findShops,
  type MapAccountDeps,
  type MapAccountOutcome,
  mapAccount,
  type OnboardSellerDeps,
  onboardSeller,
  type RefreshLinkDeps,
  refreshLink,
  requestOnboarding,
  type SellerLinkDeps,
  type ShopFields,
  type UnmapAccountDeps,
  type UnmapAccountOutcome,
  unmapAccount,
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
  type ReleaseDeps,
  type RetryTransferDeps,
  releaseOrder,
  releaseShop,
  retryTransfer,
  type SendOutcome,
  type SendTransferDeps,
  type SplitRules,
  sendTransfer,
  type TransferStatus,
} from './payment-split/index.ts';
export { type FollowChargeDeps, followCharge, followPaymentIntent } from './payment-validation/index.ts';
export {
  findMappingRecord,
  findPayoutRecord,
  findRefundRecord,
  findTransferRecord,
  listMappings,
  listPayouts,
  listRefunds,
  listTransfers,
  type MappingFilter,
  type MappingRecord,
  type PayoutRecord,
  type RecordFilter,
  type RecordSlice,
  type RefundRecord,
  type TransferRecord,
} from './records/index.ts';
export { type RingWaitingWorkDeps, ringWaitingWork } from './recovery/ring-waiting-work.ts';
export {
  type EventReceipt,
  type IncomingEvent,
  type ReceiveEventDeps,
  receiveEvent,
  type WebhookEndpoint,
} from './stripe-events/index.ts';
export { type RunSweepDeps, runSweep, type SweepRound } from './sweep/run-sweep.ts';
