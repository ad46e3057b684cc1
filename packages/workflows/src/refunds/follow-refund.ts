import type { Database } from '@connector/database';
import { assertNever, type Clock } from '@connector/kernel';
import type { Logger } from '@connector/observability';
import { enqueue, type Queues } from '@connector/queues';
import { retrievePaymentIntent, retrieveRefund, StripeCallError, type StripeClient } from '@connector/stripe';
import { findUnhandledEvents, markEventsHandled } from '../stripe-events/index.ts';
import { decideProgress, type RefundProgress } from './decide-progress.ts';
import {
  findMadeRefund,
  type MadeRefund,
  postponeLook,
  recordNotPaidBack,
  recordPaidBack,
} from './refund-progress-table.ts';

export type FollowRefundDeps = {
  readonly db: Database;
  readonly stripe: StripeClient;
  readonly queues: Queues;
  readonly now: Clock;
  readonly log: Logger;
};

/**
 * Brings a refund up to date with what has become of it on Stripe, because Stripe told of it or its time has come. All events
 * about it that have come so far are dealt with at once. Gives back what became of it in words.
 */
export async function followRefund(
  deps: FollowRefundDeps,
  { stripeRefundId, run }: { readonly stripeRefundId: string; readonly run?: string | undefined },
): Promise<string> {
  const events = await findUnhandledEvents(deps.db, stripeRefundId);
  const refund = await findMadeRefund(deps.db, stripeRefundId);
  const outcome = refund ? await look(deps, refund, run) : 'no refund of ours';
  await markEventsHandled(deps.db, events, outcome, deps.now());
  return outcome;
}

async function look(deps: FollowRefundDeps, refund: MadeRefund, run: string | undefined): Promise<string> {
  const { db, log, queues, now } = deps;
  const progress = await readProgress(deps.stripe, refund.stripe_refund_id);
  switch (progress.kind) {
    case 'paid-back':
      if (refund.paid_back_at !== null) return 'known already';
      await recordPaidBack(db, refund, now());
      await enqueue(queues, 'refunds.confirm-refunds', [{}], { run });
      return 'paid back';
    case 'under-way':
      await postponeLook(db, refund, now());
      return 'on its way';
    case 'failed':
      await recordNotPaidBack(db, refund, progress.reason, now());
      return progress.reason;
    case 'unknown':
      log.error({ refundId: refund.id, reason: progress.reason }, 'state of a refund not known');
      await postponeLook(db, refund, now(), progress.reason);
      return progress.reason;
    default:
      return assertNever(progress);
  }
}

/** What Stripe definitely does not let us see, such as an id that the old connector wrote, is no proof that it failed. */
async function readProgress(stripe: StripeClient, id: string): Promise<RefundProgress> {
  try {
    if (!id.startsWith('pi_')) return decideProgress(await retrieveRefund(stripe, id));
    const { status } = await retrievePaymentIntent(stripe, id);
    return decideProgress({
      id,
      status: status === 'canceled' ? 'succeeded' : { unknown: status },
      failureReason: undefined,
    });
  } catch (error) {
    if (!(error instanceof StripeCallError) || error.retryable || error.pausesQueue) throw error;
    return { kind: 'unknown', reason: error.message };
  }
}
