import type { Database } from '@connector/database';
import type { Clock } from '@connector/kernel';
import { compareMiraklDates, type MiraklClient } from '@connector/mirakl';
import type { Logger } from '@connector/observability';
import { enqueue, type Queues } from '@connector/queues';
import { type CheckpointKey, moveCheckpoint, readCheckpoint } from '../checkpoint.ts';
import type { SweepRound } from '../sweep/run-sweep.ts';
import type { SplitRules } from './decide-transfer.ts';
import { type OrdersPage, readOrders } from './read-orders.ts';
import { type OrderKind, splitTypeOf } from './transfer.ts';
import { findTransfers, insertTransfers, type WeighedTransfer } from './transfers-table.ts';
import { weighOrders, weighUnreadable } from './weigh-orders.ts';

export type PlanOrdersDeps = {
  readonly db: Database;
  readonly mirakl: MiraklClient;
  readonly queues: Queues;
  readonly now: Clock;
  readonly log: Logger;
  readonly rules: SplitRules;
};

export type PlanNewOrdersInput = {
  readonly kind: OrderKind;
  /** Where to begin on an empty ledger: an ISO date, or `all`; without it nothing is paid unasked (lessons.md, L5). */
  readonly startDate: string | undefined;
  readonly run?: string | undefined;
};

const checkpointKey: Readonly<Record<OrderKind, CheckpointKey>> = {
  product: 'product_payment_split_checkpoint',
  service: 'service_payment_split_checkpoint',
};

const theBeginning = '1970-01-01T00:00:00Z';

/**
 * Finds orders created since the checkpoint, saves what is to become of each, and enqueues those that can be sent. The
 * checkpoint moves in the transaction that saves its page. Orders at the boundary come again the next time; their rows
 * exist then. Gives back what it did in words.
 */
export async function planNewOrders(
  deps: PlanOrdersDeps,
  input: PlanNewOrdersInput,
  sweep: SweepRound,
): Promise<string> {
  const { kind } = input;
  const since = await whereToBegin(deps, input);
  if (since === undefined)
    return `nothing done: START_DATE is not set and there is no checkpoint of ${kind} orders yet`;

  let newest = since;
  let seen = 0;
  let found = 0;
  for await (const page of readOrders(deps.mirakl, kind, { createdSince: since })) {
    const fresh = await weighNew(deps, kind, page);
    newest = newestOf(page, newest);
    // Product orders come sorted by creation (OR11); of service orders (SOR11) that is not known before the last page.
    const checkpoint = kind === 'product' || page.isLast ? newest : undefined;
    const pending = await savePage(deps, kind, fresh, checkpoint);
    await enqueue(
      deps.queues,
      'payment-split.send-transfer',
      pending.map((transferId) => ({ transferId })),
      { run: input.run },
    );
    seen += page.orders.length + page.unreadable.length;
    found += fresh.length;
    await sweep.renew();
  }
  return `${seen} ${kind} orders read, ${found} transfers new`;
}

async function whereToBegin({ db }: PlanOrdersDeps, { kind, startDate }: PlanNewOrdersInput) {
  return (await readCheckpoint(db, checkpointKey[kind])) ?? (startDate === 'all' ? theBeginning : startDate);
}

/** Decisions about the shares that have no row yet; what has one is the business of the sweep over due orders. */
async function weighNew(deps: PlanOrdersDeps, kind: OrderKind, page: OrdersPage): Promise<WeighedTransfer[]> {
  const weighed = [
    ...(await weighOrders(deps.db, deps.rules, page.orders)),
    ...weighUnreadable(kind, deps.rules, page.unreadable),
  ];
  const nameless = page.unreadable.filter((object) => object.id === undefined);
  for (const { field, value } of nameless) deps.log.error({ kind, field, value }, 'order without an id left out');
  const ids = weighed.map(({ subject }) => subject.miraklId);
  const known = await findTransfers(deps.db, splitTypeOf[kind], ids);
  return weighed.filter(({ subject }) => !known.has(subject.miraklId));
}

function newestOf(page: OrdersPage, newest: string): string {
  const dates = [...page.orders, ...page.unreadable]
    .map((order) => order.createdAt)
    .filter((date) => date !== undefined);
  return dates.reduce((latest, date) => (compareMiraklDates(date, latest) > 0 ? date : latest), newest);
}

async function savePage(
  { db, now }: PlanOrdersDeps,
  kind: OrderKind,
  fresh: readonly WeighedTransfer[],
  checkpoint: string | undefined,
): Promise<number[]> {
  return db.transaction().execute(async (trx) => {
    const pending = await insertTransfers(trx, fresh, now());
    if (checkpoint !== undefined) await moveCheckpoint(trx, checkpointKey[kind], checkpoint);
    return pending;
  });
}
