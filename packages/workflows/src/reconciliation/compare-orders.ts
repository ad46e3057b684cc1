import type { Database } from '@connector/database';
import type { Clock } from '@connector/kernel';
import { type MiraklClient, parseMiraklDate } from '@connector/mirakl';
import { type OrderKind, splitTypeOf, transferMiraklId } from '../payment-split/index.ts';
import { refundTypeOf } from '../refunds/index.ts';
import { classifyOrder, type PaidShare } from './classify-order.ts';
import { saveDifferences } from './differences-table.ts';
import type { RecordedMovement } from './movement.ts';
import type { ComparedOrder, OrdersPage } from './read-orders.ts';
import { findRefundsOfOrders, findTransfersOfOrders } from './recorded-table.ts';
import type { RecordedTime } from './recorded-time-table.ts';
import type { Unit } from './runs-table.ts';
import { noteSightings } from './sightings-table.ts';
import { findTakenBack } from './taken-back-table.ts';

export type CompareOrdersDeps = {
  readonly db: Database;
  readonly mirakl: MiraklClient;
  readonly now: Clock;
  /** Whether refunds of such orders are paid back by the connector. */
  readonly paysRefunds: Readonly<Record<OrderKind, boolean>>;
};

/**
 * Compares a page of orders, as Mirakl has them now, with what the ledger has paid for them and back: three queries for up to a
 * hundred orders. Those of the recorded time must be in the ledger. Saves the differences, and notes which orders were seen.
 */
export async function compareOrders(
  { db, now, paysRefunds }: CompareOrdersDeps,
  { runId }: Unit,
  { kind, recordedTime }: { readonly kind: OrderKind; readonly recordedTime: RecordedTime | undefined },
  { orders, unreadableIds }: OrdersPage,
): Promise<void> {
  const ids = orders.map(({ id }) => id);
  const known = await findTransfersOfOrders(db, splitTypeOf[kind], [...ids, ...unreadableIds].flatMap(bothShares));
  const rows = new Map(known.map((row) => [row.miraklId, row]));
  const shareOf = await takenBackOf(db, known);
  const refunds = Map.groupBy(await findRefundsOfOrders(db, refundTypeOf[kind], ids), ({ orderId }) => orderId);

  const differences = orders.flatMap((order) => {
    const [seller, tax] = bothShares(order.id).map((miraklId) => shareOf(rows.get(miraklId)));
    return classifyOrder({
      ...{ order, createdAt: parseMiraklDate(order.createdAt) ?? now() },
      shares: { ...(seller && { seller }), ...(tax && { tax }) },
      refundRows: refunds.get(order.id) ?? [],
      mustBeRecorded: isWithin(order, recordedTime),
      paysRefunds: paysRefunds[kind],
    });
  });
  await db.transaction().execute(async (trx) => {
    await saveDifferences(trx, { runId, part: `${kind}-orders` }, differences, now());
    await noteSightings(
      trx,
      known.map(({ type, miraklId }) => `${type} ${miraklId}`),
      now(),
    );
  });
}

/** The Mirakl ids of both transfers that an order can have. */
export function bothShares(orderId: string): string[] {
  return [transferMiraklId(orderId, 'seller'), transferMiraklId(orderId, 'tax')];
}

async function takenBackOf(db: Database, rows: readonly RecordedMovement[]) {
  const takenBack = await findTakenBack(
    db,
    rows.flatMap(({ stripeId }) => stripeId ?? []),
  );
  return (row: RecordedMovement | undefined): PaidShare | undefined => {
    const { refunded = 0n, outside = 0n } = takenBack.get(row?.stripeId ?? '') ?? {};
    return row && { row, refunded, takenBackOutside: outside };
  };
}

function isWithin(order: ComparedOrder, time: RecordedTime | undefined): boolean {
  const createdAt = parseMiraklDate(order.createdAt);
  return createdAt !== undefined && time !== undefined && createdAt >= time.from && createdAt < time.to;
}
