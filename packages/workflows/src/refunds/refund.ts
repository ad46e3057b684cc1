import type { Currency, Decimal, Money } from '@connector/kernel';
import type { UnknownValue } from '@connector/mirakl';
import type { OrderKind } from '../payment-split/index.ts';

/** Records of this workflow, by the old connector's names. */
export type RefundType = 'REFUND_PRODUCT_ORDER' | 'REFUND_SERVICE_ORDER';

export const refundTypeOf: Readonly<Record<OrderKind, RefundType>> = {
  product: 'REFUND_PRODUCT_ORDER',
  service: 'REFUND_SERVICE_ORDER',
};

/** The kind of order behind a record's type. */
export function kindOfRefund(type: string): OrderKind {
  return type === refundTypeOf.service ? 'service' : 'product';
}

/**
 * `REFUND_PENDING` covers three stages: to be sent, on its way to the buyer (there is a Stripe id), and paid back but not
 * confirmed to Mirakl.
 */
export type RefundStatus = 'REFUND_PENDING' | 'REFUND_CREATED' | 'REFUND_ON_HOLD' | 'REFUND_FAILED' | 'REFUND_ABORTED';

/** States in which a refund is weighed again when its time has come. */
export const waitingStatuses = ['REFUND_ON_HOLD', 'REFUND_FAILED'] as const satisfies RefundStatus[];

/** What the rules want to know of a refund that Mirakl waits for, of goods and services alike. */
export type RefundFacts = {
  readonly kind: OrderKind;
  readonly id: string;
  readonly orderId: string;
  readonly commercialId: string;
  readonly orderLineId: string | undefined;
  /** Not told of services. */
  readonly shopId: number | undefined;
  /** What the buyer gets back, exactly, in major units. */
  readonly amount: Decimal;
  readonly currency: Currency | UnknownValue;
  /** A state in which Mirakl may not wait for it after all; undefined for all others. */
  readonly unknownState: UnknownValue | undefined;
};

/** What a refund is to become. `send` still depends on the payment, which is looked at when it is sent. */
export type RefundDecision =
  | { readonly kind: 'abort'; readonly reason: string }
  | { readonly kind: 'hold'; readonly reason: string }
  | { readonly kind: 'send' };

/** What is known of the refund whatever was decided, for the ledger and for those who search it. */
export type RefundSubject = {
  readonly type: RefundType;
  readonly refundId: string;
  /** Empty if it cannot be read. */
  readonly orderId: string;
  readonly commercialOrderId: string | null;
  readonly orderLineId: string | null;
  readonly shopId: number | null;
  /** Undefined if it cannot be read or expressed. */
  readonly amount: Money | undefined;
  /** Undefined if it cannot be read. */
  readonly currency: Currency | undefined;
};

/** The state that a decision leads to. */
export function statusOf({ kind }: RefundDecision): RefundStatus {
  return ({ abort: 'REFUND_ABORTED', hold: 'REFUND_ON_HOLD', send: 'REFUND_PENDING' } as const)[kind];
}
