import { assertNever } from '@connector/kernel';
import { enqueue, type Queues } from '@connector/queues';
import type { EventSubject } from './decide-event.ts';

/** Enqueues the job that looks at the object again. One that waits already is enough; one that runs is followed by another. */
export async function enqueueFollowUp(queues: Queues, subject: EventSubject): Promise<void> {
  switch (subject.kind) {
    case 'account':
      await enqueue(queues, 'kyc.follow-account', [{ accountId: subject.accountId }]);
      return;
    case 'charge':
      await enqueue(queues, 'payment-validation.follow-charge', [{ chargeId: subject.chargeId }]);
      return;
    case 'payment-intent':
      await enqueue(queues, 'payment-validation.follow-payment-intent', [{ paymentIntentId: subject.paymentIntentId }]);
      return;
    case 'refund':
      await enqueue(queues, 'refunds.follow-refund', [{ stripeRefundId: subject.stripeRefundId }]);
      return;
    case 'payout':
      await enqueue(queues, 'settlement.follow-payout', [{ payoutId: subject.payoutId, accountId: subject.accountId }]);
      return;
    default:
      assertNever(subject);
  }
}
