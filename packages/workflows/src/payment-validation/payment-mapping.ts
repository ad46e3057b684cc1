/** What is known of a buyer's payment (workflows.md, "Records and their states"), in the old connector's words. */
export type PaymentStatus = 'to_capture' | 'captured' | 'canceled' | 'failed';

/** A charge that pays a commercial order. */
export type PaymentRecord = {
  readonly chargeId: string;
  readonly commercialOrderId: string;
  readonly paymentIntentId: string | undefined;
  readonly status: PaymentStatus;
  /** In minor units. */
  readonly amountMinor: bigint;
  /** In lower case. */
  readonly currency: string;
};
