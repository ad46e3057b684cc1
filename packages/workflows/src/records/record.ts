/** The records of the ledger as others than the workflows read them: complete, in our words, amounts in minor units. */

/** The pair of a shop on Mirakl and its account on Stripe. */
export type MappingRecord = {
  readonly id: number;
  readonly miraklShopId: number;
  readonly stripeAccountId: string;
  /** The token itself opens the seller's onboarding and leaves the ledger for nothing else. */
  readonly hasOnboardingToken: boolean;
  readonly payoutEnabled: boolean;
  readonly payinEnabled: boolean;
  readonly ignored: boolean;
  readonly disabledReason: string | null;
  readonly createdAt: Date;
  readonly modifiedAt: Date;
};

/** What transfers, payouts and refunds have in common. */
type OperationRecord = {
  readonly id: number;
  readonly status: string;
  readonly statusReason: string | null;
  readonly createdAt: Date;
  readonly modifiedAt: Date;
};

export type TransferRecord = OperationRecord & {
  readonly miraklId: string;
  readonly type: string;
  readonly mappingId: number | null;
  /** Stripe's id of it. */
  readonly transferId: string | null;
  /** The payment it takes its money from. */
  readonly transactionId: string | null;
  readonly amount: bigint | null;
  readonly currency: string | null;
  readonly miraklCreatedAt: Date | null;
};

export type PayoutRecord = OperationRecord & {
  readonly mappingId: number | null;
  readonly amount: bigint | null;
  readonly currency: string | null;
  readonly miraklInvoiceId: number;
  /** Stripe's id of it. */
  readonly payoutId: string | null;
  readonly miraklCreatedAt: Date;
};

export type RefundRecord = OperationRecord & {
  readonly type: string;
  readonly amount: bigint;
  readonly currency: string;
  readonly miraklRefundId: string;
  readonly miraklCommercialOrderId: string | null;
  readonly miraklOrderId: string;
  readonly miraklOrderLineId: string | null;
  /** The payment that is paid back. */
  readonly transactionId: string | null;
  readonly stripeRefundId: string | null;
  readonly miraklValidatedAt: Date | null;
};

/** A difference between the ledger and Stripe or Mirakl that a reconciliation has found. */
export type DifferenceRecord = {
  readonly id: number;
  readonly kind: string;
  /** What differs: a transfer, reversal, fee, refund, payout or order. */
  readonly movement: string;
  readonly stripeId: string | null;
  /** The object that the ledger knows for the same operation; of a reversal the transfer. */
  readonly otherStripeId: string | null;
  readonly accountId: string | null;
  readonly miraklId: string | null;
  readonly miraklOrderId: string | null;
  readonly miraklShopId: number | null;
  readonly operationKind: string | null;
  readonly operationId: number | null;
  readonly ledgerAmount: bigint | null;
  readonly ledgerCurrency: string | null;
  /** What the other side says. */
  readonly actualAmount: bigint | null;
  readonly actualCurrency: string | null;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  /** When it was not found any more. */
  readonly resolvedAt: Date | null;
  /** When a person said that he has dealt with it, and how. */
  readonly acceptedAt: Date | null;
  readonly note: string | null;
};

/** Which records are asked for; what is not given does not narrow. A list is one of alternatives, and not empty. */
export type RecordFilter = {
  readonly status?: readonly string[] | undefined;
  readonly type?: readonly string[] | undefined;
  readonly miraklId?: readonly string[] | undefined;
  readonly miraklShopId?: readonly number[] | undefined;
  /** Inclusive. */
  readonly createdAfter?: Date | undefined;
  /** Exclusive. */
  readonly createdBefore?: Date | undefined;
};

/** Filters of mappings, which have neither state nor type. */
export type MappingFilter = Pick<RecordFilter, 'miraklShopId' | 'createdAfter' | 'createdBefore'>;

/** `accepted`: a person has dealt with it. `resolved`: it is not there any more, whoever has seen to that. */
export type DifferenceStatus = 'open' | 'accepted' | 'resolved';

/** Filters of differences, which are of a kind and in a state; their time is that of the first finding. */
export type DifferenceFilter = Pick<RecordFilter, 'miraklShopId' | 'createdAfter' | 'createdBefore'> & {
  readonly kind?: readonly string[] | undefined;
  readonly status?: readonly DifferenceStatus[] | undefined;
};

/** Which part of a listing, from the oldest record on. */
export type RecordSlice = { readonly offset: number; readonly limit: number };
