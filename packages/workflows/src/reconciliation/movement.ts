import type { OperationKind } from '@connector/database';
import type { Money } from '@connector/kernel';

/**
 * What moves money on Stripe. `transfer`: from the platform to a seller; `fee`: from a seller to the platform; `reversal`: a
 * transfer, or a part of one, taken back.
 */
export type MovementKind = 'transfer' | 'reversal' | 'fee' | 'refund' | 'payout';

/** Who made something, by what is written on it. `schedule`: Stripe, which pays the account out by itself. */
export type Author = 'us' | 'older-connector' | 'schedule' | 'somebody';

/** Something on Stripe that moves money. */
export type MovementOnStripe = {
  readonly kind: MovementKind;
  readonly id: string;
  readonly amount: Money;
  readonly author: Author;
  /** What it is on Mirakl, as its maker wrote: an order, a refund or an invoice. */
  readonly miraklId: string | undefined;
  /** Which of an invoice's transfers it is, as its maker wrote. */
  readonly transferType: string | undefined;
  /** The seller's account; undefined for a refund. */
  readonly accountId: string | undefined;
  /** What shows that it concerns the connector, whoever made it: the payments, or the transfer, that it is about. */
  readonly about: readonly string[];
  /** `failed`: the money never arrived, or came back by itself. `taken-back`: all of it was reversed since. */
  readonly outcome: 'stands' | 'failed' | 'taken-back';
  /** It only lets go of money that nobody had taken. */
  readonly isRelease: boolean;
  readonly listedAt: Date;
};

/** An operation of the ledger that moves money between accounts. */
export type OperationName = {
  readonly kind: Extract<OperationKind, 'transfer' | 'payout' | 'refund'>;
  readonly id: number;
};

/** A row of the ledger that stands for a movement. */
export type RecordedMovement = {
  readonly operation: OperationName;
  readonly type: string;
  readonly miraklId: string;
  /** Of a refund. */
  readonly orderId: string | undefined;
  readonly stripeId: string | undefined;
  /** What the movement is about on Stripe: of a reversal the transfer, of the others the payment. */
  readonly transactionId: string | undefined;
  /** Undefined while it is not known. */
  readonly amount: Money | undefined;
  readonly accountId: string | undefined;
  readonly shopId: number | undefined;
  /** `under-way`: a call whose outcome is not on record. */
  readonly state: 'made' | 'under-way' | 'not-made';
  /** When the row was last changed. */
  readonly changedAt: Date;
};
