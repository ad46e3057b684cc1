import type { Database } from '@connector/database';
import type { Clock } from '@connector/kernel';
import { enqueue, type Queues } from '@connector/queues';
import { refundLedger, transferLedger } from '../operation/ledger.ts';
import { takeOperationsWithoutJob } from '../operation/waiting-operations-table.ts';
import { hasDueConfirmations, takeRefundsToFollow } from '../refunds/index.ts';

export type RingRefundsDeps = { readonly db: Database; readonly queues: Queues; readonly now: Clock };

/**
 * Enqueues the jobs of refunds and reversals that should be under way by now, and of refunds that are to be looked at on Stripe
 * again. Gives back how many there were.
 */
export async function ringRefunds({ db, queues, now }: RingRefundsDeps, limit: number): Promise<number> {
  const toSend = await takeOperationsWithoutJob(db, refundLedger, { now: now(), limit });
  await enqueue(
    queues,
    'refunds.send-refund',
    toSend.map((refundId) => ({ refundId })),
  );
  const toFollow = await takeRefundsToFollow(db, now(), limit);
  await enqueue(
    queues,
    'refunds.follow-refund',
    toFollow.map((stripeRefundId) => ({ stripeRefundId })),
  );
  if (await hasDueConfirmations(db, now())) await enqueue(queues, 'refunds.confirm-refunds', [{}]);
  const reversals = await takeOperationsWithoutJob(db, transferLedger, {
    now: now(),
    limit,
    types: ['TRANSFER_REFUND'],
  });
  await enqueue(
    queues,
    'refunds.send-reversal',
    reversals.map((transferId) => ({ transferId })),
  );
  return toSend.length + toFollow.length + reversals.length;
}
