import type { Currency, Decimal } from '@connector/kernel';
import type { UnknownValue } from '@connector/mirakl';
import type { OrderKind } from './transfer.ts';

/** How far an order is, in the words of the rules. */
export type OrderProgress = 'refused' | 'not-accepted' | 'accepted';

/** What the rules of the payment split want to know of an order, goods and services alike. */
export type OrderFacts = {
  readonly kind: OrderKind;
  readonly id: string;
  readonly commercialId: string;
  readonly shopId: number;
  /** As Mirakl sent it. */
  readonly createdAt: string;
  readonly currency: Currency | UnknownValue;
  readonly progress: OrderProgress | UnknownValue;
  /** Mirakl's own word for the progress, for the reason texts. */
  readonly state: string;
  readonly paid: boolean;
  readonly payOutPsp: string | undefined;
  readonly buyerPaysSeller: boolean;
  readonly transactionNumber: string | undefined;
  readonly amounts: OrderAmounts | UnknownValue;
};

/** Exact decimals in major units. */
export type OrderAmounts = {
  /** What the buyer owes for this order, taxes included. */
  readonly due: Decimal;
  readonly commission: Decimal;
  /** The part of `due` that goes to the tax account when taxes are split off. */
  readonly taxes: Decimal;
};

/** Whether it is a value of Mirakl's that we do not know. */
export function isUnknown(value: unknown): value is UnknownValue {
  return typeof value === 'object' && value !== null && 'unknown' in value;
}
