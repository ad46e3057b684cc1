import { currencyOf } from '@connector/kernel';
import { type Share, transferMiraklId, type WeighedTransfer } from '../payment-split/index.ts';
import { decideReversal } from './decide-reversal.ts';
import { type OrderRefunds, partsOf } from './order-refunds.ts';
import type { Reversal } from './reversals-table.ts';

/**
 * The decision about a reversal, by the ledger alone or with what Mirakl says of the order; `read-order` if it is needed and not
 * there.
 */
export function weighReversal(
  reversal: Reversal,
  order: OrderRefunds | undefined,
  share: Share = reversal.share,
): WeighedTransfer | 'read-order' {
  const { row, refundId, refund, transfers } = reversal;
  const decision = decideReversal({
    ...{ refundId, refund, share },
    transfer: transfers[share],
    isTaxSplit: transfers.tax !== undefined,
    parts: order && partsOf(order, refundId),
  });
  if (decision.kind === 'read-order') return decision.kind;
  const subject = {
    ...({ type: 'TRANSFER_REFUND', miraklId: transferMiraklId(refundId, share) } as const),
    shopId: refund?.shopId ?? row.mirakl_shop_id,
    commercialOrderId: refund?.commercialOrderId ?? row.mirakl_commercial_order_id,
    createdAt: row.mirakl_created_date,
    currency: refund?.amount?.currency ?? currencyOf(row.currency ?? '') ?? null,
  };
  return { subject, decision };
}

/**
 * The tax account's share of a reversal whose order was split in two: a row of its own beside the seller's (lessons.md, L4), which
 * waits for nothing that the seller's waits for. Undefined if there is none, or if it is known already.
 */
export function weighTaxShare(
  reversal: Reversal,
  order: OrderRefunds | undefined,
): WeighedTransfer | 'read-order' | undefined {
  const { share, transfers, isTaxShareKnown } = reversal;
  if (share === 'tax' || transfers.tax === undefined || isTaxShareKnown) return undefined;
  return weighReversal(reversal, order, 'tax');
}
