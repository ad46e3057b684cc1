import { decimalFromMoney, type Money, moneyFromDecimal } from '@connector/kernel';
import type { UnknownValue } from '@connector/mirakl';
import { isUnknown } from '../order/is-unknown.ts';
import { decideAmount, type Share, shareOf, type TransferDecision } from '../payment-split/index.ts';
import { statusReason } from '../status-reason.ts';
import type { RefundParts } from './order-refunds.ts';

export type ReversalFacts = {
  /** On Mirakl. */
  readonly refundId: string;
  readonly share: Share;
  /** `amount`: what the buyer has got; undefined if its currency is not known. */
  readonly refund: { readonly status: string; readonly amount: Money | undefined } | undefined;
  /** The transfer of this share of the order. */
  readonly transfer: SplitTransfer | undefined;
  /** Whether the order was split in two shares. */
  readonly isTaxSplit: boolean;
  /** Undefined until the order was read. */
  readonly parts: RefundParts | UnknownValue | undefined;
};

export type SplitTransfer = {
  readonly status: string;
  readonly statusReason: string | null;
  /** On Stripe. */
  readonly transferId: string | null;
  readonly mappingId: number | null;
};

/** `read-order`: everything in the ledger allows it, and the amount depends on what Mirakl says of the order. */
export type ReversalDecision = TransferDecision | { readonly kind: 'read-order' };

/**
 * What is to become of one share of what the seller gives back for a refund (workflows.md, section 5): the first that matches
 * wins. What is left of the transfer is looked at when it is sent. The sums are those of the split, so that a refund of all
 * takes back what was split (lessons.md, L23), and become minor units once (L22).
 */
export function decideReversal({ refundId, refund, ...facts }: ReversalFacts): ReversalDecision {
  if (!refund) return { kind: 'hold', reason: statusReason.refundNotFound(refundId) };
  if (refund.status === 'REFUND_ABORTED') return { kind: 'abort', reason: statusReason.refundAborted(refundId) };
  if (refund.status !== 'REFUND_CREATED' || !refund.amount) {
    return { kind: 'hold', reason: statusReason.refundNotValidated(refundId) };
  }
  if (facts.transfer?.status === 'TRANSFER_ABORTED') {
    // What was never given need not be given back: for the reason that the transfer has.
    return { kind: 'abort', reason: facts.transfer.statusReason ?? statusReason.notSplitYet() };
  }
  const { transferId, mappingId } = reversible(facts.transfer);
  if (transferId === null || mappingId === null) return { kind: 'hold', reason: statusReason.notSplitYet() };

  const { parts, share, isTaxSplit } = facts;
  if (!parts) return { kind: 'read-order' };
  if (isUnknown(parts)) return { kind: 'hold', reason: statusReason.unexpectedValue(parts.unknown, parts.field) };
  const sums = { ...parts, due: decimalFromMoney(refund.amount) };
  const amount = moneyFromDecimal(shareOf(sums, share, isTaxSplit), refund.amount.currency);
  if ('inexpressible' in amount) {
    return { kind: 'hold', reason: statusReason.amountInexpressible(amount.inexpressible, amount.currency) };
  }
  return decideAmount(amount) ?? { kind: 'send', amount, source: { kind: 'transfer', id: transferId }, mappingId };
}

function reversible(transfer: SplitTransfer | undefined): Pick<SplitTransfer, 'transferId' | 'mappingId'> {
  return transfer?.status === 'TRANSFER_CREATED' ? transfer : { transferId: null, mappingId: null };
}
