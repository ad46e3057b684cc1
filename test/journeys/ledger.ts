import { expect, vi } from 'vitest';
import type { System } from './system.ts';

/** How long a journey waits for the next thing to happen, on a busy machine. */
export const patient = { timeout: 60_000, interval: 100 };

/** What the ledger says of everything: by what it is on Mirakl, its state and its amount, or why it is in that state. */
export type Ledger = Readonly<Record<string, string>>;

/** Waits until the ledger says this, and nothing else. */
export async function untilLedger(system: System, expected: Ledger): Promise<void> {
  await vi.waitFor(async () => expect(await readLedger(system)).toEqual(expected), patient);
}

/** All rows of payments, transfers, refunds and payouts. Amounts in minor units. */
export async function readLedger({ db }: System): Promise<Ledger> {
  const [payments, transfers, refunds, payouts] = await Promise.all([
    db.selectFrom('payment_mapping').selectAll().execute(),
    db.selectFrom('stripe_transfer').selectAll().execute(),
    db.selectFrom('stripe_refund').selectAll().execute(),
    db.selectFrom('stripe_payout').selectAll().execute(),
  ]);
  return Object.fromEntries([
    ...payments.map((row) => [
      `PAYMENT ${row.mirakl_commercial_order_id}`,
      describe({ ...row, amount: row.capture_amount ?? row.stripe_amount }),
    ]),
    ...transfers.map((row) => [`${row.type} ${row.mirakl_id}`, describe(row)]),
    ...refunds.map((row) => [`${row.type} ${row.mirakl_refund_id}`, describe(row)]),
    ...payouts.map((row) => [`PAYOUT ${row.mirakl_invoice_id}`, describe(row)]),
  ]);
}

type Row = { readonly status: string; readonly status_reason: string | null; readonly amount: bigint | null };

function describe({ status, status_reason: reason, amount }: Row): string {
  return reason === null ? `${status} ${amount}` : `${status}: ${reason}`;
}

/** Lets the pauses of everything that waits be over: what the connector does by the clock, nobody waits for here. */
export async function letTimePass({ db }: System): Promise<void> {
  const due = { next_try_at: new Date() };
  await Promise.all([
    db.updateTable('stripe_event').set(due).where('handled_at', 'is', null).execute(),
    db.updateTable('payment_mapping').set(due).where('status', '=', 'to_capture').execute(),
    db
      .updateTable('stripe_transfer')
      .set(due)
      .where('status', 'in', ['TRANSFER_PENDING', 'TRANSFER_ON_HOLD', 'TRANSFER_FAILED'])
      .execute(),
    db
      .updateTable('stripe_refund')
      .set(due)
      .where('status', 'in', ['REFUND_PENDING', 'REFUND_ON_HOLD', 'REFUND_FAILED'])
      .execute(),
    db
      .updateTable('stripe_payout')
      .set(due)
      .where('status', 'in', ['PAYOUT_PENDING', 'PAYOUT_ON_HOLD', 'PAYOUT_FAILED'])
      .execute(),
  ]);
}

/**
 * Lets the turns of a dead worker end: rounds of sweeps and sellers that it was at are left alone for minutes. Its claims on rows
 * last half a minute and stay.
 */
export async function letLeasesEnd({ db }: System): Promise<void> {
  const now = new Date();
  await db.updateTable('sweep').set({ running_until: now }).where('running_until', 'is not', null).execute();
  await db.updateTable('seller_turn').set({ taken_until: now }).where('taken_until', 'is not', null).execute();
}
