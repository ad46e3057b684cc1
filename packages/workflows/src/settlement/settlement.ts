import type { Money } from '@connector/kernel';

/**
 * Records of what an invoice moves between the platform and its seller before his payout, by the old connector's names. In the
 * order in which they are made: what he is given first, so that it can pay for what he owes.
 */
export const invoiceTransferTypes = [
  'TRANSFER_EXTRA_CREDITS',
  'TRANSFER_SUBSCRIPTION',
  'TRANSFER_EXTRA_INVOICES',
] as const;

export type InvoiceTransferType = (typeof invoiceTransferTypes)[number];

/** Who pays whom. Mirakl writes what the seller is given as a positive number, and what he owes as a negative one (IV01). */
export const giverOf: Readonly<Record<InvoiceTransferType, 'platform' | 'seller'>> = {
  TRANSFER_EXTRA_CREDITS: 'platform',
  TRANSFER_SUBSCRIPTION: 'seller',
  TRANSFER_EXTRA_INVOICES: 'seller',
};

/** Whether nothing more is to be expected of a transfer or payout in this state, unless a bank sends a payout back. */
export function isFinal(status: string): boolean {
  return /^(TRANSFER|PAYOUT)_(CREATED|ABORTED|IGNORED)$/.test(status);
}

/** What the ledger knows of a seller. */
export type SellerFacts = {
  readonly mapping:
    | {
        readonly id: number;
        readonly accountId: string;
        /** Transfers do not reach the account, or its payouts are disabled: found by us. */
        readonly kycBlocked: boolean;
        readonly payoutsEnabled: boolean;
      }
    | undefined;
  readonly ignored: boolean;
};

/** What is to become of a transfer or the payout of an invoice, by the document alone. */
export type DocumentDecision =
  | { readonly kind: 'ignore' | 'abort'; readonly reason: string }
  /** Without an amount the document itself is the reason: it has to be read again. */
  | { readonly kind: 'hold'; readonly reason: string; readonly amount?: Money }
  | { readonly kind: 'send'; readonly amount: Money; readonly mappingId: number };

/** What is to become of everything that an invoice moves. */
export type InvoiceDecision = {
  readonly transfers: Readonly<Record<InvoiceTransferType, DocumentDecision>>;
  readonly payout: DocumentDecision;
  /** Something that a person should see, although it stops nothing. */
  readonly note?: string | undefined;
};
