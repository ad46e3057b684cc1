import { type Database, utcTimestamp } from '@connector/database';
import type { PaymentRecord } from './payment-mapping.ts';

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

/**
 * Saves what became of a charge; false if that is known already. A charge never moves to another order (lessons.md, L6), and
 * what was captured, failed or given back never becomes an authorisation again, whenever it was read (L25).
 */
export async function savePayment(db: Database, payment: PaymentRecord, now: Date): Promise<boolean> {
  const at = utcTimestamp(now);
  const known = {
    status: payment.status,
    stripe_amount: payment.amountMinor,
    currency: payment.currency,
    stripe_payment_intent_id: payment.paymentIntentId ?? null,
    modification_datetime: at,
  };
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('payment_mapping')
    .values({
      ...known,
      stripe_charge_id: payment.chargeId,
      mirakl_commercial_order_id: payment.commercialOrderId,
      creation_datetime: at,
    })
    .onConflict((conflict) =>
      conflict
        .column('stripe_charge_id')
        .doUpdateSet(known)
        .where('payment_mapping.status', '!=', payment.status)
        .where((row) =>
          row.or([row('payment_mapping.status', '=', 'to_capture'), row.val(payment.status !== 'to_capture')]),
        ),
    )
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}
