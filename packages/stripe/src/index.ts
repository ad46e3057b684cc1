export { createAccountLink } from './account-links.ts';
export {
  type Account,
  type CreateAccountRequest,
  createExpressAccount,
  findAccount,
  listAccounts,
  retrieveAccount,
  retrievePlatformAccount,
} from './accounts.ts';
export { type StripeMode, stripeModeOf } from './api-key.ts';
export { type Balance, retrieveBalance } from './balance.ts';
export type { WithRequestId } from './call-stripe.ts';
export { type ChargeWithIntent, retrieveChargeWithIntent } from './charge-with-intent.ts';
export { type CaptureChargeRequest, type Charge, captureCharge, retrieveCharge } from './charges.ts';
export { createLoginLink } from './login-links.ts';
export {
  type CancelPaymentIntentRequest,
  type CapturePaymentIntentRequest,
  type ChangedPaymentIntent,
  cancelPaymentIntent,
  capturePaymentIntent,
  type PaymentIntent,
  retrievePaymentIntent,
} from './payment-intents.ts';
export { type Payment, retrievePayment } from './payments.ts';
export {
  createPayout,
  findPayout,
  listPayouts,
  type Payout,
  type PayoutRequest,
  retrievePayout,
} from './payouts.ts';
export { defaultRateLimits, type StripeEndpoint, type StripeRateLimits } from './rate-limits.ts';
export {
  createRefund,
  findRefund,
  listRefunds,
  type Refund,
  type RefundRequest,
  retrieveRefund,
} from './refunds.ts';
export { StripeCallError, type StripeErrorKind } from './stripe-call-error.ts';
export {
  createStripeClient,
  type ObservedStripeCall,
  type StripeClient,
  type StripeClientOptions,
} from './stripe-client.ts';
export {
  createStripeLimiter,
  type LimiterRedis,
  type StripeLimiter,
  type StripeLimiterOptions,
} from './stripe-limiter.ts';
export {
  createTransferReversal,
  findTransferReversal,
  listTransferReversals,
  type TransferReversal,
  type TransferReversalRequest,
} from './transfer-reversals.ts';
export {
  createTransfer,
  findTransfer,
  listTransfers,
  retrieveTransfer,
  type Transfer,
  type TransferRequest,
  type TransferWithReversals,
} from './transfers.ts';
export { verifyWebhook, type WebhookDelivery, type WebhookEvent } from './verify-webhook.ts';
export { listWebhookEndpoints, type WebhookEndpoint } from './webhook-endpoints.ts';
export { operatorEvents, sellersEvents } from './webhook-events.ts';
