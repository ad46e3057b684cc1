import type { Money } from '@connector/kernel';
import type { MovementKind, OperationName } from './movement.ts';

/** Where the ledger and another side can differ; `explain-difference.ts` says what each means. The worst come first. */
export const differenceKinds = [
  'duplicate',
  'missing-on-stripe',
  'missing-in-ledger',
  'amount-differs',
  'currency-differs',
  'account-differs',
  'state-differs',
  'made-by-older-connector',
  'made-by-hand',
  'made-by-schedule',
  'reversed-outside',
  'unknown-outcome',
  'order-changed-since',
  'missing-on-mirakl',
  'not-confirmed',
] as const;

export type DifferenceKind = (typeof differenceKinds)[number];

/** The parts of a run, in the order in which they are done: each compares one kind of list. */
export const parts = [
  'transfers',
  'refunds',
  'payouts',
  'fees',
  'unknown-outcomes',
  'unseen',
  'product-orders',
  'service-orders',
  'unseen-product-orders',
  'unseen-service-orders',
] as const;

export type Part = (typeof parts)[number];

/** A difference between the ledger and Stripe or Mirakl. Ids only, no names. */
export type Difference = {
  readonly kind: DifferenceKind;
  /** What it is about, in a word that stays the same: there is one difference of a kind about it. */
  readonly subject: string;
  readonly movement: MovementKind | 'order';
  readonly stripeId: string | undefined;
  /** The object that the ledger knows for the same operation, where there are two; of a reversal the transfer. */
  readonly otherStripeId: string | undefined;
  readonly accountId: string | undefined;
  readonly miraklId: string | undefined;
  /** Undefined where the order does not matter. */
  readonly orderId: string | undefined;
  readonly shopId: number | undefined;
  readonly operation: OperationName | undefined;
  /** What the ledger says, and what the other side says; undefined where it says nothing. */
  readonly ledger: Money | undefined;
  readonly actual: Money | undefined;
  /** The moment by which it stands on the list that shows it. */
  readonly listedAt: Date;
};
