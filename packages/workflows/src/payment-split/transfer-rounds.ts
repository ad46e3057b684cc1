import { type Database, utcTimestamp } from '@connector/database';
import { type Currency, currencyOf, type Money, moneyFromMinor } from '@connector/kernel';
import { writeHistory } from '../operation/history.ts';
import { idempotencyKey, leaseEnd } from '../operation/round.ts';
import { nextLookAtHold, nextTryAfterRefusal } from '../retry-pauses.ts';
import { fitReason } from '../status-reason.ts';

/** A transfer that this worker, and no other, may act on until the claim runs out. */
export type ClaimedTransfer = {
  readonly id: number;
  readonly type: string;
  readonly miraklId: string;
  readonly shopId: number | null;
  readonly commercialOrderId: string | null;
  readonly orderedAt: Date | null;
  readonly createdAt: Date;
  readonly amount: Money;
  /** The payment as Mirakl or the payment mappings name it; undefined to pay from the platform's balance. */
  readonly paymentId: string | undefined;
  readonly payee: { readonly accountId: string; readonly ignored: boolean; readonly kycBlocked: boolean };
  readonly round: number;
  readonly attempts: number;
  /** A call whose outcome is not known: it is to be repeated to the letter. */
  readonly open: OpenRound | undefined;
  readonly lookUpFirst: boolean;
  readonly claimedUntil: Date;
};

export type OpenRound = { readonly key: string; readonly request: TransferBody; readonly firstSentAt: Date };

/** The body of `POST /v1/transfers` as it is stored and sent. */
export type TransferBody = {
  readonly amount: number;
  readonly currency: string;
  readonly destination: string;
  readonly source_transaction?: string;
  readonly metadata: Readonly<Record<string, string>>;
};

/** Claims a transfer that is ready to be sent; undefined if it is not, or somebody else is at it. */
export async function claimTransfer(db: Database, id: number, now: Date): Promise<ClaimedTransfer | undefined> {
  const claimed = await db
    .updateTable('stripe_transfer')
    .set((row) => ({ claimed_until: leaseEnd(now), attempts: row('attempts', '+', 1) }))
    .where('id', '=', id)
    .where('status', '=', 'TRANSFER_PENDING')
    .where((row) => row.or([row('decided_at', 'is not', null), row('idempotency_key', 'is not', null)]))
    .where((row) => row.or([row('claimed_until', 'is', null), row('claimed_until', '<', now)]))
    .returningAll()
    .executeTakeFirst();
  if (!claimed?.claimed_until) return undefined;
  const payee = await db
    .selectFrom('account_mapping')
    .select(['stripe_account_id', 'ignored', 'kyc_blocked_at'])
    .where('id', '=', claimed.account_mapping_id)
    .executeTakeFirst();
  const currency = currencyOf(claimed.currency ?? '');
  if (!payee || !currency || claimed.amount === null) {
    throw new Error(`transfer ${id} is pending without an account, an amount or a currency`);
  }
  const { idempotency_key: key, request, first_sent_at: firstSentAt } = claimed;
  return {
    id,
    type: claimed.type,
    miraklId: claimed.mirakl_id,
    shopId: claimed.mirakl_shop_id,
    commercialOrderId: claimed.mirakl_commercial_order_id,
    orderedAt: claimed.mirakl_created_date,
    createdAt: claimed.creation_datetime,
    amount: moneyFromMinor(claimed.amount, currency as Currency),
    paymentId: claimed.transaction_id ?? undefined,
    payee: {
      accountId: payee.stripe_account_id,
      ignored: payee.ignored,
      kycBlocked: payee.kyc_blocked_at !== null,
    },
    round: claimed.round,
    attempts: claimed.attempts,
    open: key && request && firstSentAt ? { key, request: request as TransferBody, firstSentAt } : undefined,
    lookUpFirst: claimed.look_up_first,
    claimedUntil: claimed.claimed_until,
  };
}

/** When the claim of somebody else on this transfer runs out; undefined if nobody has one. */
export async function findLease(db: Database, id: number, now: Date): Promise<Date | undefined> {
  const row = await db
    .selectFrom('stripe_transfer')
    .select('claimed_until')
    .where('id', '=', id)
    .where('status', '=', 'TRANSFER_PENDING')
    .where('claimed_until', '>=', now)
    .executeTakeFirst();
  return row?.claimed_until ?? undefined;
}

/**
 * Stores what is about to be sent, and under which key: from here on a crash or a lost answer leads to a repeat of the
 * same call. Undefined if the claim has run out meanwhile.
 */
export async function openRound(
  db: Database,
  claim: ClaimedTransfer,
  request: TransferBody,
  now: Date,
): Promise<OpenRound | undefined> {
  const key = idempotencyKey(claim.type, claim.miraklId, claim.round);
  const { numUpdatedRows } = await db
    .updateTable('stripe_transfer')
    .set({
      idempotency_key: key,
      request: JSON.stringify(request),
      first_sent_at: now,
      look_up_first: false,
      transaction_id: request.source_transaction ?? null,
    })
    .where('id', '=', claim.id)
    .where('claimed_until', '=', claim.claimedUntil)
    .where('idempotency_key', 'is', null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n ? { key, request, firstSentAt: now } : undefined;
}

/** Records that the transfer exists on Stripe. Harmless if another worker has recorded it already. */
export async function recordCreated(
  db: Database,
  claim: ClaimedTransfer,
  created: { transferId: string; requestId?: string | undefined; reason?: string },
  now: Date,
): Promise<void> {
  await change(db, claim, now, {
    columns: { ...roundEnded, status: 'TRANSFER_CREATED', transfer_id: created.transferId, next_try_at: null },
    reason: null,
    note: created.reason ?? null,
    requestId: created.requestId,
  });
}

/** Records a definite refusal: this key is used up, the next try gets a new one, after a pause. */
export async function recordRefused(
  db: Database,
  claim: ClaimedTransfer,
  refusal: { reason: string; requestId?: string | undefined; lookUpFirst: boolean },
  now: Date,
): Promise<void> {
  const round = claim.round + 1;
  await change(db, claim, now, {
    columns: {
      ...roundEnded,
      status: 'TRANSFER_FAILED',
      round,
      look_up_first: refusal.lookUpFirst,
      next_try_at: nextTryAfterRefusal(round, now),
    },
    reason: fitReason(refusal.reason),
    requestId: refusal.requestId,
  });
}

/** Records that it cannot be sent now (`hold`), or never (`abort`, `ignore`); nothing was sent in this round. */
export async function recordNotSent(
  db: Database,
  claim: ClaimedTransfer,
  decision: { kind: 'hold' | 'abort' | 'ignore'; reason: string },
  now: Date,
): Promise<void> {
  const status = { hold: 'TRANSFER_ON_HOLD', abort: 'TRANSFER_ABORTED', ignore: 'TRANSFER_IGNORED' }[decision.kind];
  const nextTryAt = decision.kind === 'hold' ? nextLookAtHold(claim.createdAt, now) : null;
  await change(db, claim, now, {
    columns: { ...roundEnded, status, next_try_at: nextTryAt },
    reason: fitReason(decision.reason),
  });
}

/** Gives up a key that Stripe no longer knows, after a look has shown that it moved nothing. Keeps the claim. */
export async function giveUpForgottenKey(db: Database, claim: ClaimedTransfer, now: Date): Promise<ClaimedTransfer> {
  const round = claim.round + 1;
  const { claimed_until: _, ...keyGone } = roundEnded;
  await change(db, claim, now, {
    columns: { ...keyGone, round, status: 'TRANSFER_PENDING', look_up_first: false },
    reason: null,
    note: 'not found on Stripe after its key was forgotten; to be sent with a new key',
  });
  return { ...claim, round, open: undefined, lookUpFirst: false };
}

/** Lets others at the row, which stays ready to be sent; with an open round the same call will be repeated. */
export async function releaseTransfer(
  db: Database,
  claim: ClaimedTransfer,
  { lookUpFirst = false, ...why }: { note?: string; requestId?: string | undefined; lookUpFirst?: boolean },
  now: Date,
): Promise<void> {
  await change(db, claim, now, {
    columns: { status: 'TRANSFER_PENDING', claimed_until: null, ...(lookUpFirst ? { look_up_first: true } : {}) },
    reason: null,
    ...why,
  });
}

const roundEnded = { idempotency_key: null, request: null, first_sent_at: null, claimed_until: null };

type Change = {
  readonly columns: { readonly status: string } & Record<string, unknown>;
  readonly reason: string | null;
  /** For the story only. Without it a change that leaves the state as it is tells no story. */
  readonly note?: string | null;
  readonly requestId?: string | undefined;
};

/** The row and its story in one transaction, if the row is still as this worker claimed it. */
async function change(db: Database, claim: ClaimedTransfer, now: Date, { columns, ...change }: Change): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable('stripe_transfer')
      .set({
        ...columns,
        status_reason: change.reason,
        modification_datetime: utcTimestamp(now),
        ...(change.requestId === undefined ? {} : { stripe_request_id: change.requestId }),
      })
      .where('id', '=', claim.id)
      .where('status', '=', 'TRANSFER_PENDING')
      .where('round', '=', claim.round)
      .executeTakeFirstOrThrow();
    const reason = change.reason ?? change.note ?? null;
    if (numUpdatedRows === 0n || (columns.status === 'TRANSFER_PENDING' && reason === null)) return;
    const entry = {
      operationId: claim.id,
      from: 'TRANSFER_PENDING',
      to: columns.status,
      reason: reason && fitReason(reason),
    };
    await writeHistory(
      trx,
      'transfer',
      [{ ...entry, attempt: claim.attempts, stripeRequestId: change.requestId }],
      now,
    );
  });
}
