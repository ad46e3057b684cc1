import type { Database } from '@connector/database';
import { isPaymentId, orderOfTransfer, splitTypes } from '../payment-split/index.ts';
import { findPaymentsOf } from '../payment-validation/index.ts';

/** An order whose buyer is to get money back. */
export type OrderToRefund = { readonly orderId: string; readonly commercialId: string | null };

/** What the ledger knows of it. */
export type PaidOrder = {
  /** The payments that the money may have come from, the likeliest first. */
  readonly paymentIds: readonly string[];
  /** Null if no transfer of the order is known. */
  readonly shopId: number | null;
};

/**
 * The payments of these orders, by order id: that which the order's transfer was made of, then those of the commercial order by
 * their use. Two queries, however many orders.
 */
export async function findPaidOrders(db: Database, orders: readonly OrderToRefund[]): Promise<Map<string, PaidOrder>> {
  const transfers = await findTransfersOf(db, orders);
  const commercialIds = orders.flatMap(({ commercialId }) => (commercialId === null ? [] : [commercialId]));
  const mapped = await findPaymentsOf(db, [...new Set(commercialIds)]);
  return new Map(
    orders.map(({ orderId, commercialId }) => {
      const transfer = transfers.get(orderId);
      const source = transfer?.transaction_id ?? '';
      const charges = (mapped.get(commercialId ?? '') ?? []).map(({ chargeId }) => chargeId);
      const paymentIds = new Set(isPaymentId(source) ? [source, ...charges] : charges);
      return [orderId, { paymentIds: [...paymentIds], shopId: transfer?.mirakl_shop_id ?? null }];
    }),
  );
}

/**
 * Whether the order is the only one of its commercial order and this charge the only payment of it, as far as the ledger knows:
 * then what the charge has authorised is nobody else's (lessons.md, L12).
 */
export async function isWholeCommercialOrder(
  db: Database,
  { orderId, commercialId, chargeId }: OrderToRefund & { readonly chargeId: string },
): Promise<boolean> {
  if (commercialId === null) return false;
  const transfers = await db
    .selectFrom('stripe_transfer')
    .select('mirakl_id')
    .where('mirakl_commercial_order_id', '=', commercialId)
    .where('type', 'in', splitTypes)
    .where('status', '!=', 'TRANSFER_ABORTED')
    .execute();
  if (transfers.some(({ mirakl_id: id }) => orderOfTransfer(id).orderId !== orderId)) return false;
  const payments = (await findPaymentsOf(db, [commercialId])).get(commercialId) ?? [];
  return payments.every((payment) => payment.chargeId === chargeId || isOver(payment.status));
}

async function findTransfersOf(db: Database, orders: readonly OrderToRefund[]) {
  if (orders.length === 0) return new Map<string, never>();
  const rows = await db
    .selectFrom('stripe_transfer')
    .select(['mirakl_id', 'transaction_id', 'mirakl_shop_id'])
    .where('type', 'in', splitTypes)
    .where(
      'mirakl_id',
      'in',
      orders.map(({ orderId }) => orderId),
    )
    .execute();
  return new Map(rows.map((row) => [row.mirakl_id, row]));
}

function isOver(status: string): boolean {
  return status === 'failed' || status === 'canceled';
}
