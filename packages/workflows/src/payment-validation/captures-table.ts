import { type Database, utcTimestamp } from '@connector/database';
import { formatMoney } from '@connector/kernel';
import { sql } from 'kysely';
import { type HistoryEntry, writeHistory } from '../operation/history.ts';
import { isUnclaimed } from '../operation/waiting-operations-table.ts';
import { jobHasMs, nextLookAtHold } from '../retry-pauses.ts';
import { fitReason } from '../status-reason.ts';
import type { CapturablePayment, CaptureDecision } from './decide-captures.ts';
import type { PaymentStatus } from './payment-mapping.ts';

/** A payment with what the planning of captures wants to know besides. */
export type PlannedPayment = CapturablePayment & {
  readonly commercialId: string;
  readonly chargeId: string;
  readonly reason: string | null;
  /** When the decision that it is ready by was made; null if it waits. */
  readonly decidedAt: Date | null;
  /** Null means at once. */
  readonly nextTryAt: Date | null;
  readonly createdAt: Date;
  /** When the authorisation runs out, if Stripe has said so. */
  readonly captureBefore: Date | null;
};

/** Facts older than this are asked for again before money moves. */
const factsAreFreshMs = 30 * 60_000;

/** Whether what the payment is ready by was decided too long ago to be acted upon. */
export function isStale({ decidedAt }: Pick<PlannedPayment, 'decidedAt'>, now: Date): boolean {
  return decidedAt !== null && decidedAt.getTime() < now.getTime() - factsAreFreshMs;
}

/**
 * Commercial orders with a payment that is to be captured and whose time has come, the longest due first: one that waits, or one
 * that is ready and has not been captured for so long that its facts are old.
 */
export async function findOrdersToCapture(
  db: Database,
  now: Date,
  options: { readonly limit: number; readonly evenIfNotDue: boolean },
): Promise<string[]> {
  const rows = await db
    .selectFrom('payment_mapping')
    .select('mirakl_commercial_order_id as id')
    .where('status', '=', 'to_capture')
    .where('mirakl_commercial_order_id', 'is not', null)
    .where('idempotency_key', 'is', null)
    .where(isUnclaimed(now))
    .where((row) =>
      row.or([row('decided_at', 'is', null), row('decided_at', '<', new Date(now.getTime() - factsAreFreshMs))]),
    )
    .$if(!options.evenIfNotDue, (query) =>
      query.where((row) => row.or([row('next_try_at', 'is', null), row('next_try_at', '<=', now)])),
    )
    .orderBy(sql`next_try_at nulls first`)
    .limit(options.limit)
    .execute();
  return [...new Set(rows.flatMap(({ id }) => id ?? []))];
}

/**
 * All payments of these commercial orders, the oldest first. Until the transaction ends nobody else can claim one of them or
 * change it: what is decided about one depends on the others.
 */
export async function lockPayments(
  db: Database,
  commercialIds: readonly string[],
  now: Date,
): Promise<PlannedPayment[]> {
  if (commercialIds.length === 0) return [];
  const rows = await db
    .selectFrom('payment_mapping')
    .selectAll()
    .where('mirakl_commercial_order_id', 'in', commercialIds)
    .orderBy('id')
    .forUpdate()
    .execute();
  return rows.map((row) => ({
    id: row.id,
    commercialId: row.mirakl_commercial_order_id ?? '',
    chargeId: row.stripe_charge_id,
    status: row.status as PaymentStatus,
    reason: row.status_reason,
    authorizedMinor: row.stripe_amount,
    captureMinor: row.capture_amount ?? undefined,
    currency: row.currency ?? undefined,
    isBusy: row.idempotency_key !== null || (row.claimed_until !== null && row.claimed_until >= now),
    decidedAt: row.decided_at,
    nextTryAt: row.next_try_at,
    createdAt: row.creation_datetime,
    captureBefore: row.capture_before,
  }));
}

/** A decision about a payment that nobody is at, and whether somebody should look at what it waits for. */
export type DecidedPayment = {
  readonly payment: PlannedPayment;
  readonly decision: CaptureDecision;
  readonly isFailure: boolean;
};

/** Saves what was decided about payments that are locked, with their stories, and gives back the ids of those that are ready. */
export async function saveCaptureDecisions(
  db: Database,
  decided: readonly DecidedPayment[],
  now: Date,
): Promise<number[]> {
  const story: HistoryEntry[] = [];
  const ready: number[] = [];
  for (const { payment, decision, isFailure } of decided) {
    const columns = columnsOf(payment, decision, now);
    await db
      .updateTable('payment_mapping')
      .set({ ...columns, modification_datetime: utcTimestamp(now) })
      .where('id', '=', payment.id)
      .execute();
    if (decision.kind !== 'hold') ready.push(payment.id);
    const isNews =
      decision.kind === 'hold'
        ? columns.status_reason !== payment.reason
        : columns.capture_amount !== payment.captureMinor || payment.reason !== null;
    if (!isNews) continue;
    const reason = columns.status_reason ?? noteOn(decision);
    story.push({ operationId: payment.id, from: 'to_capture', to: 'to_capture', reason, isFailure });
  }
  await writeHistory(db, 'payment', story, now);
  return ready;
}

/** Which payments: those of commercial orders, or one. */
export type WaitingCaptures = { readonly commercialIds: readonly string[] } | { readonly id: number };

/** Makes payments that wait to be captured due at once; gives back how many. */
export async function makeCapturesDue(db: Database, of: WaitingCaptures, now: Date): Promise<number> {
  if ('commercialIds' in of && of.commercialIds.length === 0) return 0;
  const { numUpdatedRows } = await db
    .updateTable('payment_mapping')
    .set({ next_try_at: now })
    .where((row) => ('id' in of ? row('id', '=', of.id) : row('mirakl_commercial_order_id', 'in', of.commercialIds)))
    .where('status', '=', 'to_capture')
    .where('decided_at', 'is', null)
    .where('idempotency_key', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(numUpdatedRows);
}

function columnsOf(payment: PlannedPayment, decision: CaptureDecision, now: Date) {
  switch (decision.kind) {
    case 'hold':
      return {
        status_reason: fitReason(decision.reason),
        decided_at: null,
        capture_amount: null,
        next_try_at: nextLookAtHold(payment.createdAt, now),
      };
    case 'capture':
      return readyColumns(decision.amount.minor, decision.amount.currency, now);
    case 'let-go':
      return readyColumns(0n, decision.currency, now);
  }
}

function readyColumns(minor: bigint, currency: string, now: Date) {
  return {
    status_reason: null,
    decided_at: now,
    capture_amount: minor,
    currency: currency.toLowerCase(),
    next_try_at: new Date(now.getTime() + jobHasMs),
  };
}

function noteOn(decision: CaptureDecision): string | null {
  if (decision.kind === 'hold') return null;
  return decision.kind === 'capture' ? `to be captured: ${formatMoney(decision.amount)}` : 'nothing of it is owed';
}
