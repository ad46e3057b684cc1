import type { Database } from '@connector/database';

/** What the ledger says of everything that it knows, by the keys of movements: the outcome, and the amount of what has moved. */
export async function readLedger(db: Database): Promise<ReadonlyMap<string, string>> {
  const transfers = await db.selectFrom('stripe_transfer').select(['type', 'mirakl_id', 'status', 'amount']).execute();
  const refunds = await db.selectFrom('stripe_refund').select(['mirakl_refund_id', 'status', 'amount']).execute();
  const payouts = await db.selectFrom('stripe_payout').select(['mirakl_invoice_id', 'status', 'amount']).execute();
  return new Map([
    ...transfers.map((row) => [`${kinds[row.type]} ${row.mirakl_id}`, outcome(row)] as const),
    ...refunds.map((row) => [`refund ${row.mirakl_refund_id}`, outcome(row)] as const),
    ...payouts.map((row) => [`payout ${row.mirakl_invoice_id}`, outcome(row)] as const),
  ]);
}

/** The charges of the payment mappings in the order in which they became known. */
export async function readChargesHeard(db: Database): Promise<string[]> {
  const rows = await db.selectFrom('payment_mapping').select('stripe_charge_id').orderBy('id').execute();
  return rows.map((row) => row.stripe_charge_id);
}

const kinds: Readonly<Record<string, string>> = {
  TRANSFER_PRODUCT_ORDER: 'transfer',
  TRANSFER_SERVICE_ORDER: 'transfer',
  TRANSFER_REFUND: 'reversal',
  TRANSFER_EXTRA_CREDITS: 'extra credits',
  TRANSFER_SUBSCRIPTION: 'subscription',
  TRANSFER_EXTRA_INVOICES: 'extra invoices',
};

/** What is ready to be sent and is not under way would be forgotten: it has no word here. */
const words: Readonly<Record<string, string>> = {
  CREATED: 'move',
  ON_HOLD: 'hold',
  FAILED: 'hold',
  ABORTED: 'abort',
  IGNORED: 'ignore',
};

function outcome({ status, amount }: { readonly status: string; readonly amount: bigint | null }): string {
  const word = words[status.replace(/^[A-Z]+_/, '')] ?? status;
  return word === 'move' ? `move ${amount}` : word;
}
