import { type Database, utcTimestamp } from '@connector/database';
import { sql } from 'kysely';
import { nextLookAtHold, nextTryAfterRefusal } from '../retry-pauses.ts';
import { fitReason } from '../status-reason.ts';
import { writeHistory } from './history.ts';
import { commonTable, type OperationLedger, type OperationRow, type OperationTable } from './ledger.ts';
import { leaseEnd } from './round.ts';
import { isUnclaimed } from './waiting-operations-table.ts';

/** An operation that this worker, and no other, may act on until the claim runs out. */
export type Claim = {
  readonly id: number;
  readonly createdAt: Date;
  readonly round: number;
  readonly attempts: number;
  /** A call whose outcome is not known: it is to be repeated to the letter. */
  readonly open: OpenRound | undefined;
  readonly lookUpFirst: boolean;
  readonly claimedUntil: Date;
};

/** A key with the body that was, or is about to be, sent under it. */
export type OpenRound = { readonly key: string; readonly request: RequestBody; readonly firstSentAt: Date };

/** The body of a call to Stripe as it is stored and sent. */
export type RequestBody = Readonly<Record<string, unknown>>;

/** Why nothing was sent: not now (`hold`), never (`abort`), or not by us (`ignore`). */
export type NotSent = {
  readonly kind: 'hold' | 'abort' | 'ignore';
  readonly reason: string;
  /** Columns of the operation's own table that are set with it. */
  readonly columns?: OwnColumns;
  /** That somebody should look. */
  readonly isFailure?: boolean;
};

/** Claims an operation that is ready to be sent; undefined if it is not, or somebody else is at it. */
export async function claimOperation<Table extends OperationTable>(
  db: Database,
  ledger: OperationLedger<Table>,
  id: number,
  now: Date,
): Promise<{ readonly claim: Claim; readonly row: OperationRow<Table> } | undefined> {
  const row = await db
    .updateTable(commonTable(ledger))
    .set((old) => ({ claimed_until: leaseEnd(now), attempts: old('attempts', '+', 1) }))
    .where('id', '=', id)
    .where('status', '=', ledger.statuses.ready)
    .$if(ledger.madeColumn !== undefined, (query) => query.where(sql.ref(String(ledger.madeColumn)), 'is', null))
    .where((old) => old.or([old('decided_at', 'is not', null), old('idempotency_key', 'is not', null)]))
    .where(isUnclaimed(now))
    .returningAll()
    .executeTakeFirst();
  if (!row?.claimed_until) return undefined;
  const { idempotency_key: key, request, first_sent_at: firstSentAt } = row;
  const claim = {
    id,
    createdAt: row.creation_datetime,
    round: row.round,
    attempts: row.attempts,
    open: key && request && firstSentAt ? { key, request, firstSentAt } : undefined,
    lookUpFirst: row.look_up_first,
    claimedUntil: row.claimed_until,
  };
  return { claim, row: row as OperationRow<Table> };
}

/** When the claim of somebody else on this operation runs out; undefined if nobody has one. */
export async function findLease(
  db: Database,
  ledger: OperationLedger,
  id: number,
  now: Date,
): Promise<Date | undefined> {
  const row = await db
    .selectFrom(commonTable(ledger))
    .select('claimed_until')
    .where('id', '=', id)
    .where('status', '=', ledger.statuses.ready)
    .where('claimed_until', '>=', now)
    .executeTakeFirst();
  return row?.claimed_until ?? undefined;
}

/**
 * Stores what is about to be sent, and under which key: from here on a crash or a lost answer leads to a repeat of the
 * same call. `columns` of the operation's own table are set with it. Undefined if the claim has run out meanwhile.
 */
export async function openRound(
  db: Database,
  ledger: OperationLedger,
  claim: Claim,
  round: { readonly key: string; readonly request: RequestBody; readonly columns?: OwnColumns },
  now: Date,
): Promise<OpenRound | undefined> {
  const { key, request, columns = {} } = round;
  const { numUpdatedRows } = await db
    .updateTable(commonTable(ledger))
    .set({
      ...columns,
      idempotency_key: key,
      request: JSON.stringify(request),
      first_sent_at: now,
      look_up_first: false,
    })
    .where('id', '=', claim.id)
    .where('claimed_until', '=', claim.claimedUntil)
    .where('idempotency_key', 'is', null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n ? { key, request, firstSentAt: now } : undefined;
}

/** What was done on Stripe: the state that it leads to and the columns, such as the object's id, that say so. */
export type Done = {
  readonly status: string;
  readonly columns: OwnColumns;
  /** When to look at the row again, if more is to come of it. */
  readonly nextTryAt?: Date | undefined;
  readonly requestId?: string | undefined;
  /** For the story. */
  readonly note?: string | undefined;
};

/** Columns of an operation's own table. */
export type OwnColumns = Readonly<Record<string, string | number | bigint | Date | null>>;

/** Records that it is done on Stripe. Harmless if another worker has recorded it already. */
export async function recordDone(
  db: Database,
  ledger: OperationLedger,
  claim: Claim,
  done: Done,
  now: Date,
): Promise<void> {
  await change(db, ledger, claim, now, {
    columns: { ...done.columns, ...roundEnded, status: done.status, next_try_at: done.nextTryAt ?? null },
    reason: null,
    note: done.note ?? null,
    requestId: done.requestId,
  });
}

/** Records a definite refusal: this key is used up, the next try gets a new one, after a pause. */
export async function recordRefused(
  db: Database,
  ledger: OperationLedger,
  claim: Claim,
  refusal: { reason: string; requestId?: string | undefined; lookUpFirst: boolean },
  now: Date,
): Promise<void> {
  const round = claim.round + 1;
  await change(db, ledger, claim, now, {
    columns: {
      ...roundEnded,
      ...ledger.waiting,
      status: ledger.statuses.refused,
      round,
      look_up_first: refusal.lookUpFirst,
      next_try_at: nextTryAfterRefusal(round, now),
    },
    reason: fitReason(refusal.reason),
    requestId: refusal.requestId,
    isFailure: true,
  });
}

/** Records that it cannot be done now, or never. `refused`: because Stripe said so, which uses up the key. */
export async function recordNotSent(
  db: Database,
  ledger: OperationLedger,
  claim: Claim,
  decision: NotSent & { readonly refused?: { readonly requestId: string | undefined } },
  now: Date,
): Promise<void> {
  const { kind, reason, columns = {}, refused, isFailure = false } = decision;
  const nextTryAt = kind === 'hold' ? nextLookAtHold(claim.createdAt, now) : null;
  const round = refused ? claim.round + 1 : claim.round;
  await change(db, ledger, claim, now, {
    columns: {
      ...{ ...columns, ...roundEnded, ...ledger.waiting },
      ...{ status: ledger.statuses[kind], round, next_try_at: nextTryAt },
    },
    reason: fitReason(reason),
    requestId: refused?.requestId,
    isFailure,
    // Nothing was sent: one whose claim has run out must not end the round that another has opened since.
    onlyWhileClaimed: refused === undefined,
  });
}

/** Gives up a key that Stripe no longer knows, after a look has shown that it moved nothing. Keeps the claim. */
export async function giveUpForgottenKey(
  db: Database,
  ledger: OperationLedger,
  claim: Claim,
  now: Date,
): Promise<Claim> {
  const round = claim.round + 1;
  const { claimed_until: _, ...keyGone } = roundEnded;
  await change(db, ledger, claim, now, {
    columns: { ...keyGone, round, status: ledger.statuses.ready, look_up_first: false },
    reason: null,
    note: 'not found on Stripe after its key was forgotten; to be sent with a new key',
  });
  return { ...claim, round, open: undefined, lookUpFirst: false };
}

/** Lets others at the row, which stays ready to be sent; with an open round the same call will be repeated. */
export async function releaseClaim(
  db: Database,
  ledger: OperationLedger,
  claim: Claim,
  { lookUpFirst = false, ...why }: { note?: string; requestId?: string | undefined; lookUpFirst?: boolean },
  now: Date,
): Promise<void> {
  await change(db, ledger, claim, now, {
    columns: { status: ledger.statuses.ready, claimed_until: null, ...(lookUpFirst ? { look_up_first: true } : {}) },
    reason: null,
    ...why,
  });
}

/** What is set when a round ends, however it does. */
export const roundEnded = { idempotency_key: null, request: null, first_sent_at: null, claimed_until: null };

type Change = {
  readonly columns: { readonly status: string } & Record<string, unknown>;
  readonly reason: string | null;
  /** For the story only. Without it a change that leaves the state as it is tells no story. */
  readonly note?: string | null;
  readonly requestId?: string | undefined;
  readonly isFailure?: boolean;
  readonly onlyWhileClaimed?: boolean;
};

/** The row and its story in one transaction, if the row is still as this worker claimed it. */
async function change(
  db: Database,
  ledger: OperationLedger,
  claim: Claim,
  now: Date,
  { columns, ...change }: Change,
): Promise<void> {
  const { ready } = ledger.statuses;
  await db.transaction().execute(async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable(commonTable(ledger))
      .set({
        ...columns,
        status_reason: change.reason,
        modification_datetime: utcTimestamp(now),
        ...(change.requestId === undefined ? {} : { stripe_request_id: change.requestId }),
      })
      .where('id', '=', claim.id)
      .where('status', '=', ready)
      .where('round', '=', claim.round)
      .$if(change.onlyWhileClaimed ?? false, (query) => query.where('claimed_until', '=', claim.claimedUntil))
      .executeTakeFirstOrThrow();
    const reason = change.reason ?? change.note ?? null;
    if (numUpdatedRows === 0n || (columns.status === ready && reason === null)) return;
    const entry = { operationId: claim.id, from: ready, to: columns.status, reason: reason && fitReason(reason) };
    const { requestId: stripeRequestId, isFailure = false } = change;
    const story = [{ ...entry, attempt: claim.attempts, stripeRequestId, isFailure }];
    await writeHistory(trx, ledger.kind, story, now);
  });
}
