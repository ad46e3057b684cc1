import type { Database } from '@connector/database';
import type { Clock } from '@connector/kernel';
import type { MiraklClient } from '@connector/mirakl';
import type { Logger } from '@connector/observability';
import { enqueue, type Queues } from '@connector/queues';
import type { OrderKind } from '../payment-split/index.ts';
import type { SweepRound } from '../sweep/run-sweep.ts';
import { decideUnlisted } from './decide-refund.ts';
import { type RefundsPage, readRefunds } from './read-refunds.ts';
import { refundTypeOf } from './refund.ts';
import {
  changeRefunds,
  findKnownRefunds,
  findRefundsToWeigh,
  insertRefunds,
  type PlannedRefund,
  type RefundChange,
  type WeighedRefund,
} from './refunds-table.ts';
import { awaitRefunds } from './reversals-table.ts';
import { isNamed, weighRefunds, weighUnreadable } from './weigh-refunds.ts';

export type PlanRefundsDeps = {
  readonly db: Database;
  readonly mirakl: MiraklClient;
  readonly queues: Queues;
  readonly now: Clock;
  readonly log: Logger;
};

export type PlanRefundsInput = {
  readonly kind: OrderKind;
  /** Take also what is not due yet. */
  readonly all?: boolean | undefined;
  readonly run?: string | undefined;
};

/** Rows that are due which a round takes at most. */
const rowsPerRound = 5_000;

/**
 * Finds the refunds that Mirakl waits for, saves what is to become of each new one, weighs those again that wait or have
 * failed and whose time has come, and enqueues what can be sent. One listing a round (PA12, SPA12). Gives back what it did in
 * words.
 */
export async function planRefunds(
  deps: PlanRefundsDeps,
  { kind, all = false, run }: PlanRefundsInput,
  sweep: SweepRound,
): Promise<string> {
  const which = { limit: rowsPerRound, evenIfNotDue: all };
  const rows = await findRefundsToWeigh(deps.db, refundTypeOf[kind], deps.now(), which);
  const due = new Map(rows.map((row) => [row.mirakl_refund_id, row]));
  const counts = { listed: 0, fresh: 0 };
  for await (const page of readRefunds(deps.mirakl, kind)) {
    const { fresh, changes } = await weighPage(deps, kind, page, due);
    await save(deps, { fresh, changes }, run);
    counts.listed += page.refunds.length + page.unreadable.length;
    counts.fresh += fresh.length;
    for (const { row } of changes) due.delete(row.mirakl_refund_id);
    await sweep.renew();
  }
  const unlisted = [...due.values()].map((row) => {
    const isConfirmed = row.mirakl_validation_time !== null;
    return { row, decision: decideUnlisted({ id: row.mirakl_refund_id, isConfirmed }) };
  });
  await save(deps, { fresh: [], changes: unlisted }, run);
  return `${counts.listed} ${kind} refunds listed, ${counts.fresh} new, ${rows.length} weighed again`;
}

type PageDecisions = { readonly fresh: readonly WeighedRefund[]; readonly changes: readonly RefundChange[] };

async function weighPage(
  deps: PlanRefundsDeps,
  kind: OrderKind,
  page: RefundsPage,
  due: ReadonlyMap<string, PlannedRefund>,
): Promise<PageDecisions> {
  const named = page.unreadable.filter(isNamed);
  for (const { id, orderId, field, value } of page.unreadable) {
    if (id === orderId) deps.log.error({ kind, orderId, field, value }, 'refund without an id left out');
  }
  const weighed = [...(await weighRefunds(deps.db, page.refunds)), ...weighUnreadable(kind, named)];
  const known = await findKnownRefunds(
    deps.db,
    weighed.map(({ subject }) => subject.refundId),
  );
  for (const { subject } of weighed) {
    const type = known.get(subject.refundId) ?? subject.type;
    // Mirakl counts refunds of goods and of services apart; the ledger of the old connector does not.
    if (type !== subject.type)
      deps.log.error({ kind, refundId: subject.refundId }, 'refund has the id of another kind');
  }
  return {
    fresh: weighed.filter(({ subject }) => !known.has(subject.refundId)),
    changes: weighed.flatMap((item) => {
      const row = due.get(item.subject.refundId);
      return row ? [{ ...item, row }] : [];
    }),
  };
}

/** Rows, their stories and the reversals that wait for them in one transaction; then the jobs of those that can be sent. */
async function save(
  { db, queues, now }: PlanRefundsDeps,
  { fresh, changes }: PageDecisions,
  run: string | undefined,
): Promise<void> {
  const pending = await db.transaction().execute(async (trx) => {
    const subjects = [...fresh, ...changes].flatMap(({ subject }) => subject ?? []);
    await awaitRefunds(trx, subjects, now());
    return [...(await insertRefunds(trx, fresh, now())), ...(await changeRefunds(trx, changes, now()))];
  });
  await enqueue(
    queues,
    'refunds.send-refund',
    pending.map((refundId) => ({ refundId })),
    { run },
  );
}
