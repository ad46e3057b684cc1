import type { Currency, Money } from '@connector/kernel';

/** Records of this workflow, by the old connector's names. */
export type SplitType = 'TRANSFER_PRODUCT_ORDER' | 'TRANSFER_SERVICE_ORDER';
export const splitTypes: readonly SplitType[] = ['TRANSFER_PRODUCT_ORDER', 'TRANSFER_SERVICE_ORDER'];

/** Records of all transfers between the platform and its sellers: those of orders, and what is taken back of them. */
export type TransferType = SplitType | 'TRANSFER_REFUND';

export type TransferStatus =
  | 'TRANSFER_PENDING'
  | 'TRANSFER_CREATED'
  | 'TRANSFER_ON_HOLD'
  | 'TRANSFER_FAILED'
  | 'TRANSFER_ABORTED'
  | 'TRANSFER_IGNORED';

/** States in which a transfer is weighed again when its time has come. */
export const waitingStatuses = ['TRANSFER_ON_HOLD', 'TRANSFER_FAILED'] as const satisfies TransferStatus[];

/** Goods or services: two halves of Mirakl with different endpoints and the same rules. */
export type OrderKind = 'product' | 'service';

export const splitTypeOf: Readonly<Record<OrderKind, SplitType>> = {
  product: 'TRANSFER_PRODUCT_ORDER',
  service: 'TRANSFER_SERVICE_ORDER',
};

/** Whose share a transfer carries. With the tax split an order has both. */
export type Share = 'seller' | 'tax';

/** Marks the Mirakl id of the tax account's share. */
export const taxSuffix = '_TAX';

/** The Mirakl id of a transfer: the order's id, marked for the tax account's share. */
export function transferMiraklId(orderId: string, share: Share): string {
  return share === 'tax' ? `${orderId}${taxSuffix}` : orderId;
}

/** The order and the share behind a transfer's Mirakl id. */
export function orderOfTransfer(miraklId: string): { orderId: string; share: Share } {
  return miraklId.endsWith(taxSuffix)
    ? { orderId: miraklId.slice(0, -taxSuffix.length), share: 'tax' }
    : { orderId: miraklId, share: 'seller' };
}

/** The payment that a transfer takes its money from; `none`: from the platform's balance, by the operator's choice. */
export type PaymentSource = { readonly kind: 'payment'; readonly id: string } | { readonly kind: 'none' };

/** What a transfer takes its money from: a payment, or the transfer that it reverses. */
export type TransferSource = PaymentSource | { readonly kind: 'transfer'; readonly id: string };

/** What a row is to become. `send` still depends on the payment, which is looked at when it is sent. */
export type TransferDecision =
  | { readonly kind: 'ignore'; readonly reason: string }
  | { readonly kind: 'abort'; readonly reason: string }
  | { readonly kind: 'hold'; readonly reason: string }
  | { readonly kind: 'send'; readonly amount: Money; readonly source: TransferSource; readonly mappingId: number };

/** What is known of the order whatever was decided, for the ledger and for those who search it. */
export type TransferSubject = {
  readonly type: TransferType;
  readonly miraklId: string;
  readonly shopId: number | null;
  readonly commercialOrderId: string | null;
  readonly createdAt: Date | null;
  readonly currency: Currency | null;
  /** The payment on Stripe that Mirakl names, which refunds look for too; undefined if there is none. */
  readonly paymentId?: string | undefined;
};

/** The state that a decision leads to. */
export function statusOf(decision: TransferDecision): TransferStatus {
  switch (decision.kind) {
    case 'ignore':
      return 'TRANSFER_IGNORED';
    case 'abort':
      return 'TRANSFER_ABORTED';
    case 'hold':
      return 'TRANSFER_ON_HOLD';
    case 'send':
      return 'TRANSFER_PENDING';
  }
}
