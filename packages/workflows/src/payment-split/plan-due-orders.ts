import { enqueue } from '@connector/queues';
import type { SweepRound } from '../sweep/run-sweep.ts';
import type { PlanOrdersDeps } from './plan-new-orders.ts';
import { type OrdersPage, readOrders } from './read-orders.ts';
import { type OrderKind, orderOfTransfer, splitTypeOf } from './transfer.ts';
import { changeTransfers, findTransfersToWeigh, type PlannedTransfer, postponeTransfers } from './transfers-table.ts';
import { weighOrders, weighUnreadable } from './weigh-orders.ts';

export type PlanDueOrdersInput = {
  readonly kind: OrderKind;
  /** Take also what is not due yet. */
  readonly all?: boolean | undefined;
  readonly run?: string | undefined;
};

/** Rows a round takes at most: their ids are held in memory, their orders come page by page. */
const rowsPerRound = 5_000;

/**
 * Weighs transfers again that wait or have failed and whose time has come, by what Mirakl says of their orders now, and
 * enqueues those that can be sent. Asks for 100 orders a call. Gives back what it did in words.
 */
export async function planDueOrders(
  deps: PlanOrdersDeps,
  { kind, all = false, run }: PlanDueOrdersInput,
  sweep: SweepRound,
): Promise<string> {
  const which = { limit: rowsPerRound, evenIfNotDue: all };
  const rows = await findTransfersToWeigh(deps.db, splitTypeOf[kind], deps.now(), which);
  if (rows.length === 0) return `no ${kind} transfer is due`;

  const waiting = Map.groupBy(rows, (row) => orderOfTransfer(row.mirakl_id).orderId);
  let ready = 0;
  for await (const page of readOrders(deps.mirakl, kind, { orderIds: [...waiting.keys()] })) {
    const pending = await weighAgain(deps, kind, page, waiting);
    await enqueue(
      deps.queues,
      'payment-split.send-transfer',
      pending.map((transferId) => ({ transferId })),
      { run },
    );
    ready += pending.length;
    for (const id of idsOn(page)) waiting.delete(id);
    await sweep.renew();
  }
  const missing = [...waiting.values()].flat();
  if (missing.length > 0) deps.log.warn({ kind, orders: [...waiting.keys()].slice(0, 20) }, 'orders missing on Mirakl');
  await postponeTransfers(deps.db, missing, deps.now());
  return `${rows.length} ${kind} transfers weighed again, ${ready} ready to be sent`;
}

async function weighAgain(
  deps: PlanOrdersDeps,
  kind: OrderKind,
  page: OrdersPage,
  waiting: ReadonlyMap<string, readonly PlannedTransfer[]>,
): Promise<number[]> {
  const weighed = [
    ...(await weighOrders(deps.db, deps.rules, page.orders)),
    ...weighUnreadable(kind, deps.rules, page.unreadable),
  ];
  const rows = new Map(
    idsOn(page)
      .flatMap((id) => waiting.get(id) ?? [])
      .map((row) => [row.mirakl_id, row]),
  );
  const changes = weighed.flatMap((item) => {
    const row = rows.get(item.subject.miraklId);
    return row ? [{ ...item, row }] : [];
  });
  // A share that is no longer asked for (the tax split was switched off) stays as it is.
  const decided = new Set(changes.map(({ row }) => row));
  const undecided = [...rows.values()].filter((row) => !decided.has(row));
  return deps.db.transaction().execute(async (trx) => {
    await postponeTransfers(trx, undecided, deps.now());
    return changeTransfers(trx, changes, deps.now());
  });
}

function idsOn(page: OrdersPage): string[] {
  return [...page.orders, ...page.unreadable].map((order) => order.id).filter((id) => id !== undefined);
}
