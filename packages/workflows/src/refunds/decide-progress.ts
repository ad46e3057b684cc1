import type { Refund } from '@connector/stripe';
import { statusReason } from '../status-reason.ts';

/** What has become of a refund on Stripe. */
export type RefundProgress =
  | { readonly kind: 'paid-back' }
  | { readonly kind: 'under-way' }
  /** The buyer does not get his money by this refund. */
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly reason: string };

/**
 * What a refund's status means (docs.stripe.com/refunds#failed-refunds): it is done only once it has succeeded, and even then it
 * may fail later, when the bank sends the money back (lessons.md, L13).
 */
export function decideProgress({
  id,
  status,
  failureReason,
}: Pick<Refund, 'id' | 'status' | 'failureReason'>): RefundProgress {
  switch (status) {
    case 'succeeded':
      return { kind: 'paid-back' };
    case 'pending':
    case 'requires_action':
      return { kind: 'under-way' };
    case 'failed':
    case 'canceled':
      return { kind: 'failed', reason: statusReason.refundNotPaidBack(id, status, failureReason ?? 'unknown') };
    default:
      return { kind: 'unknown', reason: statusReason.unexpectedValue(status.unknown, `the status of ${id}`) };
  }
}
