import { compareMoney, type Money } from '@connector/kernel';
import type { Payment } from '@connector/stripe';
import { decidePayment, isEnough } from '../payment-split/index.ts';
import { statusReason } from '../status-reason.ts';

/** What a payment allows for a refund. */
export type RefundablePayment =
  /** `isEnough`: what is left of it covers the refund. */
  | { readonly kind: 'refund'; readonly chargeId: string; readonly isEnough: boolean }
  /** It is authorised only, and the refund is all of it. */
  | {
      readonly kind: 'let-go';
      readonly chargeId: string;
      readonly paymentIntentId: string | undefined;
      readonly reason: string;
    }
  | { readonly kind: 'hold'; readonly reason: string }
  | { readonly kind: 'abort'; readonly reason: string };

/**
 * Whether so much can be paid back out of a payment (workflows.md, section 5): as for a transfer, but what is authorised and
 * not captured yet can be let go of, if the refund is all of it. `reason` says why it waits where it must not be let go of.
 */
export function decideRefundable(payment: Payment, amount: Money): RefundablePayment {
  const { currency } = payment.amount;
  if (currency !== amount.currency) {
    return { kind: 'hold', reason: statusReason.unexpectedValue(currency, `the currency of payment ${payment.id}`) };
  }
  if (isAuthorised(payment)) {
    const reason = statusReason.paymentNotReady(payment.id, 'succeeded (not captured)');
    const { chargeId, paymentIntentId } = payment;
    const isAll = compareMoney(payment.amount, amount) === 0;
    return isAll && chargeId !== undefined
      ? { kind: 'let-go', chargeId, paymentIntentId, reason }
      : { kind: 'hold', reason };
  }
  const decision = decidePayment(payment);
  if (decision.kind !== 'pay') return decision;
  return { kind: 'refund', chargeId: decision.chargeId, isEnough: isEnough(decision, amount) };
}

/**
 * The best of several payments of one commercial order, the likeliest first: one with enough left, then one that may yet have
 * it. Where none will, Stripe is asked all the same, and says what is missing.
 */
export function choosePayment(payments: readonly RefundablePayment[]): RefundablePayment | undefined {
  return payments.toSorted((a, b) => rank(a) - rank(b))[0];
}

function rank(payment: RefundablePayment): number {
  if (payment.kind === 'refund') return payment.isEnough ? 0 : 3;
  return { 'let-go': 1, hold: 2, abort: 4 }[payment.kind];
}

function isAuthorised({ status, statusText, captured, fullyRefunded }: Payment): boolean {
  return !captured && !fullyRefunded && (status === 'succeeded' || statusText === 'requires_capture');
}
