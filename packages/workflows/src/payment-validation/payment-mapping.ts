/** What is known of a buyer's payment (workflows.md, "Records and their states"), in the old connector's words. */
export type PaymentStatus = 'to_capture' | 'captured' | 'canceled' | 'failed';

/** A charge that pays a commercial order, as it is on Stripe now. */
export type PaymentRecord = {
  readonly chargeId: string;
  readonly commercialOrderId: string;
  readonly paymentIntentId: string | undefined;
  readonly status: PaymentStatus;
  /** What the buyer has agreed to pay, in minor units. */
  readonly amountMinor: bigint;
  /** What was captured of it. */
  readonly capturedMinor: bigint;
  /** In lower case. */
  readonly currency: string;
  /** When an authorisation runs out, if Stripe says so. */
  readonly captureBefore: Date | undefined;
  /** Whether it was an authorisation that has run out. */
  readonly hasExpired: boolean;
};

/** A payment of a commercial order, as those see it who tell Mirakl of it or take money out of it. */
export type OrderPayment = {
  readonly chargeId: string;
  /** Undefined for a charge that was made without one, and for rows of the old connector. */
  readonly paymentIntentId: string | undefined;
  readonly status: PaymentStatus;
  readonly changedAt: Date;
};
