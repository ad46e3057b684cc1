import type { Database } from '@connector/database';
import type { Clock } from '@connector/kernel';
import { type Payout, retrievePayout, StripeCallError, type StripeClient } from '@connector/stripe';
import { findUnhandledEvents, markEventsHandled } from '../stripe-events/index.ts';
import { recordPayoutFailed } from './failed-payouts-table.ts';
import { isBankAccountDead } from './payout-failure.ts';

export type FollowPayoutDeps = { readonly db: Database; readonly stripe: StripeClient; readonly now: Clock };
export type FollowPayoutInput = { readonly payoutId: string; readonly accountId: string };

/**
 * Brings the ledger up to date with a payout of a connected account as it is now, because Stripe told of it: one that the bank
 * has sent back, perhaps days after it was paid, has failed (workflows.md, section 6). All events about it that have come so far
 * are dealt with at once. Gives back what became of it in words.
 */
export async function followPayout(deps: FollowPayoutDeps, input: FollowPayoutInput): Promise<string> {
  const { db, now } = deps;
  const events = await findUnhandledEvents(db, input.payoutId);
  const outcome = await follow(deps, input);
  await markEventsHandled(db, events, outcome, now());
  return outcome;
}

async function follow({ db, stripe, now }: FollowPayoutDeps, input: FollowPayoutInput): Promise<string> {
  const payout = await read(stripe, input);
  if ('lost' in payout) return `ignored: ${payout.lost}`;
  const { status, failureCode, failureMessage, metadata } = payout;
  if (status !== 'failed') return typeof status === 'string' ? status : `Unexpected value ${status.unknown} of status`;
  const failed = {
    ...input,
    invoiceId: wholeNumber(metadata.invoiceId),
    // Those of the old connector do not name it.
    round: wholeNumber(metadata.payoutRound) ?? 0,
    reason: `${failureCode ?? 'unknown'}: ${failureMessage ?? 'no reason given'}`,
    isFinal: isBankAccountDead(failureCode),
  };
  return (await recordPayoutFailed(db, failed, now())) ? 'failed' : 'failed, and known or none of ours';
}

async function read(
  stripe: StripeClient,
  { payoutId, accountId }: FollowPayoutInput,
): Promise<Payout | { readonly lost: string }> {
  try {
    return await retrievePayout(stripe, { id: payoutId, stripeAccount: accountId });
  } catch (error) {
    if (!(error instanceof StripeCallError) || error.retryable || error.pausesQueue) throw error;
    return { lost: error.message };
  }
}

/** A number that the ledger can hold. */
function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,10}$/.test(text) && Number(text) < 2 ** 31 ? Number(text) : undefined;
}
