import type { Database } from '@connector/database';
import type { Clock } from '@connector/kernel';
import { compareMiraklDates, type MiraklClient, parseMiraklDate } from '@connector/mirakl';
import { readCheckpoint } from '../checkpoint.ts';
import { type OrderKind, splitTypeOf, transferMiraklId } from '../payment-split/index.ts';
import { refundTypeOf } from '../refunds/index.ts';
import { classifyOrder, type PaidShare } from './classify-order.ts';
import { saveDifferences } from './differences-table.ts';
import type { RecordedMovement } from './movement.ts';
import type { ComparedOrder, OrdersPage } from './read-orders.ts';
import { findRefundsOfOrders, findTransfersOfOrders } from './recorded-table.ts';
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
 * Compares a page of orders, as Mirakl has them now, with what the ledger has paid for them and back: four queries for up to a
 * hundred orders. Saves the differences, and notes which orders were seen.
 */
export async function compareOrders(
  { db, now, paysRefunds }: CompareOrdersDeps,
  { runId }: Unit,
  kind: OrderKind,
  { orders, unreadableIds }: OrdersPage,
): Promise<void> {
  const ids = orders.map(({ id }) => id);
  const known = await findTransfersOfOrders(db, splitTypeOf[kind], [...ids, ...unreadableIds].flatMap(bothShares));
  const rows = new Map(known.map((row) => [row.miraklId, row]));
  const shareOf = await takenBackOf(db, known);
  const refunds = Map.groupBy(await findRefundsOfOrders(db, refundTypeOf[kind], ids), ({ orderId }) => orderId);
  const checkpoint = await readCheckpoint(db, `${kind}_payment_split_checkpoint`);

  const differences = orders.flatMap((order) => {
    const [seller, tax] = bothShares(order.id).map((miraklId) => shareOf(rows.get(miraklId)));
    return classifyOrder({
      ...{ order, createdAt: parseMiraklDate(order.createdAt) ?? now() },
      shares: { ...(seller && { seller }), ...(tax && { tax }) },
      refundRows: refunds.get(order.id) ?? [],
      mustBeRecorded: isBehind(order, checkpoint),
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

/** Whether the sweep over new orders has passed it. What it has reached is read again, and may not be recorded yet. */
function isBehind({ createdAt }: ComparedOrder, checkpoint: string | undefined): boolean {
  return checkpoint !== undefined && compareMiraklDates(createdAt, checkpoint) < 0;
}
