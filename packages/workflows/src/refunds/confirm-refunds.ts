import type { Database } from '@connector/database';
import { type Clock, currencyOf, decimalFromMoney, moneyFromMinor } from '@connector/kernel';
import {
  confirmRefunds as confirmProductRefunds,
  confirmServiceRefunds,
  type MiraklClient,
  type ServiceRefundConfirmation,
} from '@connector/mirakl';
import type { Logger } from '@connector/observability';
import { enqueue, type Queues } from '@connector/queues';
import type { OrderKind } from '../payment-split/index.ts';
import {
  type DueConfirmation,
  makeConfirmationsDue,
  noteConfirmationsSent,
  recordConfirmed,
  recordUnconfirmed,
  takeConfirmations,
} from './confirmations-table.ts';
import { readRefunds } from './read-refunds.ts';
import { refundTypeOf } from './refund.ts';

export type ConfirmRefundsDeps = {
  readonly db: Database;
  readonly mirakl: MiraklClient;
  readonly queues: Queues;
  readonly now: Clock;
  readonly log: Logger;
};

type Input = { readonly run?: string | undefined };

/** Mirakl takes so many confirmations in one call. */
const refundsPerBatch = 100;

/**
 * Tells Mirakl of refunds that the buyers have got, a hundred a call (PA02, SPA02), and asks for their reversals. There is no
 * idempotency key: when nobody knows what became of a call, what still waits is read back (PA12, SPA12) before anything is
 * told again. A refund that Mirakl refuses concerns itself alone. Gives back what it did in words; throws `MiraklError` when
 * Mirakl could not be told.
 */
export async function confirmRefunds(deps: ConfirmRefundsDeps, input: Input): Promise<string> {
  const rounds = await Promise.allSettled([confirmBatch(deps, 'product', input), confirmBatch(deps, 'service', input)]);
  return rounds
    .map((round) => {
      if (round.status === 'rejected') throw round.reason;
      return round.value;
    })
    .join(', ');
}

async function confirmBatch(deps: ConfirmRefundsDeps, kind: OrderKind, { run }: Input): Promise<string> {
  const { db, queues, now } = deps;
  const due = await takeConfirmations(db, refundTypeOf[kind], now(), refundsPerBatch);
  if (due.length === 0) return `no ${kind} refund to confirm`;
  try {
    const untold = await readBack(deps, kind, due);
    const refused = await tell(deps, kind, untold);
    await enqueue(queues, 'refunds.plan-reversals', [{}], { run });
    if (due.length === refundsPerBatch) await enqueue(queues, 'refunds.confirm-refunds', [{}], { run });
    return `${due.length - refused} of ${due.length} ${kind} refunds confirmed`;
  } catch (error) {
    await makeConfirmationsDue(db, idsOf(due), now());
    throw error;
  }
}

/** Records what Mirakl has heard by a call of unknown outcome; gives back the others. */
async function readBack(
  { db, mirakl, now }: ConfirmRefundsDeps,
  kind: OrderKind,
  due: readonly DueConfirmation[],
): Promise<readonly DueConfirmation[]> {
  const uncertain = due.filter((refund) => refund.confirmation_sent_at !== null);
  if (uncertain.length === 0) return due;
  const awaited = await listAwaited(mirakl, kind);
  const heard = new Set(uncertain.filter((refund) => !awaited.has(refund.mirakl_refund_id)));
  await recordConfirmed(db, [...heard], now());
  return due.filter((refund) => !heard.has(refund));
}

/** Tells Mirakl of these refunds and records how it ended for each; gives back how many it does not want to hear of. */
async function tell(
  { db, log, mirakl, now }: ConfirmRefundsDeps,
  kind: OrderKind,
  refunds: readonly DueConfirmation[],
): Promise<number> {
  if (refunds.length === 0) return 0;
  await noteConfirmationsSent(db, idsOf(refunds), now());
  const reasons = await send(mirakl, kind, refunds);
  await recordConfirmed(
    db,
    refunds.filter((refund) => !reasons.has(refund.mirakl_refund_id)),
    now(),
  );
  if (reasons.size === 0) return 0;
  // What is confirmed already is refused like anything that is wrong, but waits no longer.
  const awaited = await listAwaited(mirakl, kind);
  let refused = 0;
  for (const refund of refunds) {
    const reason = reasons.get(refund.mirakl_refund_id);
    if (reason === undefined) continue;
    if (!awaited.has(refund.mirakl_refund_id)) {
      await recordConfirmed(db, [refund], now());
      continue;
    }
    log.warn({ refundId: refund.id, reason }, 'refund not confirmed to mirakl');
    await recordUnconfirmed(db, refund, reason, now());
    refused += 1;
  }
  return refused;
}

/** One call for all; gives back Mirakl's reasons against some of them, by Mirakl id. */
async function send(
  mirakl: MiraklClient,
  kind: OrderKind,
  refunds: readonly DueConfirmation[],
): Promise<Map<string, string>> {
  const bodies = refunds.map(confirmationOf);
  const results = await (kind === 'product' ? confirmProductRefunds : confirmServiceRefunds)(mirakl, bodies);
  return new Map(results.flatMap((each) => (each.outcome === 'refused' ? [[each.refundId, each.reason]] : [])));
}

function confirmationOf(refund: DueConfirmation): ServiceRefundConfirmation {
  const currency = currencyOf(refund.currency);
  if (!currency) throw new Error(`refund ${refund.id} was paid back without a currency`);
  return {
    refundId: refund.mirakl_refund_id,
    orderId: refund.mirakl_order_id,
    amount: decimalFromMoney(moneyFromMinor(refund.amount, currency)),
    currency,
    status: 'OK',
    transactionNumber: refund.stripe_refund_id,
  };
}

/** The Mirakl ids of all refunds that have not been confirmed, readable or not. */
async function listAwaited(mirakl: MiraklClient, kind: OrderKind): Promise<Set<string>> {
  const ids = new Set<string>();
  for await (const { refunds, unreadable } of readRefunds(mirakl, kind)) {
    for (const { id } of [...refunds, ...unreadable]) if (id !== undefined) ids.add(id);
  }
  return ids;
}

function idsOf(refunds: readonly DueConfirmation[]): number[] {
  return refunds.map(({ id }) => id);
}
