import { redactText } from '@connector/observability';

/**
 * The texts that operators read, search for and have scripts on (workflows.md, "Records and their states"). Changing one
 * breaks them.
 */
export const statusReason = {
  shopNotMapped: (shopId: number) => `Cannot find Stripe account for shop ID ${shopId}`,
  taxAccountNotMapped: (accountId: string) => `Cannot find Stripe account for ID ${accountId}`,
  noTaxAccount: () => 'No stripe account ID provided',
  shopIgnored: (shopId: number) => `Shop ${shopId} is ignored`,
  payoutsDisabled: (shopId: number) => `Payouts are disabled shop ID ${shopId}`,
  orderNotOurs: (orderId: string) => `Order ${orderId} is not paid out through this connector`,
  invoiceNotOurs: (invoiceId: number) => `Invoice ${invoiceId} is not paid out through this connector`,
  invoicePaid: (invoiceId: number) => `Invoice ${invoiceId} is already paid`,
  noShop: () => 'No shop ID provided',
  amountInexpressible: (amount: string, currency: string) =>
    `Amount ${amount} ${currency} cannot be expressed in Stripe's minor units`,
  unexpectedValue: (value: string, field: string) => `Unexpected value ${value} of ${field}`,
  orderNotReady: (status: string) => `Order is not ready yet, status is ${status}`,
  orderCannotBeProcessed: (status: string) => `Order cannot be processed, status is ${status}`,
  paymentNotReady: (paymentId: string, status: string) => `Payment ${paymentId} is not ready yet, status is ${status}`,
  paymentFailed: (paymentId: string) => `Payment ${paymentId} failed`,
  paymentCanceled: (paymentId: string) => `Payment ${paymentId} has been canceled`,
  authorizationExpired: (paymentId: string) => `Authorization of payment ${paymentId} has expired`,
  authorizationExpires: (reason: string, at: Date) => `${reason}. The authorization expires at ${at.toISOString()}`,
  moreGoneThanAuthorized: (authorized: string, due: string) =>
    `More than the authorized ${authorized} was refused or cancelled, and ${due} is still owed`,
  captureTooLarge: (amount: string, authorized: string) => `Cannot capture ${amount}, only ${authorized} is authorized`,
  paymentRefunded: (paymentId: string) => `Payment ${paymentId} has been fully refunded`,
  amountNotPositive: (minor: bigint) => `Amount must be positive, input was: ${minor}`,
  noOrder: (commercialId: string) => `Cannot find an order of commercial order ${commercialId}`,
  invoiceDoesNotAddUp: (invoiceId: number, parts: string, transferred: string) =>
    `Invoice ${invoiceId} does not add up: its parts are ${parts}, its amount is ${transferred}`,
  invoiceNotSeen: (invoiceId: number, since: Date) =>
    `Invoice ${invoiceId} was last seen on Mirakl on ${since.toISOString().slice(0, 10)}`,
  invoiceTransferNotReady: (type: string, invoiceId: number, status: string) =>
    `${type} of invoice ${invoiceId} is not ready yet, status is ${status}`,
  balanceTooLow: (shopId: number, needed: string, available: string, pending: string) =>
    `Balance of shop ID ${shopId} is too low: ${needed} needed, ${available} available, ${pending} pending`,
  payoutInexpressible: (amount: string) => `Amount ${amount} cannot be paid out: payouts must be whole amounts`,
  noPaymentOfOrder: (orderId: string) => `Cannot find the ID of the payment of order ${orderId}`,
  noPaymentToRefund: () => 'Cannot find the ID of the payment to be refunded',
  refundNotAwaited: (refundId: string) => `Refund ${refundId} is not awaited on Mirakl`,
  refundNotPaidBack: (stripeId: string, status: string, reason: string) => `Refund ${stripeId} ${status}: ${reason}`,
  refundNotFound: (refundId: string) => `Cannot find StripeRefund with ID ${refundId}`,
  refundNotValidated: (refundId: string) => `Refund ${refundId} has yet to be validated`,
  refundAborted: (refundId: string) => `Refund ${refundId} has been aborted`,
  notSplitYet: () => 'Payment split has to occur before the transfer can be reversed for a refund',
  tooLittleLeft: (transferId: string, left: string, needed: string) =>
    `Transfer ${transferId} has ${left} left to be reversed, ${needed} are needed`,
} as const;

/**
 * The text as the ledger can hold it: at most 1,024 characters, without keys, links and addresses that the other side repeats. It is
 * shown, mailed and posted.
 */
export function fitReason(text: string): string {
  const clean = redactText(text);
  return clean.length <= 1_024 ? clean : `${clean.slice(0, 1_023)}…`;
}
