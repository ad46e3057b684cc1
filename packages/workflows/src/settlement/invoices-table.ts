import { type Database, utcTimestamp } from '@connector/database';
import { type HistoryEntry, writeHistory } from '../operation/history.ts';
import { commonTable, type OperationLedger, payoutLedger, transferLedger } from '../operation/ledger.ts';
import { isUnclaimed } from '../operation/waiting-operations-table.ts';
import { decideChange, type KnownMovement } from './decide-change.ts';
import { type KnownInvoice, movementsOf, type WeighedInvoice, type WeighedMovement } from './movement.ts';
import { decisionColumns } from './movement-columns.ts';
import { insertInvoiceTransfers, insertPayouts } from './new-movements-table.ts';
import { invoiceTransferTypes } from './settlement.ts';

const columnsToKnow = ['id', 'status', 'status_reason', 'amount', 'creation_datetime', 'decided_at'] as const;

/** What the ledger has of these invoices, by invoice id: two queries, however many there are. */
export async function findKnownInvoices(
  db: Database,
  invoiceIds: readonly number[],
): Promise<Map<number, KnownInvoice>> {
  if (invoiceIds.length === 0) return new Map();
  const transfers = await db
    .selectFrom('stripe_transfer')
    .select([...columnsToKnow, 'type', 'mirakl_id'])
    .where('type', 'in', invoiceTransferTypes)
    .where('mirakl_id', 'in', invoiceIds.map(String))
    .execute();
  const payouts = await db
    .selectFrom('stripe_payout')
    .select([...columnsToKnow, 'mirakl_invoice_id', 'payout_id'])
    .where('mirakl_invoice_id', 'in', invoiceIds)
    .execute();
  const transfersOf = Map.groupBy(transfers, (row) => Number(row.mirakl_id));
  const payoutOf = new Map(payouts.map((row) => [row.mirakl_invoice_id, row]));
  return new Map(
    invoiceIds.map((id) => {
      const payout = payoutOf.get(id);
      const known: KnownInvoice = {
        transfers: new Map((transfersOf.get(id) ?? []).map((row) => [row.type, { ...row, wasMade: false }])),
        payout: payout && { ...payout, wasMade: payout.payout_id !== null },
      };
      return [id, known];
    }),
  );
}

/**
 * Saves what was decided about these invoices, with the story of it: new rows, and changes of rows that are not done. A row
 * that has changed since it was read, is being worked on or has a call of unknown outcome is left alone. To be called in a
 * transaction.
 */
export async function saveInvoices(
  db: Database,
  invoices: readonly WeighedInvoice[],
  known: ReadonlyMap<number, KnownInvoice>,
  now: Date,
): Promise<void> {
  const movements = invoices.flatMap((invoice) => movementsOf(invoice, known.get(invoice.invoiceId)));
  const payouts = movements.filter(({ type }) => type === 'PAYOUT');
  const transfers = movements.filter(({ type }) => type !== 'PAYOUT');
  const isNew = ({ row }: WeighedMovement) => row === undefined;
  await insertInvoiceTransfers(db, transfers.filter(isNew), now);
  await insertPayouts(db, payouts.filter(isNew), now);
  await changeMovements(db, transferLedger, transfers, now);
  await changeMovements(db, payoutLedger, payouts, now);
}

async function changeMovements(
  db: Database,
  ledger: OperationLedger,
  movements: readonly WeighedMovement[],
  now: Date,
): Promise<void> {
  const story: HistoryEntry[] = [];
  const fresh: number[] = [];
  for (const { row, ...movement } of movements) {
    if (!row) continue;
    const change = decideChange(row, movement.decision, movement.invoice.invoiceId);
    if (change === 'refresh') fresh.push(row.id);
    const line = change === 'change' && (await changeMovement(db, ledger, movement, row, now));
    if (line) story.push(line);
  }
  await refreshMovements(db, ledger, fresh, now);
  await writeHistory(db, ledger.kind, story, now);
}

/** Gives back a line of its story if state or reason have changed. */
async function changeMovement(
  db: Database,
  ledger: OperationLedger,
  { invoice, decision }: Pick<WeighedMovement, 'invoice' | 'decision'>,
  row: KnownMovement,
  now: Date,
): Promise<HistoryEntry | undefined> {
  const columns = {
    ...decisionColumns(ledger, decision, row.creation_datetime, now),
    ...(invoice.shopId === null ? {} : { mirakl_shop_id: invoice.shopId }),
    ...(invoice.currency === null ? {} : { currency: invoice.currency.toLowerCase() }),
    modification_datetime: utcTimestamp(now),
  };
  const { numUpdatedRows } = await db
    .updateTable(commonTable(ledger))
    .set(columns)
    .where('id', '=', row.id)
    .where('status', '=', row.status)
    .where('idempotency_key', 'is', null)
    .where(isUnclaimed(now))
    .executeTakeFirstOrThrow();
  const { status: to, status_reason: reason } = columns;
  if (numUpdatedRows === 0n || (to === row.status && reason === row.status_reason)) return undefined;
  return { operationId: row.id, from: row.status, to, reason };
}

/** Notes that Mirakl still says the same, and lets what is held be looked at again. */
async function refreshMovements(
  db: Database,
  ledger: OperationLedger,
  ids: readonly number[],
  now: Date,
): Promise<void> {
  if (ids.length === 0) return;
  const { hold, refused, ready } = ledger.statuses;
  const unfinished = db.updateTable(commonTable(ledger)).where('id', 'in', ids);
  await unfinished.where('status', 'in', [ready, refused]).set({ decided_at: now }).execute();
  await unfinished.where('status', '=', hold).set({ decided_at: now, next_try_at: now }).execute();
}
