import type { Database } from '@connector/database';
import { currencyOf, moneyFromMinor } from '@connector/kernel';
import {
  findTransfers,
  insertTransfers,
  type OrderKind,
  orderOfTransfer,
  type PlannedTransfer,
  type Share,
  splitTypeOf,
  splitTypes,
  transferMiraklId,
} from '../payment-split/index.ts';
import { statusReason } from '../status-reason.ts';
import type { ReversalFacts, SplitTransfer } from './decide-reversal.ts';
import { kindOfRefund, type RefundSubject } from './refund.ts';

/** A reversal that is weighed, with what the ledger knows of its refund and its order. */
export type Reversal = {
  readonly row: PlannedTransfer;
  readonly refundId: string;
  readonly share: Share;
  /** Undefined if there is no such refund. */
  readonly refund: RefundOfReversal | undefined;
  /** The transfers of the order, by their share. */
  readonly transfers: Readonly<Partial<Record<Share, SplitTransfer>>>;
  /** Whether there is a row for the share of the tax account. */
  readonly isTaxShareKnown: boolean;
};

export type RefundOfReversal = NonNullable<ReversalFacts['refund']> & {
  readonly kind: OrderKind;
  readonly orderId: string;
  readonly shopId: number | null;
  readonly commercialOrderId: string | null;
};

/** Saves the reversals of these refunds, which wait for them. Those that exist stay as they are. */
export async function awaitRefunds(db: Database, refunds: readonly RefundSubject[], now: Date): Promise<void> {
  const items = refunds.map(({ refundId, shopId, commercialOrderId, currency }) => ({
    subject: {
      ...({ type: 'TRANSFER_REFUND', miraklId: refundId, shopId, commercialOrderId } as const),
      ...{ createdAt: null, currency: currency ?? null },
    },
    decision: { kind: 'hold', reason: statusReason.refundNotValidated(refundId) } as const,
  }));
  await insertTransfers(db, items, now);
}

/** Makes the reversals of these refunds due, which wait for nothing else. */
export async function makeReversalsDue(db: Database, refundIds: readonly string[], now: Date): Promise<void> {
  if (refundIds.length === 0) return;
  const ids = refundIds.flatMap((id) => [transferMiraklId(id, 'seller'), transferMiraklId(id, 'tax')]);
  await db
    .updateTable('stripe_transfer')
    .set({ next_try_at: now })
    .where('type', '=', 'TRANSFER_REFUND')
    .where('mirakl_id', 'in', ids)
    .where('status', '=', 'TRANSFER_ON_HOLD')
    .execute();
}

/** These rows with what the ledger knows of their refunds and orders: three queries, however many. */
export async function describeReversals(db: Database, rows: readonly PlannedTransfer[]): Promise<Reversal[]> {
  const named = rows.map((row) => {
    const { orderId: refundId, share } = orderOfTransfer(row.mirakl_id);
    return { row, refundId, share };
  });
  const refundIds = named.map(({ refundId }) => refundId);
  const refunds = await findRefunds(db, refundIds);
  const transfers = await findSplitTransfers(db, [...refunds.values()]);
  const taxShares = refundIds.map((id) => transferMiraklId(id, 'tax'));
  const known = await findTransfers(db, 'TRANSFER_REFUND', taxShares);
  return named.map((reversal) => {
    const { refundId } = reversal;
    const refund = refunds.get(refundId);
    const isTaxShareKnown = known.has(transferMiraklId(refundId, 'tax'));
    return { ...reversal, refund, transfers: (refund && transfers.get(keyOf(refund))) ?? {}, isTaxShareKnown };
  });
}

/** The refund that a reversal is for, by its Mirakl id. */
export async function findRefundOfReversal(db: Database, refundId: string): Promise<RefundOfReversal | undefined> {
  return (await findRefunds(db, [refundId])).get(refundId);
}

async function findRefunds(db: Database, refundIds: readonly string[]): Promise<Map<string, RefundOfReversal>> {
  if (refundIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('stripe_refund')
    .select(['mirakl_refund_id', 'type', 'status', 'amount', 'currency'])
    .select(['mirakl_order_id', 'mirakl_shop_id', 'mirakl_commercial_order_id'])
    .where('mirakl_refund_id', 'in', refundIds)
    .execute();
  return new Map(
    rows.map((row) => {
      const currency = currencyOf(row.currency);
      const refund = {
        ...{ kind: kindOfRefund(row.type), orderId: row.mirakl_order_id, status: row.status },
        ...{ shopId: row.mirakl_shop_id, commercialOrderId: row.mirakl_commercial_order_id },
        amount: currency && moneyFromMinor(row.amount, currency),
      };
      return [row.mirakl_refund_id, refund];
    }),
  );
}

async function findSplitTransfers(
  db: Database,
  orders: readonly Pick<RefundOfReversal, 'kind' | 'orderId'>[],
): Promise<Map<string, Partial<Record<Share, SplitTransfer>>>> {
  const ids = new Set(
    orders.flatMap(({ orderId }) => [transferMiraklId(orderId, 'seller'), transferMiraklId(orderId, 'tax')]),
  );
  const found = new Map<string, Partial<Record<Share, SplitTransfer>>>();
  if (ids.size === 0) return found;
  const rows = await db
    .selectFrom('stripe_transfer')
    .select(['mirakl_id', 'type', 'status', 'status_reason', 'transfer_id', 'account_mapping_id'])
    .where('type', 'in', splitTypes)
    .where('mirakl_id', 'in', [...ids])
    .execute();
  for (const { mirakl_id: id, type, status, ...row } of rows) {
    const { orderId, share } = orderOfTransfer(id);
    const key = keyOf({ kind: type === splitTypeOf.service ? 'service' : 'product', orderId });
    const made = { transferId: row.transfer_id, mappingId: row.account_mapping_id };
    found.set(key, { ...found.get(key), [share]: { status, statusReason: row.status_reason, ...made } });
  }
  return found;
}

/** Mirakl counts orders of goods and of services apart. */
function keyOf({ kind, orderId }: Pick<RefundOfReversal, 'kind' | 'orderId'>): string {
  return `${kind} ${orderId}`;
}
