import { moneyFromDecimal } from '@connector/kernel';
import type { UnknownValue } from '@connector/mirakl';
import { isUnknown } from '../order/is-unknown.ts';
import { decideAmount } from '../payment-split/index.ts';
import { statusReason } from '../status-reason.ts';
import type { RefundDecision, RefundFacts } from './refund.ts';

/**
 * What is to become of a refund that Mirakl waits for (workflows.md, section 5): the first that matches wins. `hasPayment`:
 * whether any payment of the order is known. What the payment allows is left to the moment of sending.
 */
export function decideRefund({ refund, hasPayment }: { refund: RefundFacts; hasPayment: boolean }): RefundDecision {
  const { currency, unknownState } = refund;
  if (unknownState) return unexpected(unknownState);
  if (isUnknown(currency)) return unexpected(currency);
  const amount = moneyFromDecimal(refund.amount, currency);
  if ('inexpressible' in amount) {
    return { kind: 'hold', reason: statusReason.amountInexpressible(amount.inexpressible, amount.currency) };
  }
  const nothing = decideAmount(amount);
  if (nothing) return nothing;
  return hasPayment ? { kind: 'send' } : { kind: 'hold', reason: statusReason.noPaymentToRefund() };
}

/**
 * What is to become of a refund that was not sent yet and that Mirakl no longer lists: somebody else has paid it back, or it
 * was withdrawn. One that Mirakl has heard of and that failed afterwards is still owed to the buyer.
 */
export function decideUnlisted(refund: { readonly id: string; readonly isConfirmed: boolean }): RefundDecision {
  if (refund.isConfirmed) return { kind: 'send' };
  return { kind: 'hold', reason: statusReason.refundNotAwaited(refund.id) };
}

function unexpected({ unknown, field }: UnknownValue): RefundDecision {
  return { kind: 'hold', reason: statusReason.unexpectedValue(unknown, field) };
}
