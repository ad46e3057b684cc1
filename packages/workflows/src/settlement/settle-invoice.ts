import { type ConnectorError, isConnectorError } from '@connector/kernel';
import type { OperationRow } from '../operation/ledger.ts';
import { findInvoiceTransfers, findPayout } from './movements-table.ts';
import type { SellerWork } from './seller-work.ts';
import { sendInvoiceTransfer } from './send-invoice-transfer.ts';
import { sendPayout } from './send-payout.ts';
import { isFinal } from './settlement.ts';

/**
 * Moves what is due of one invoice: its transfers, and then its payout (lessons.md, L24). Gives back what Stripe has refused,
 * which is on record. Throws when it is not known what became of something, or should come later: then nothing further of
 * the invoice is moved.
 */
export async function settleInvoice(work: SellerWork, invoiceId: number): Promise<ConnectorError[]> {
  const { db, now } = work;
  const refusals: ConnectorError[] = [];
  const settle = async (send: () => Promise<unknown>) => {
    try {
      await send();
    } catch (error) {
      if (!isConnectorError(error, 'operation_refused')) throw error;
      refusals.push(error);
    }
  };
  const due = (await findInvoiceTransfers(db, invoiceId)).filter((transfer) => isDue(transfer, now()));
  for (const transfer of due) await settle(() => sendInvoiceTransfer(work, transfer));
  const payout = await findPayout(db, invoiceId);
  // What it waits for may have been done just now.
  if (payout && (isDue(payout, now()) || (due.length > 0 && payout.status === 'PAYOUT_ON_HOLD' && isKnown(payout)))) {
    await settle(() => sendPayout(work, payout));
  }
  return refusals;
}

type Row = Pick<OperationRow<'stripe_transfer' | 'stripe_payout'>, 'status' | 'amount' | 'decided_at' | 'next_try_at'>;

function isDue(row: Row, now: Date): boolean {
  if (isFinal(row.status) || !isKnown(row)) return false;
  return row.next_try_at !== null && row.next_try_at <= now;
}

/** Whether Mirakl has told its amount. */
function isKnown({ amount, decided_at }: Row): boolean {
  return amount !== null && amount > 0n && decided_at !== null;
}
