import { inBatches } from '@connector/kernel';
import {
  listPayouts,
  listRefunds,
  listTransferReversals,
  listTransfers,
  type StripeClient,
  type TransferWithReversals,
} from '@connector/stripe';
import type { Part } from './difference.ts';
import type { MovementOnStripe } from './movement.ts';
import type { Unit } from './runs-table.ts';
import { feeMovement, payoutMovement, refundMovement, reversalMovement, transferMovement } from './stripe-movements.ts';

/** The parts of a run that read a list of Stripe's, of a time, and of a seller where it is his. */
export type ListedPart = Extract<Part, 'transfers' | 'refunds' | 'payouts' | 'fees'>;

export type ListedUnit = Unit & { readonly part: ListedPart };

const batchSize = 100;

/**
 * What moves money on the list that a unit stands for, in batches of one kind and at most about a hundred: a call to Stripe
 * each. Reversals come with their transfers, and cost a call only where a transfer has more than it shows.
 */
export async function* listMovements(stripe: StripeClient, unit: ListedUnit): AsyncGenerator<MovementOnStripe[]> {
  const { part, accountId = '' } = unit;
  const range = rangeOf(unit);
  switch (part) {
    case 'transfers':
      for await (const transfers of inBatches(listTransfers(stripe, range), batchSize)) {
        yield transfers.map(transferMovement);
        yield await reversalsOf(stripe, transfers);
      }
      return;
    case 'refunds':
      for await (const refunds of inBatches(listRefunds(stripe, range), batchSize)) yield refunds.map(refundMovement);
      return;
    case 'payouts': {
      const payouts = listPayouts(stripe, { ...range, stripeAccount: accountId });
      for await (const batch of inBatches(payouts, batchSize)) {
        yield batch.map((payout) => payoutMovement(payout, accountId));
      }
      return;
    }
    case 'fees': {
      const fees = listTransfers(stripe, { ...range, stripeAccount: accountId });
      for await (const batch of inBatches(fees, batchSize)) yield batch.map((fee) => feeMovement(fee, accountId));
      return;
    }
  }
}

/** Stripe counts in seconds, and takes both ends as included. */
function rangeOf({ from, to }: Unit): { createdFrom: Date; createdTo: Date } {
  if (!from || !to) throw new Error('a list of Stripe is read from one moment to another');
  return { createdFrom: from, createdTo: new Date(to.getTime() - 1) };
}

async function reversalsOf(stripe: StripeClient, transfers: readonly TransferWithReversals[]) {
  const found: MovementOnStripe[] = [];
  for (const transfer of transfers) {
    const { id: transferId, reversals, hasMoreReversals } = transfer;
    const all = hasMoreReversals ? listTransferReversals(stripe, { transferId }) : reversals;
    for await (const reversal of all) found.push(reversalMovement(reversal, transfer));
  }
  return found;
}
