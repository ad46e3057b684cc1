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
  transactionNumber: string | null;
  debited: boolean;
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

/** Laid over what is emitted: unknown words, wrong types, more fields; undefined leaves a field out. */
export type RawFields = Readonly<Record<string, unknown>>;
