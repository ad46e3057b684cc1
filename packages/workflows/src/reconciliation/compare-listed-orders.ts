import type { OrderKind } from '../payment-split/index.ts';
import type { SweepRound } from '../sweep/run-sweep.ts';
import { type CompareOrdersDeps, compareOrders } from './compare-orders.ts';
import { type OrdersPage, readOrders } from './read-orders.ts';
import { findRecordedTime } from './recorded-time-table.ts';
import { advanceUnit, type Unit } from './runs-table.ts';

/**
 * Compares every order that was created on Mirakl since the beginning of the unit, in one listing. Product orders come oldest
 * first, so that after a crash the listing goes on where it was; of service orders the order is not known.
 */
export async function compareListedOrders(
  deps: CompareOrdersDeps,
  unit: Unit,
  kind: OrderKind,
  sweep: SweepRound,
): Promise<void> {
  const createdSince = unit.cursor ?? unit.from?.toISOString();
  if (createdSince === undefined) throw new Error('orders are listed from a moment on');
  const recordedTime = await findRecordedTime(deps.db, kind);
  for await (const page of readOrders(deps.mirakl, kind, { createdSince })) {
    await compareOrders(deps, unit, { kind, recordedTime }, page);
    const cursor = kind === 'product' ? lastOf(page) : undefined;
    await advanceUnit(deps.db, unit, { compared: page.orders.length, cursor }, deps.now());
    await sweep.renew();
  }
}

function lastOf({ orders }: OrdersPage): string | undefined {
  return orders.at(-1)?.createdAt;
}
