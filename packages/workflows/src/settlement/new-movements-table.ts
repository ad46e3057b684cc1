import { type Database, utcTimestamp } from '@connector/database';
import { type HistoryEntry, writeHistory } from '../operation/history.ts';
import { payoutLedger, transferLedger } from '../operation/ledger.ts';
import { findRestoration, mayBeMade, type Restoration } from '../operation/restoration-table.ts';
import type { WeighedInvoice, WeighedMovement } from './movement.ts';
import { decisionColumns } from './movement-columns.ts';

/**
 * Saves transfers of invoices as new rows, with the first line of their story. Rows that another sweep has saved meanwhile are
 * left to it.
 */
export async function insertInvoiceTransfers(
  db: Database,
  transfers: readonly WeighedMovement[],
  now: Date,
): Promise<void> {
  if (transfers.length === 0) return;
  const restoration = await findRestoration(db);
  const inserted = await db
    .insertInto('stripe_transfer')
    .values(
      transfers.map(({ invoice, type, decision }) => ({
        ...{ type, mirakl_id: String(invoice.invoiceId) },
        ...subjectColumns(invoice, restoration, now),
        ...decisionColumns(transferLedger, decision, now, now),
      })),
    )
    .onConflict((conflict) => conflict.columns(['type', 'mirakl_id']).doNothing())
    .returning(['id', 'status', 'status_reason'])
    .execute();
  await writeHistory(
    db,
    'transfer',
    inserted.map((row) => firstLine(row, row.status_reason)),
    now,
  );
}

/** Saves payouts of invoices as new rows, with the first line of their story, which has what a person should see of the invoice. */
export async function insertPayouts(db: Database, payouts: readonly WeighedMovement[], now: Date): Promise<void> {
  if (payouts.length === 0) return;
  const restoration = await findRestoration(db);
  const inserted = await db
    .insertInto('stripe_payout')
    .values(
      payouts.map(({ invoice, decision }) => ({
        mirakl_invoice_id: invoice.invoiceId,
        ...subjectColumns(invoice, restoration, now),
        ...decisionColumns(payoutLedger, decision, now, now),
      })),
    )
    .onConflict((conflict) => conflict.column('mirakl_invoice_id').doNothing())
    .returning(['id', 'status', 'status_reason', 'mirakl_invoice_id'])
    .execute();
  const notes = new Map(payouts.map(({ invoice }) => [invoice.invoiceId, invoice.decision.note]));
  await writeHistory(
    db,
    'payout',
    inserted.map((row) => firstLine(row, row.status_reason ?? notes.get(row.mirakl_invoice_id) ?? null)),
    now,
  );
}

function subjectColumns(
  { shopId, createdAt, currency }: WeighedInvoice,
  restoration: Restoration | undefined,
  now: Date,
) {
  const at = utcTimestamp(now);
  return {
    mirakl_shop_id: shopId,
    mirakl_created_date: utcTimestamp(createdAt),
    currency: currency?.toLowerCase() ?? null,
    ...{ creation_datetime: at, modification_datetime: at },
    look_up_first: mayBeMade(createdAt, restoration, now),
  };
}

function firstLine({ id, status }: { id: number; status: string }, reason: string | null): HistoryEntry {
  return { operationId: id, from: null, to: status, reason };
}
