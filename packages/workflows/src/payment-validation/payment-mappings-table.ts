import { type Database, utcTimestamp } from '@connector/database';
import { writeHistory } from '../operation/history.ts';
import { roundEnded } from '../operation/rounds-table.ts';
import { statusReason } from '../status-reason.ts';
import type { OrderPayment, PaymentRecord, PaymentStatus } from './payment-mapping.ts';

/** What a charge was known by before; undefined for a new one. */
export type KnownPayment = { readonly commercialOrderId: string | null; readonly status: string };

/** The payment with this charge. */
export async function findPayment(db: Database, chargeId: string): Promise<KnownPayment | undefined> {
  return db
    .selectFrom('payment_mapping')
    .select(['mirakl_commercial_order_id as commercialOrderId', 'status'])
    .where('stripe_charge_id', '=', chargeId)
    .executeTakeFirst();
}

/** How much good a payment of a commercial order is: what has been captured before what may yet be. */
const usefulness: readonly PaymentStatus[] = ['captured', 'to_capture', 'failed', 'canceled'];

/**
 * All payments of these commercial orders, by commercial id, the most useful first. Among equals the largest comes first: of a
 * buyer's two cards the one that most transfers and refunds find room in, whichever Stripe told of first.
 */
export async function findPaymentsOf(
  db: Database,
  commercialIds: readonly string[],
): Promise<Map<string | null, OrderPayment[]>> {
  if (commercialIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('payment_mapping')
    .select(['mirakl_commercial_order_id', 'stripe_charge_id', 'stripe_payment_intent_id', 'status'])
    .select('modification_datetime')
    .where('mirakl_commercial_order_id', 'in', commercialIds)
    .orderBy((row) => row.fn.coalesce('capture_amount', 'stripe_amount'), 'desc')
    .orderBy('id')
    .execute();
  const payments = rows.map((row) => ({
    commercialId: row.mirakl_commercial_order_id,
    chargeId: row.stripe_charge_id,
    paymentIntentId: row.stripe_payment_intent_id ?? undefined,
    status: row.status as PaymentStatus,
    changedAt: row.modification_datetime,
  }));
  payments.sort((a, b) => usefulness.indexOf(a.status) - usefulness.indexOf(b.status));
  return Map.groupBy(payments, ({ commercialId }) => commercialId);
}

/** Notes that what waits for the payments of these commercial orders is to be looked at again: Mirakl was told of them. */
export async function noteReleases(db: Database, commercialIds: readonly string[], now: Date): Promise<void> {
  if (commercialIds.length === 0) return;
  await db
    .updateTable('payment_mapping')
    .set({ release_due_at: now })
    .where('mirakl_commercial_order_id', 'in', commercialIds)
    .where('status', '=', 'captured')
    .execute();
}

/** What saving a payment has changed. `lost`: an authorisation has ended, and not because we let go of it. */
export type SavedPayment = 'known already' | 'saved' | 'lost';

/**
 * Saves what became of a charge, with its story. A charge never moves to another order (lessons.md, L6), and what was captured,
 * failed or given back never becomes an authorisation again, whenever it was read (L25). What Stripe says ends a capture that
 * is under way: whoever is at it finds nothing left to record.
 */
export async function savePayment(db: Database, payment: PaymentRecord, now: Date): Promise<SavedPayment> {
  return db.transaction().execute(async (trx) => {
    const inserted = await insertPayment(trx, payment, now);
    if (inserted !== undefined) {
      const entry = { operationId: inserted, from: null, to: payment.status, reason: reasonOf(payment) };
      await writeHistory(trx, 'payment', [entry], now);
      return 'saved';
    }
    const known = await trx
      .selectFrom('payment_mapping')
      .select(['id', 'status', 'capture_amount'])
      .where('stripe_charge_id', '=', payment.chargeId)
      .forUpdate()
      .executeTakeFirstOrThrow();
    if (!mayBecome(known.status, payment.status)) return 'known already';
    const letGoOf = payment.status === 'canceled' && known.capture_amount === 0n;
    const isLost = payment.status === 'canceled' && known.status === 'to_capture' && !letGoOf;
    const reason = letGoOf ? null : reasonOf(payment);
    await trx
      .updateTable('payment_mapping')
      .set({
        ...columnsOf(payment, now),
        ...(letGoOf ? { capture_amount: 0n } : {}),
        ...roundEnded,
        ...{ status_reason: reason, next_try_at: null, decided_at: null },
      })
      .where('id', '=', known.id)
      .execute();
    // That somebody cancels an authorisation is his business, unless it was about to be captured.
    const isFailure = isLost && (payment.hasExpired || (known.capture_amount ?? 0n) > 0n);
    const entry = { operationId: known.id, from: known.status, to: payment.status, reason, isFailure };
    await writeHistory(trx, 'payment', [entry], now);
    return isLost ? 'lost' : 'saved';
  });
}

async function insertPayment(db: Database, payment: PaymentRecord, now: Date): Promise<number | undefined> {
  const row = await db
    .insertInto('payment_mapping')
    .values({
      ...columnsOf(payment, now),
      status_reason: reasonOf(payment),
      stripe_charge_id: payment.chargeId,
      mirakl_commercial_order_id: payment.commercialOrderId,
      creation_datetime: utcTimestamp(now),
    })
    .onConflict((conflict) => conflict.column('stripe_charge_id').doNothing())
    .returning('id')
    .executeTakeFirst();
  return row?.id;
}

function mayBecome(known: string, status: PaymentStatus): boolean {
  return known !== status && (known === 'to_capture' || status !== 'to_capture');
}

function columnsOf(payment: PaymentRecord, now: Date) {
  return {
    status: payment.status,
    stripe_amount: payment.amountMinor,
    capture_amount: payment.status === 'captured' ? payment.capturedMinor : null,
    currency: payment.currency,
    stripe_payment_intent_id: payment.paymentIntentId ?? null,
    capture_before: payment.captureBefore ?? null,
    release_due_at: payment.status === 'to_capture' ? null : now,
    modification_datetime: utcTimestamp(now),
  };
}

function reasonOf({ status, chargeId, hasExpired }: PaymentRecord): string | null {
  switch (status) {
    case 'to_capture':
    case 'captured':
      return null;
    case 'failed':
      return statusReason.paymentFailed(chargeId);
    case 'canceled':
      return hasExpired ? statusReason.authorizationExpired(chargeId) : statusReason.paymentCanceled(chargeId);
  }
}
