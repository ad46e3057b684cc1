import { type Database, utcTimestamp } from '@connector/database';
import { writeHistory } from '../operation/history.ts';
import { commonTable, type OperationLedger, type OperationRow } from '../operation/ledger.ts';
import type { NotSent } from '../operation/rounds-table.ts';
import { isUnclaimed } from '../operation/waiting-operations-table.ts';
import { nextLookAtHold } from '../retry-pauses.ts';
import { fitReason } from '../status-reason.ts';
import { invoiceTransferTypes } from './settlement.ts';

/** The transfers of an invoice, in the order in which they are made. */
export async function findInvoiceTransfers(
  db: Database,
  invoiceId: number,
): Promise<OperationRow<'stripe_transfer'>[]> {
  const rows = await db
    .selectFrom('stripe_transfer')
    .selectAll()
    .where('type', 'in', invoiceTransferTypes)
    .where('mirakl_id', '=', String(invoiceId))
    .execute();
  return invoiceTransferTypes.flatMap((type) => rows.filter((row) => row.type === type));
}

/** The payout of an invoice. */
export function findPayout(db: Database, invoiceId: number): Promise<OperationRow<'stripe_payout'> | undefined> {
  return db.selectFrom('stripe_payout').selectAll().where('mirakl_invoice_id', '=', invoiceId).executeTakeFirst();
}

/** A row that is not done. */
export type WaitingRow = Pick<OperationRow, 'id' | 'status' | 'status_reason' | 'creation_datetime'>;

/** Makes what was held or refused ready to be sent; false if it has changed meanwhile. */
export function makeReady(db: Database, ledger: OperationLedger, row: WaitingRow, now: Date): Promise<boolean> {
  const columns = { status: ledger.statuses.ready, status_reason: null, next_try_at: now };
  return changeWaiting(db, ledger, row, columns, now);
}

/** Records why what was held or refused is not sent now, or never will be. */
export async function holdBack(
  db: Database,
  ledger: OperationLedger,
  row: WaitingRow,
  { kind, reason }: NotSent,
  now: Date,
): Promise<void> {
  const next_try_at = kind === 'hold' ? nextLookAtHold(row.creation_datetime, now) : null;
  const columns = { status: ledger.statuses[kind], status_reason: fitReason(reason), next_try_at };
  await changeWaiting(db, ledger, row, columns, now);
}

/** How often the most tried of what is ready of an invoice was tried. */
export async function countTries(db: Database, invoiceId: number): Promise<number> {
  const transfers = await findInvoiceTransfers(db, invoiceId);
  const payout = await findPayout(db, invoiceId);
  const ready = [...transfers, ...(payout ? [payout] : [])].filter(({ status }) => status.endsWith('_PENDING'));
  return Math.max(0, ...ready.map(({ attempts }) => attempts));
}

/** Moves the next look at what is ready of an invoice, after something has gone wrong with it. */
export async function postponeInvoice(db: Database, invoiceId: number, until: Date): Promise<void> {
  await db
    .updateTable('stripe_transfer')
    .set({ next_try_at: until })
    .where('type', 'in', invoiceTransferTypes)
    .where('mirakl_id', '=', String(invoiceId))
    .where('status', '=', 'TRANSFER_PENDING')
    .execute();
  await db
    .updateTable('stripe_payout')
    .set({ next_try_at: until })
    .where('mirakl_invoice_id', '=', invoiceId)
    .where('status', '=', 'PAYOUT_PENDING')
    .execute();
}

type StateColumns = {
  readonly status: string;
  readonly status_reason: string | null;
  readonly next_try_at: Date | null;
};

/** The row and its story in one transaction, if the row is still in the state that it was read in and nobody is at it. */
async function changeWaiting(
  db: Database,
  ledger: OperationLedger,
  row: WaitingRow,
  columns: StateColumns,
  now: Date,
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable(commonTable(ledger))
      .set({ ...columns, modification_datetime: utcTimestamp(now) })
      .where('id', '=', row.id)
      .where('status', '=', row.status)
      .where('idempotency_key', 'is', null)
      .where(isUnclaimed(now))
      .executeTakeFirstOrThrow();
    if (numUpdatedRows === 0n) return false;
    const { status: to, status_reason: reason } = columns;
    if (to === row.status && reason === row.status_reason) return true;
    await writeHistory(trx, ledger.kind, [{ operationId: row.id, from: row.status, to, reason }], now);
    return true;
  });
}
