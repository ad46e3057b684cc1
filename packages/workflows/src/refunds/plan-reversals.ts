import type { Database } from '@connector/database';
import type { Clock } from '@connector/kernel';
import type { MiraklClient } from '@connector/mirakl';
import type { Logger } from '@connector/observability';
import { enqueue, type Queues } from '@connector/queues';
import {
  changeTransfers,
  findTransfersToWeigh,
  insertTransfers,
  type OrderKind,
  type PlannedTransfer,
  postponeTransfers,
  type WeighedTransfer,
} from '../payment-split/index.ts';
import type { SweepRound } from '../sweep/run-sweep.ts';
import { type OrderRefunds, readOrderRefunds } from './order-refunds.ts';
import { describeReversals, type Reversal } from './reversals-table.ts';
import { weighReversal, weighTaxShare } from './weigh-reversal.ts';

export type PlanReversalsDeps = {
  readonly db: Database;
  readonly mirakl: MiraklClient;
  readonly queues: Queues;
  readonly now: Clock;
  readonly log: Logger;
};

export type PlanReversalsInput = {
  /** Take also what is not due yet. */
  readonly all?: boolean | undefined;
  readonly run?: string | undefined;
};

/** Rows a round takes at most: their ids are held in memory, their orders come page by page. */
const rowsPerRound = 5_000;

/**
 * Weighs what sellers are to give back for refunds, wherever its time has come, and enqueues what can be sent. Most of what
 * waits does so by what the ledger says; for the rest Mirakl is asked for the orders, 100 a call (OR11, SOR11). Throws
 * `mirakl_too_soon` when orders of goods must wait for their turn; everything else is on record then. Gives back what it did
 * in words.
 */
export async function planReversals(
  deps: PlanReversalsDeps,
  { all = false, run }: PlanReversalsInput,
  sweep: SweepRound,
): Promise<string> {
  const which = { limit: rowsPerRound, evenIfNotDue: all };
  const rows = await findTransfersToWeigh(deps.db, 'TRANSFER_REFUND', deps.now(), which);
  if (rows.length === 0) return 'no reversal is due';
  const settled: Change[] = [];
  const waiting: Record<OrderKind, Reversal[]> = { product: [], service: [] };
  for (const reversal of await describeReversals(deps.db, rows)) {
    const weighed = weighReversal(reversal, undefined);
    const isRead = weighed === 'read-order' || weighTaxShare(reversal, undefined) === 'read-order';
    if (isRead && reversal.refund) waiting[reversal.refund.kind].push(reversal);
    else if (weighed !== 'read-order') settled.push({ row: reversal.row, ...weighed });
  }
  await save(deps, { changes: settled, fresh: [] }, run);
  // Services first: they need not wait for a turn.
  const ready =
    (await weighWithOrders(deps, 'service', waiting.service, run, sweep)) +
    (await weighWithOrders(deps, 'product', waiting.product, run, sweep));
  return `${rows.length} reversals weighed, ${ready} ready to be sent`;
}

type Change = WeighedTransfer & { readonly row: PlannedTransfer };
type Decisions = { readonly changes: readonly Change[]; readonly fresh: readonly WeighedTransfer[] };

async function weighWithOrders(
  deps: PlanReversalsDeps,
  kind: OrderKind,
  reversals: readonly Reversal[],
  run: string | undefined,
  sweep: SweepRound,
): Promise<number> {
  const waiting = Map.groupBy(reversals, ({ refund }) => refund?.orderId ?? '');
  let ready = 0;
  for await (const page of readOrderRefunds(deps.mirakl, kind, [...waiting.keys()])) {
    ready += await save(deps, decide(page, waiting), run);
    for (const { orderId } of page) waiting.delete(orderId);
    await sweep.renew();
  }
  const missing = [...waiting.values()].flat();
  if (missing.length > 0) deps.log.warn({ kind, orders: [...waiting.keys()].slice(0, 20) }, 'orders missing on Mirakl');
  await postponeTransfers(
    deps.db,
    missing.map(({ row }) => row),
    deps.now(),
  );
  return ready;
}

function decide(page: readonly OrderRefunds[], waiting: ReadonlyMap<string, readonly Reversal[]>): Decisions {
  const changes: Change[] = [];
  const fresh: WeighedTransfer[] = [];
  for (const order of page) {
    for (const reversal of waiting.get(order.orderId) ?? []) {
      const weighed = weighReversal(reversal, order);
      if (weighed !== 'read-order') changes.push({ row: reversal.row, ...weighed });
      const taxShare = weighTaxShare(reversal, order);
      if (taxShare && taxShare !== 'read-order') fresh.push(taxShare);
    }
  }
  return { changes, fresh };
}

/** Rows and their stories in one transaction, then the jobs of those that can be sent; gives back how many. */
async function save(
  { db, queues, now }: PlanReversalsDeps,
  { changes, fresh }: Decisions,
  run: string | undefined,
): Promise<number> {
  const pending = await db
    .transaction()
    .execute(async (trx) => [
      ...(await changeTransfers(trx, changes, now())),
      ...(await insertTransfers(trx, fresh, now())),
    ]);
  await enqueue(
    queues,
    'refunds.send-reversal',
    pending.map((transferId) => ({ transferId })),
    { run },
  );
  return pending.length;
}
