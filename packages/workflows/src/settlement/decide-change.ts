import { statusReason } from '../status-reason.ts';
import { type DocumentDecision, isFinal } from './settlement.ts';

/** A transfer or a payout as the ledger has it, for the one who weighs its document again. */
export type KnownMovement = {
  readonly id: number;
  readonly status: string;
  readonly status_reason: string | null;
  readonly amount: bigint | null;
  readonly creation_datetime: Date;
  /** Null for a row of the old connector that was not weighed by our rules yet. */
  readonly decided_at: Date | null;
  /** A payout that was made once and came back from the bank. */
  readonly wasMade: boolean;
};

/**
 * What a document that has come again means for a row: nothing if the row is done, else mostly that its facts are fresh. Its
 * sums do not change, so a row that knows its amount waits for other things, and keeps its state.
 */
export function decideChange(
  row: KnownMovement,
  decision: DocumentDecision,
  invoiceId: number,
): 'leave' | 'refresh' | 'change' {
  if (isFinal(row.status)) return 'leave';
  // That Mirakl takes the invoice for paid may well come from the payout that the bank has sent back since.
  if (row.wasMade && 'reason' in decision && decision.reason === statusReason.invoicePaid(invoiceId)) return 'refresh';
  const amount = 'amount' in decision ? decision.amount : undefined;
  const isKnown = amount !== undefined && amount.minor === row.amount && row.decided_at !== null;
  return isKnown ? 'refresh' : 'change';
}
