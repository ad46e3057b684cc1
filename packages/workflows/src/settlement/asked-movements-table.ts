import { type Database, utcTimestamp } from '@connector/database';
import { type Actor, type HistoryEntry, writeHistory } from '../operation/history.ts';
import { statusReason } from '../status-reason.ts';
import { invoiceTransferTypes } from './settlement.ts';

/** Something that a person has asked for: whose it is, and whether Mirakl has to tell its amount first. */
export type AskedFor = { readonly shopId: number | null; readonly isKnown: boolean };

/**
 * Makes a transfer of an invoice due at once because a person asks for it; undefined if it is none that can be asked for. An
 * ignored one waits from now on. To be called in a transaction.
 */
export async function askForInvoiceTransfer(
  db: Database,
  id: number,
  actor: Actor,
  now: Date,
): Promise<AskedFor | undefined> {
  const row = await db
    .selectFrom('stripe_transfer')
    .selectAll()
    .where('id', '=', id)
    .where('type', 'in', invoiceTransferTypes)
    .where('status', 'in', ['TRANSFER_ON_HOLD', 'TRANSFER_FAILED', 'TRANSFER_IGNORED'])
    .forUpdate()
    .executeTakeFirst();
  if (!row) return undefined;
  const to = row.status === 'TRANSFER_IGNORED' ? 'TRANSFER_ON_HOLD' : row.status;
  const modification_datetime = utcTimestamp(now);
  await db
    .updateTable('stripe_transfer')
    .set({ status: to, next_try_at: now, modification_datetime })
    .where('id', '=', id)
    .execute();
  await writeHistory(db, 'transfer', [line(row, to)], now, actor);
  return askedFor(row);
}

/**
 * Makes a payout due at once because a person asks for it; undefined if it is none that can be asked for. One of a shop that
 * was excluded waits from now on, and with it the transfers of its invoice. To be called in a transaction.
 */
export async function askForPayout(db: Database, id: number, actor: Actor, now: Date): Promise<AskedFor | undefined> {
  const row = await db.selectFrom('stripe_payout').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
  if (!row) return undefined;
  const wasExcluded =
    row.status === 'PAYOUT_ABORTED' && row.status_reason === statusReason.shopIgnored(row.mirakl_shop_id ?? 0);
  if (!wasExcluded && row.status !== 'PAYOUT_ON_HOLD' && row.status !== 'PAYOUT_FAILED') return undefined;
  const to = wasExcluded ? 'PAYOUT_ON_HOLD' : row.status;
  const modification_datetime = utcTimestamp(now);
  await db
    .updateTable('stripe_payout')
    .set({ status: to, next_try_at: now, modification_datetime })
    .where('id', '=', id)
    .execute();
  await writeHistory(db, 'payout', [line(row, to)], now, actor);
  if (wasExcluded) await askForIgnoredTransfers(db, row.mirakl_invoice_id, actor, now);
  return askedFor(row);
}

async function askForIgnoredTransfers(db: Database, invoiceId: number, actor: Actor, now: Date): Promise<void> {
  const ignored = await db
    .selectFrom('stripe_transfer')
    .select('id')
    .where('type', 'in', invoiceTransferTypes)
    .where('mirakl_id', '=', String(invoiceId))
    .where('status', '=', 'TRANSFER_IGNORED')
    .execute();
  for (const { id } of ignored) await askForInvoiceTransfer(db, id, actor, now);
}

type AskedRow = {
  readonly id: number;
  readonly status: string;
  readonly status_reason: string | null;
  readonly mirakl_shop_id: number | null;
  readonly amount: bigint | null;
  readonly decided_at: Date | null;
};

function line({ id, status, status_reason }: AskedRow, to: string): HistoryEntry {
  return { operationId: id, from: status, to, reason: status_reason };
}

function askedFor({ mirakl_shop_id, amount, decided_at }: AskedRow): AskedFor {
  return { shopId: mirakl_shop_id, isKnown: amount !== null && decided_at !== null };
}
