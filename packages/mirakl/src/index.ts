export { listShopAdditionalFields, type ShopAdditionalField } from './additional-fields.ts';
export type { MiraklAuth } from './authorization.ts';
export { minimumIntervalsMs, type TakeTurn, turnsInLedger } from './call-frequency.ts';
export type { TaxMode, UnknownValue } from './fields.ts';
export { createMiraklClient, type MiraklClient, type MiraklClientOptions } from './mirakl-client.ts';
export { compareMiraklDates, parseMiraklDate } from './mirakl-date.ts';
export { MiraklError, type MiraklErrorCode, type MiraklOperation } from './mirakl-error.ts';
export type { Page } from './page.ts';
export {
  listProductOrders,
  type ProductOrder,
  type ProductOrderFilter,
  type ProductOrderLine,
  type ProductOrderState,
} from './product-orders.ts';
export { listServiceDebits, type ServiceDebit } from './service-debits.ts';
export { listServiceOrders, type ServiceOrder, type ServiceOrderState } from './service-orders.ts';
export { listShops, type Shop } from './shops.ts';
export type { Unreadable } from './unreadable.ts';
export { type KycStatus, type ShopUpdate, type ShopUpdateResult, updateShops } from './update-shops.ts';
