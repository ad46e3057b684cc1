import type { InvoicePart } from './invoice-parts.ts';

/** What the simulated Mirakl holds, in words of its own. Amounts are decimal texts in major units, emitted digit by digit. */

export type SimulatedShop = {
  id: number;
  name: string;
  state: string;
  domains: readonly string[];
  currency: string;
  /** Three letters, as Mirakl writes countries. */
  country: string | null;
  professional: boolean;
  email: string | null;
  phone: string | null;
  webSite: string | null;
  /** Value by code. */
  additionalFields: Record<string, string>;
  kyc: { status: string; reason: string | null };
  createdAt: Date;
  updatedAt: Date;
  raw: RawFields;
};

export type SimulatedLine = {
  readonly id: string;
  readonly state: string;
  readonly total: string;
  readonly taxes: readonly string[];
  readonly shippingTaxes: readonly string[];
  /** None unless given. What is cancelled has gone from the total and the taxes already. */
  readonly cancelations?: readonly SimulatedCancelation[];
};

/** A part of a line that the buyer will not get, and not pay. With taxes excluded they come on top. */
export type SimulatedCancelation = {
  readonly id: string;
  /** Of the goods alone. */
  readonly amount: string;
  readonly shippingAmount: string;
  readonly taxes: readonly string[];
  readonly shippingTaxes: readonly string[];
};

/** What the buyer gets back of a line of goods, or of a service. With taxes excluded they come on top. */
export type SimulatedRefund = {
  /** Looks like a number. */
  readonly id: string;
  readonly orderId: string;
  /** Null for a service. */
  readonly lineId: string | null;
  /** Without shipping. */
  readonly amount: string;
  readonly shippingAmount: string;
  readonly taxes: readonly string[];
  readonly shippingTaxes: readonly string[];
  /** What the operator gives back of his commission, its taxes included. */
  readonly commission: string;
  /** Goods: `WAITING_REFUND_PAYMENT`, then `REFUNDED`; services: `WAITING`, then `OK`. */
  state: string;
  transactionNumber: string | null;
  /** When it was confirmed (PA02, SPA02). */
  confirmedAt: Date | null;
  readonly createdAt: Date;
};

export type SimulatedProductOrder = {
  readonly id: string;
  commercialId: string;
  shopId: number;
  state: string;
  currency: string;
  taxMode: string;
  /** Without refused and cancelled lines. */
  total: string;
  commission: string;
  lines: readonly SimulatedLine[];
  paymentWorkflow: string;
  transactionNumber: string | null;
  /** Whether the buyer has paid, unless the state says that Mirakl still waits for it. */
  debited: boolean;
  /** When; null for the order's own date. */
  debitedAt: Date | null;
  /** Null leaves it out. */
  payOutPsp: string | null;
  buyerPaysSeller: boolean;
  readonly createdAt: Date;
  updatedAt: Date;
  raw: RawFields;
};

export type SimulatedOption =
  | { readonly type: 'BOOLEAN'; readonly amount: string }
  | { readonly type: 'VALUE_LIST'; readonly values: readonly string[] };

export type SimulatedServiceOrder = {
  readonly id: string;
  commercialId: string;
  shopId: number;
  state: string;
  currency: string;
  taxMode: string;
  price: string;
  taxes: readonly string[];
  options: readonly SimulatedOption[];
  commission: string;
  /** Null leaves it out. */
  payOutPsp: string | null;
  buyerPaysSeller: boolean;
  readonly createdAt: Date;
  raw: RawFields;
};

/** An order may have several: a refused one, then one that worked. */
export type SimulatedDebit = {
  orderId: string;
  state: string;
  amount: string;
  currency: string;
  transactionNumber: string | null;
};

/** A document of Mirakl's accounting. An automatic one closes a billing cycle of one seller. */
export type SimulatedInvoice = {
  /** A UUID. */
  readonly id: string;
  /** Null for a draft. */
  invoiceId: number | null;
  type: string;
  state: string;
  currency: string;
  /** Null leaves it out. */
  shopId: number | null;
  shopModel: string;
  payOutPsp: string;
  billingCycleId: string | null;
  paymentState: string;
  paymentVoucherNumber: string | null;
  issuedBy: string;
  /** Those that are not there are 0. What the seller owes is negative. */
  parts: Readonly<Partial<Record<InvoicePart, string>>>;
  /** What the seller is due. */
  amountTransferred: string;
  amountTransferredToOperator: string;
  readonly createdAt: Date;
  raw: RawFields;
};

/** Laid over what is emitted: unknown words, wrong types, more fields; undefined leaves a field out. */
export type RawFields = Readonly<Record<string, unknown>>;
