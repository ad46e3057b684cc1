import { sql } from 'kysely';
import type { ChaosSystem } from './chaos-system.ts';

/** What waits, by the column that says until when. */
const waiting = [
  ['stripe_transfer', 'next_try_at', "status IN ('TRANSFER_PENDING', 'TRANSFER_ON_HOLD', 'TRANSFER_FAILED')"],
  ['stripe_refund', 'next_try_at', "status IN ('REFUND_PENDING', 'REFUND_ON_HOLD', 'REFUND_FAILED')"],
  ['stripe_payout', 'next_try_at', "status IN ('PAYOUT_PENDING', 'PAYOUT_ON_HOLD', 'PAYOUT_FAILED')"],
  ['payment_mapping', 'next_try_at', "status = 'to_capture'"],
  ['unconfirmed_debit', 'next_try_at', 'true'],
  ['shop_onboarding', 'next_try_at', 'next_try_at IS NOT NULL'],
  ['shop_update', 'next_try_at', 'true'],
  ['stripe_event', 'next_try_at', 'handled_at IS NULL'],
  // Who lives only thinks that it still is his turn: two at once must do no harm either.
  ['sweep', 'running_until', 'running_until IS NOT NULL'],
  ['seller_turn', 'taken_until', 'taken_until IS NOT NULL'],
] as const;

/**
 * Spares the wait for pauses: what waits or failed is due now, nobody dead keeps a turn, banks have done their part and Stripe delivers
 * again what it could not, as if hours had passed. The claims and keys of operations stay as they are, and so does what somebody is writing just now.
 */
export async function letHoursPass({ db, stripe }: Pick<ChaosSystem, 'db' | 'stripe'>): Promise<void> {
  const now = new Date();
  for (const [table, column, condition] of waiting) {
    const [rows, until] = [sql.table(table), sql.ref(column)];
    const free = sql`SELECT ctid FROM ${rows} WHERE ${sql.raw(condition)} FOR UPDATE SKIP LOCKED`;
    await sql`UPDATE ${rows} SET ${until} = ${now} WHERE ctid IN (${free})`.execute(db);
  }
  for (const { id, status } of stripe.refunds()) if (status === 'pending') stripe.settleRefund(id, 'succeeded');
  for (const { event, deliveries } of stripe.events()) {
    if (!deliveries.some(({ status }) => status === 200)) await stripe.resend(event.id);
  }
}
