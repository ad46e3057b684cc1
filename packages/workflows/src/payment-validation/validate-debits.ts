import type { Database } from '@connector/database';
import type { Clock } from '@connector/kernel';
import {
  confirmDebits,
  confirmServiceDebits,
  type DebitConfirmation,
  type DebitConfirmationResult,
  type MiraklClient,
} from '@connector/mirakl';
import type { Logger } from '@connector/observability';
import { enqueue, type Queues } from '@connector/queues';
import { statusReason } from '../status-reason.ts';
import type { SweepRound } from '../sweep/run-sweep.ts';
import { lockPayments, makeCapturesDue } from './captures-table.ts';
import { type DebitDecision, decideDebit, type ValidationRules } from './decide-debit.ts';
import { findPaymentsOf, noteReleases } from './payment-mappings-table.ts';
import { type AwaitedDebit, type DebitsPage, readPendingDebits } from './read-pending-debits.ts';
import {
  type DebitKind,
  findUnconfirmedDebits,
  forgetUnconfirmedDebits,
  noteUnconfirmedDebits,
  type UnconfirmedDebit,
} from './unconfirmed-debits-table.ts';

export type ValidateDebitsDeps = {
  readonly db: Database;
  readonly mirakl: MiraklClient;
  readonly queues: Queues;
  readonly now: Clock;
  readonly log: Logger;
  readonly rules: ValidationRules;
};

export type ValidateDebitsInput = {
  readonly kind: DebitKind;
  /** Tell also what Mirakl has refused and whose pause is not over. */
  readonly all?: boolean | undefined;
  readonly run?: string | undefined;
};

/** Mirakl takes so many in one call; what became of them is recorded before the next. */
const debitsPerCall = 100;

/** What Mirakl is to be told of a debit that it waits for. */
type Told = { readonly debit: AwaitedDebit; readonly decision: Exclude<DebitDecision, { kind: 'wait' }> };

/**
 * Tells Mirakl which of the debits that it waits for are paid, and which never will be (PA11 and PA01; SPA11 and SPA01). Confirms
 * after the last page, because what is confirmed leaves the listing and would move what comes after it. What Mirakl refuses holds up
 * no other and stands in the ledger. Throws `mirakl_unavailable` if it is unknown what became of a call: the next round lists
 * again before it confirms anything. Gives back what it did in words.
 */
export async function validateDebits(
  deps: ValidateDebitsDeps,
  { kind, all = false, run }: ValidateDebitsInput,
  sweep: SweepRound,
): Promise<string> {
  const { db, now } = deps;
  const unconfirmed = await findUnconfirmedDebits(db, kind);
  const isDue = (orderId: string) => all || (unconfirmed.get(orderId)?.nextTryAt ?? now()) <= now();
  const listed = new Set<string>();
  // By order: a listing that moves while it is read can bring one twice.
  const toTell = new Map<string, Told>();
  for await (const page of readPendingDebits(deps.mirakl, kind)) {
    for (const { orderId } of page.debits) listed.add(orderId);
    for (const each of await decidePage(deps, page)) {
      if (isDue(each.debit.orderId)) toTell.set(each.debit.orderId, each);
    }
    for (const orderId of await noteUnreadable(deps, kind, page, unconfirmed, isDue)) listed.add(orderId);
    await sweep.renew();
  }
  const settled = [...unconfirmed.keys()].filter((orderId) => !listed.has(orderId));
  await forgetUnconfirmedDebits(db, kind, settled);

  const told = [...toTell.values()];
  let refused = 0;
  for (let start = 0; start < told.length; start += debitsPerCall) {
    const part = told.slice(start, start + debitsPerCall);
    const results = await tell(deps.mirakl, kind, part);
    refused += await record(deps, kind, { part, results, unconfirmed }, run);
    await sweep.renew();
  }
  const never = told.filter(({ decision }) => decision.kind === 'never-paid').length;
  const sum = `${told.length - never} told as paid, ${never} as never to be paid, ${refused} refused by Mirakl`;
  return `${listed.size} ${kind} orders wait for their debits: ${sum}`;
}

/** One query a page. */
async function decidePage({ db, now, rules }: ValidateDebitsDeps, { debits }: DebitsPage): Promise<Told[]> {
  const payments = await findPaymentsOf(db, [...new Set(debits.map(({ commercialId }) => commercialId))]);
  return debits.flatMap((debit) => {
    const decision = decideDebit(payments.get(debit.commercialId) ?? [], rules, now());
    return decision.kind === 'wait' ? [] : [{ debit, decision }];
  });
}

/** Gives back the orders of debits that Mirakl describes in words that we do not know. */
async function noteUnreadable(
  { db, now, log }: ValidateDebitsDeps,
  kind: DebitKind,
  { unreadable }: DebitsPage,
  known: ReadonlyMap<string, UnconfirmedDebit>,
  isDue: (orderId: string) => boolean,
): Promise<string[]> {
  const noted = unreadable.flatMap(({ orderId, unknown, field }) => {
    const reason = statusReason.unexpectedValue(unknown, field);
    if (orderId === undefined) log.error({ kind, reason }, 'debit without an order left out');
    return orderId === undefined ? [] : [{ orderId, reason }];
  });
  const due = noted.filter(({ orderId }) => isDue(orderId));
  for (const { orderId, reason } of due) log.warn({ kind, orderId, reason }, 'debit cannot be read');
  await noteUnconfirmedDebits(db, kind, due, known, now());
  return noted.map(({ orderId }) => orderId);
}

function tell(mirakl: MiraklClient, kind: DebitKind, part: readonly Told[]): Promise<DebitConfirmationResult[]> {
  const confirm = kind === 'product' ? confirmDebits : confirmServiceDebits;
  return confirm(mirakl, part.map(confirmationOf));
}

function confirmationOf({ debit, decision }: Told): DebitConfirmation {
  const { orderId, customerId, amount, currency } = debit;
  const subject = { orderId, customerId, amount, currency };
  return decision.kind === 'paid'
    ? { ...subject, status: 'OK', transactionNumber: decision.chargeId }
    : { ...subject, status: 'REFUSED' };
}

type Results = {
  readonly part: readonly Told[];
  readonly results: readonly DebitConfirmationResult[];
  readonly unconfirmed: ReadonlyMap<string, UnconfirmedDebit>;
};

/**
 * Puts on record how it ended, and has looked at what waited for it: captures, and where the money is there already the transfers.
 * Gives back how many Mirakl has refused.
 */
async function record(
  { db, queues, now, log }: ValidateDebitsDeps,
  kind: DebitKind,
  { part, results, unconfirmed }: Results,
  run: string | undefined,
): Promise<number> {
  const confirmed = new Set(results.filter(({ outcome }) => outcome === 'confirmed').map(({ orderId }) => orderId));
  const refused = results.flatMap((result) => (result.outcome === 'refused' ? [result] : []));
  for (const { orderId, reason } of refused) log.warn({ kind, orderId, reason }, 'Mirakl refuses a debit');
  const paid = part.filter(({ debit }) => confirmed.has(debit.orderId)).filter(isPaid);
  const captured = commercialIdsOf(paid.filter(({ decision }) => decision.isCaptured));
  const due = await db.transaction().execute(async (trx) => {
    // In the order in which everybody locks them.
    await lockPayments(trx, commercialIdsOf(paid), now());
    await forgetUnconfirmedDebits(trx, kind, [...confirmed]);
    await noteUnconfirmedDebits(trx, kind, refused, unconfirmed, now());
    await noteReleases(trx, captured, now());
    return makeCapturesDue(trx, { commercialIds: commercialIdsOf(paid) }, now());
  });
  if (due > 0) await enqueue(queues, 'payment-validation.plan-captures', [{}], { run });
  await enqueue(
    queues,
    'payment-split.release-order',
    captured.map((commercialOrderId) => ({ commercialOrderId })),
    { run },
  );
  return refused.length;
}

type Paid = Told & { readonly decision: Extract<DebitDecision, { kind: 'paid' }> };

function isPaid(told: Told): told is Paid {
  return told.decision.kind === 'paid';
}

function commercialIdsOf(told: readonly Told[]): string[] {
  return [...new Set(told.map(({ debit }) => debit.commercialId))];
}
