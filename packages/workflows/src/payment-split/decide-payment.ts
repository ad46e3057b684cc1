import { compareMoney, type Money } from '@connector/kernel';
import type { Payment } from '@connector/stripe';
import { statusReason } from '../status-reason.ts';

/** What the buyer's payment allows: the charge to take the money from, or why there is none. `left`: less what was paid back of it. */
export type PaymentDecision =
  | { readonly kind: 'pay'; readonly chargeId: string; readonly left: Money }
  | { readonly kind: 'hold'; readonly reason: string }
  | { readonly kind: 'abort'; readonly reason: string };

/**
 * Whether a transfer may be made out of this payment (workflows.md, section 4, rule 6): succeeded, captured, not refunded
 * in full. What failed or was taken back will never be; anything else may still come.
 */
export function decidePayment(payment: Payment): PaymentDecision {
  if (payment.status === 'canceled') return { kind: 'abort', reason: statusReason.paymentCanceled(payment.id) };
  if (payment.status === 'failed') return { kind: 'abort', reason: statusReason.paymentFailed(payment.id) };
  if (payment.fullyRefunded) return { kind: 'abort', reason: statusReason.paymentRefunded(payment.id) };
  if (payment.status !== 'succeeded' || !payment.captured || payment.chargeId === undefined) {
    return { kind: 'hold', reason: statusReason.paymentNotReady(payment.id, payment.statusText) };
  }
  const left = { ...payment.amount, minor: payment.amount.minor - payment.amountRefunded.minor };
  return { kind: 'pay', chargeId: payment.chargeId, left };
}

/** Whether the payment can bear this amount. What other transfers have taken of it is not to be seen on a payment. */
export function isEnough(decision: PaymentDecision, amount: Money): boolean {
  const { kind } = decision;
  return kind === 'pay' && decision.left.currency === amount.currency && compareMoney(decision.left, amount) >= 0;
}

/** Nothing to move: with a discount or a commission as large as the price, there never will be (rule 7). */
export function decideAmount(amount: Money): { readonly kind: 'abort'; readonly reason: string } | undefined {
  return amount.minor > 0n ? undefined : { kind: 'abort', reason: statusReason.amountNotPositive(amount.minor) };
}
