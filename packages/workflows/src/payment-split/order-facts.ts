import type { Currency, Decimal } from '@connector/kernel';
import type { UnknownValue } from '@connector/mirakl';
import type { OrderProgress } from '../order/order-progress.ts';
import type { OrderSums } from '../order/order-sums.ts';
import type { OrderKind } from './transfer.ts';

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

/** `taxes` is the part of `due` that goes to the tax account when taxes are split off. */
export type OrderAmounts = OrderSums & { readonly commission: Decimal };
