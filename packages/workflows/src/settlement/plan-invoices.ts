import type { Database } from '@connector/database';
import { type Clock, ConnectorError, isConnectorError } from '@connector/kernel';
import { compareMiraklDates, type Invoice, listInvoices, type MiraklClient, type Page } from '@connector/mirakl';
import type { Logger } from '@connector/observability';
import { enqueue, type Queues } from '@connector/queues';
import { moveCheckpoint, readCheckpoint } from '../checkpoint.ts';
import type { SweepRound } from '../sweep/run-sweep.ts';
import type { SettlementRules } from './decide-invoice.ts';
import { findShopsToSettle, findUnfinishedInvoices } from './due-invoices-table.ts';
import { findKnownInvoices, saveInvoices } from './invoices-table.ts';
import type { WeighedInvoice } from './movement.ts';
import { makeWaitingDue } from './waiting-movements-table.ts';
import { pickInvoices, weighInvoices, weighUnreadable } from './weigh-invoices.ts';

export type PlanInvoicesDeps = {
  readonly db: Database;
  readonly mirakl: MiraklClient;
  readonly queues: Queues;
  readonly now: Clock;
  readonly log: Logger;
  readonly rules: SettlementRules;
};

export type PlanInvoicesInput = {
  /** Where to begin on an empty ledger: an ISO date, or `all`; without it nothing is paid unasked (lessons.md, L5). */
  readonly startDate: string | undefined;
  /** Also try again now what is not due yet. */
  readonly all?: boolean | undefined;
  /** Whether the round's time had come, rather than that somebody asked for it. */
  readonly scheduled?: boolean | undefined;
  readonly run?: string | undefined;
};

const checkpointKey = 'seller_settlement_checkpoint';
const theBeginning = '1970-01-01T00:00:00Z';

/** Unfinished invoices that a round asks Mirakl for again: 50 calls. */
const unfinishedPerRound = 5_000;
/** A daily round may come a little early; one that follows a round on demand is far too early, and others follow it. */
const aLittleEarlyMs = 3_600_000;
/** Sellers whose jobs a round rings at most. The recovery sweep rings for the others. */
const shopsPerRound = 5_000;

/**
 * Finds accounting documents issued since the checkpoint and hears again of those that are not done, in the one listing a day
 * that Mirakl allows (IV01); saves what they call for, and has the sellers settled for whom something is due. The checkpoint
 * moves in the transaction that saves its page. Gives back what it did in words.
 *
 * When it is too soon for a listing, what is due is settled all the same, and the round says when the next one can be. One of
 * the schedule that is only a little early throws `mirakl_too_soon`, so that it comes back and its day is not lost.
 */
export async function planInvoices(
  deps: PlanInvoicesDeps,
  input: PlanInvoicesInput,
  sweep: SweepRound,
): Promise<string> {
  const { startDate, all = false, scheduled = false, run } = input;
  const since = (await readCheckpoint(deps.db, checkpointKey)) ?? (startDate === 'all' ? theBeginning : startDate);
  if (since === undefined) return 'nothing done: START_DATE is not set and there is no checkpoint of invoices yet';

  const listed = await list(deps, since, sweep);
  if (all) await makeWaitingDue(deps.db, {}, deps.now());
  const shops = await findShopsToSettle(deps.db, deps.now(), shopsPerRound);
  await enqueue(
    deps.queues,
    'settlement.settle-seller',
    shops.map((shopId) => ({ shopId })),
    { run },
  );
  if (listed instanceof ConnectorError && scheduled && (listed.retryAfterMs ?? 0) <= aLittleEarlyMs) throw listed;
  return `${listed instanceof ConnectorError ? listed.message : listed}, ${shops.length} sellers to be settled`;
}

/** What was read in words, or the error that says when Mirakl can be asked. */
async function list(deps: PlanInvoicesDeps, since: string, sweep: SweepRound): Promise<string | ConnectorError> {
  const invoiceIds = await findUnfinishedInvoices(deps.db, unfinishedPerRound);
  let newest = since;
  let seen = 0;
  let oddities = 0;
  try {
    for await (const page of listInvoices(deps.mirakl, { createdSince: since, invoiceIds })) {
      newest = newestOf(page, newest);
      oddities += await savePage(deps, page, newest);
      seen += page.items.length + page.unreadable.length;
      await sweep.renew();
    }
  } catch (error) {
    if (!isConnectorError(error, 'mirakl_too_soon')) throw error;
    return tooSoon(error, deps.now());
  }
  const addUp = oddities > 0 ? `, ${oddities} do not add up` : '';
  return `${seen} invoices read${addUp}`;
}

function newestOf(page: Page<Invoice>, newest: string): string {
  const dates = [...page.items, ...page.unreadable].map(({ createdAt }) => createdAt);
  return dates
    .filter((date) => date !== undefined)
    .reduce((latest, date) => (compareMiraklDates(date, latest) > 0 ? date : latest), newest);
}

/** Gives back how many new documents of the page do not add up and are paid all the same. */
async function savePage(deps: PlanInvoicesDeps, page: Page<Invoice>, checkpoint: string): Promise<number> {
  const { db, log, rules } = deps;
  const now = deps.now();
  const { fit, tooLarge } = pickInvoices(page.items);
  for (const { invoiceId, shopId } of tooLarge) log.error({ invoiceId, shopId }, 'invoice left out: number too large');
  const weighed = await weighInvoices(db, rules, fit, now);
  for (const object of page.unreadable) {
    const held = weighUnreadable(object, now);
    if (held) weighed.push(held);
    else log.error({ field: object.field, value: object.value }, 'invoice without a number left out');
  }
  const known = await findKnownInvoices(db, weighed.map(idOf));
  const odd = weighed.filter(({ invoiceId, decision }) => decision.note !== undefined && !known.get(invoiceId)?.payout);
  for (const { invoiceId, decision } of odd) log.warn({ invoiceId, note: decision.note }, 'invoice does not add up');
  await db.transaction().execute(async (trx) => {
    await saveInvoices(trx, weighed, known, now);
    await moveCheckpoint(trx, checkpointKey, checkpoint);
  });
  return odd.length;
}

function idOf({ invoiceId }: WeighedInvoice): number {
  return invoiceId;
}

function tooSoon({ code, retryAfterMs = 0, cause }: ConnectorError, now: Date): ConnectorError {
  const at = new Date(now.getTime() + retryAfterMs).toISOString().slice(0, 16).replace('T', ' ');
  const facts = { code, retryable: true, retryAfterMs, cause };
  return new ConnectorError(`Mirakl allows one listing of invoices a day, the next from ${at} UTC on`, facts);
}
