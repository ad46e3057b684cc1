import type { Currency } from '@connector/kernel';
import type { KnownMovement } from './decide-change.ts';
import {
  type DocumentDecision,
  type InvoiceDecision,
  type InvoiceTransferType,
  invoiceTransferTypes,
  isFinal,
} from './settlement.ts';

/** A decision about a document, with what is known of it whatever was decided. */
export type WeighedInvoice = {
  readonly invoiceId: number;
  readonly shopId: number | null;
  readonly currency: Currency | null;
  readonly createdAt: Date;
  readonly decision: InvoiceDecision;
};

/** What the ledger has of an invoice. */
export type KnownInvoice = {
  readonly transfers: ReadonlyMap<string, KnownMovement>;
  readonly payout: KnownMovement | undefined;
};

/** One of the things that an invoice moves: a transfer of this type or the payout, with its row if there is one. */
export type WeighedMovement = {
  readonly invoice: WeighedInvoice;
  readonly type: InvoiceTransferType | 'PAYOUT';
  readonly decision: DocumentDecision;
  readonly row: KnownMovement | undefined;
};

/**
 * Everything that an invoice moves and that there is something to do about. Rows that are missing beside a payout that is done
 * stay so: whoever made it knew why.
 */
export function movementsOf(invoice: WeighedInvoice, known: KnownInvoice | undefined): WeighedMovement[] {
  const { transfers, payout } = invoice.decision;
  const movements: WeighedMovement[] = [
    ...invoiceTransferTypes.map((type) => ({
      ...{ invoice, type, decision: transfers[type] },
      row: known?.transfers.get(type),
    })),
    { invoice, type: 'PAYOUT', decision: payout, row: known?.payout },
  ];
  const isDone = known?.payout !== undefined && isFinal(known.payout.status);
  return isDone ? movements.filter(({ row }) => row !== undefined) : movements;
}
