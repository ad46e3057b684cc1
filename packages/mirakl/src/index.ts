export { listShopAdditionalFields, type ShopAdditionalField } from './additional-fields.ts';
export type { MiraklAuth } from './authorization.ts';
export { minimumIntervalsMs, type TakeTurn, turnsInLedger } from './call-frequency.ts';
export { confirmDebits, type DebitConfirmation, type DebitConfirmationResult } from './confirm-debits.ts';
export { confirmRefunds, type RefundConfirmation, type RefundConfirmationResult } from './confirm-refunds.ts';
export { confirmServiceDebits } from './confirm-service-debits.ts';
export { confirmServiceRefunds, type ServiceRefundConfirmation } from './confirm-service-refunds.ts';
export type { TaxMode, UnknownValue } from './fields.ts';
export {
  type Invoice,
  type InvoiceFilter,
  type InvoiceState,
  type InvoiceSummary,
  listInvoices,
} from './invoices.ts';
export { createMiraklClient, type MiraklClient, type MiraklClientOptions } from './mirakl-client.ts';
export { compareMiraklDates, parseMiraklDate } from './mirakl-date.ts';
export { MiraklError, type MiraklErrorCode, type MiraklOperation } from './mirakl-error.ts';
export type { Page } from './page.ts';
export { listPendingDebits, type PendingDebit } from './pending-debits.ts';
export { listPendingRefunds, type PendingRefund } from './pending-refunds.ts';
export {
  listProductOrders,
  type ProductOrder,
  type ProductOrderFilter,
  type ProductOrderLine,
  type ProductOrderState,
} from './product-orders.ts';
export {
  listServiceDebits,
  listServicePendingDebits,
  type ServiceDebit,
  type ServicePendingDebit,
} from './service-debits.ts';
export {
  listServiceOrders,
  type ServiceOrder,
  type ServiceOrderFilter,
  type ServiceOrderState,
} from './service-orders.ts';
export { listServicePendingRefunds, type ServicePendingRefund } from './service-refunds.ts';
export { listShops, type Shop } from './shops.ts';
export type { Unreadable } from './unreadable.ts';
export { type KycStatus, type ShopUpdate, type ShopUpdateResult, updateShops } from './update-shops.ts';
