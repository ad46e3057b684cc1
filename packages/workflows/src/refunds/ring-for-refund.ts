import { enqueue, type Queues } from '@connector/queues';
import type { AskedRefund } from './asked-refunds-table.ts';
import { kindOfRefund } from './refund.ts';

/** Starts what a refund of this stage waits for: to be weighed again, to be looked at on Stripe, or to be confirmed to Mirakl. */
export async function ringForRefund(queues: Queues, { type, stripeRefundId, isPaidBack }: AskedRefund): Promise<void> {
  if (stripeRefundId === null) await enqueue(queues, `refunds.plan-${kindOfRefund(type)}-refunds`, [{}]);
  else if (isPaidBack) await enqueue(queues, 'refunds.confirm-refunds', [{}]);
  else await enqueue(queues, 'refunds.follow-refund', [{ stripeRefundId }]);
}
