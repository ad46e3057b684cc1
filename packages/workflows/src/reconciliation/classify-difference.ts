import { assertNever } from '@connector/kernel';
import type { DifferenceKind } from './difference.ts';
import type { Author, MovementKind, MovementOnStripe, RecordedMovement } from './movement.ts';

/** What is known of something on Stripe that moves money. */
export type MovementFacts = {
  readonly movement: MovementOnStripe;
  /** The row that names it. */
  readonly named: RecordedMovement | undefined;
  /** The row of the operation that its maker says it is. */
  readonly meant: RecordedMovement | undefined;
  /** Whether it is about a seller's account, a payment or a transfer of ours. */
  readonly concernsUs: boolean;
};

/** What is wrong, and the row that it is wrong with. */
export type Verdict = { readonly kind: DifferenceKind; readonly row: RecordedMovement | undefined };

/**
 * How something on Stripe differs from what the ledger says of it; undefined if it does not, or is none of the connector's
 * business. The first that matches wins.
 */
export function classifyMovement({ movement, named, meant, concernsUs }: MovementFacts): Verdict | undefined {
  const { author, outcome } = movement;
  if (movement.isRelease) return undefined;
  if (named) return compare(movement, named);
  // What moved nothing in the end is no difference: an earlier try, or a mistake that was put right.
  if (outcome !== 'stands') return undefined;
  // Its job will find out and record it; a call whose outcome stays unknown is found in the ledger.
  if (meant?.state === 'under-way') return undefined;
  if (meant?.state === 'made' && meant.stripeId !== undefined) return { kind: 'duplicate', row: meant };
  if (author === 'us' || author === 'older-connector' || concernsUs) {
    return { kind: kindOfUnrecorded(author, movement.kind), row: meant };
  }
  return undefined;
}

function compare(movement: MovementOnStripe, row: RecordedMovement): Verdict | undefined {
  const { amount, accountId, outcome } = movement;
  if (row.amount && row.amount.currency !== amount.currency) return { kind: 'currency-differs', row };
  if (row.amount && row.amount.minor !== amount.minor) return { kind: 'amount-differs', row };
  if (accountId !== undefined && row.accountId !== undefined && row.accountId !== accountId) {
    return { kind: 'account-differs', row };
  }
  const isWrong = row.state === 'made' ? outcome === 'failed' : row.state === 'not-made' && outcome === 'stands';
  return isWrong ? { kind: 'state-differs', row } : undefined;
}

function kindOfUnrecorded(author: Author, movement: MovementKind): DifferenceKind {
  switch (author) {
    case 'us':
      return 'missing-in-ledger';
    case 'older-connector':
      return 'made-by-older-connector';
    case 'schedule':
      return 'made-by-schedule';
    case 'somebody':
      return movement === 'reversal' ? 'reversed-outside' : 'made-by-hand';
    default:
      return assertNever(author);
  }
}

/** Which row somebody meant, of those that have the Mirakl id: fees of one invoice share it. */
export function chooseMeant(
  { transferType, amount }: MovementOnStripe,
  rows: readonly RecordedMovement[],
): RecordedMovement | undefined {
  if (transferType !== undefined) return rows.find(({ type }) => type === transferType);
  const ofAmount = rows.filter((row) => row.amount?.minor === amount.minor);
  const candidates = ofAmount.length > 0 ? ofAmount : rows;
  return candidates.find(({ stripeId }) => stripeId === undefined) ?? candidates[0];
}
