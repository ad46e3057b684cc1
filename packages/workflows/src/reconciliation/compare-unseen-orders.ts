import { type OrderKind, orderOfTransfer, splitTypeOf } from '../payment-split/index.ts';
import type { SweepRound } from '../sweep/run-sweep.ts';
import { bothShares, type CompareOrdersDeps, compareOrders } from './compare-orders.ts';
import { differenceOfRow } from './describe-difference.ts';
import { saveDifferences } from './differences-table.ts';
import { listUnfound } from './open-differences-table.ts';
import { readOrders } from './read-orders.ts';
import { findTransfersOfOrders } from './recorded-table.ts';
import { findRecordedTime } from './recorded-time-table.ts';
import { advanceUnit, type Unit } from './runs-table.ts';
import { findUnseenOrders } from './unseen-table.ts';

/** Orders that a run asks for by their ids at most: 50 calls. */
const mostOrders = 5_000;

/**
 * The other direction: orders that were paid and did not stand on Mirakl's list, and those with an open difference that are too
 * old for it, are asked for by their ids, in one listing. What Mirakl does not give then, it does not have. Gives back whether
 * these were all.
 */
export async function compareUnseenOrders(
  deps: CompareOrdersDeps,
  unit: Unit,
  kind: OrderKind,
  sweep: SweepRound,
): Promise<boolean> {
  const { db, mirakl, now } = deps;
  const wanted = await findWanted(deps, unit, kind);
  const areAll = wanted.size < mostOrders;
  const recordedTime = await findRecordedTime(db, kind);
  for await (const page of readOrders(mirakl, kind, { orderIds: [...wanted] })) {
    await compareOrders(deps, unit, { kind, recordedTime }, page);
    for (const id of [...page.orders.map((order) => order.id), ...page.unreadableIds]) wanted.delete(id);
    await advanceUnit(db, unit, { compared: page.orders.length }, now());
    await sweep.renew();
  }
  const rows = await findTransfersOfOrders(db, splitTypeOf[kind], [...wanted].flatMap(bothShares));
  const differences = rows
    .filter(({ state }) => state === 'made')
    .map((row) => ({
      ...differenceOfRow(row, 'missing-on-mirakl', 'order'),
      orderId: orderOfTransfer(row.miraklId).orderId,
    }));
  await saveDifferences(db, { ...unit, part: `${kind}-orders` }, differences, now());
  return areAll;
}

async function findWanted({ db }: CompareOrdersDeps, unit: Unit, kind: OrderKind): Promise<Set<string>> {
  const { from, to } = unit;
  if (!from || !to) throw new Error('orders are looked for from one moment to another');
  const page = { afterId: 0, limit: mostOrders };
  const open = await listUnfound(db, { ...unit, part: `${kind}-orders` }, page);
  const wanted = new Set(open.flatMap(({ orderId }) => orderId ?? []));
  const rows = await findUnseenOrders(db, splitTypeOf[kind], { from, to }, mostOrders);
  for (const { miraklId } of rows) if (wanted.size < mostOrders) wanted.add(orderOfTransfer(miraklId).orderId);
  return wanted;
}
