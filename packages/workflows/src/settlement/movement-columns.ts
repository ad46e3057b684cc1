import type { OperationLedger } from '../operation/ledger.ts';
import { nextLookAtHold } from '../retry-pauses.ts';
import { fitReason } from '../status-reason.ts';
import type { DocumentDecision } from './settlement.ts';

/** Accounting documents can be listed again after that time (IV01). */
const untilNextListingMs = 24 * 3_600_000;

/** The columns of a transfer or a payout that say what was decided about it. */
export function decisionColumns(
  { statuses }: OperationLedger,
  decision: DocumentDecision,
  waitingSince: Date,
  now: Date,
) {
  const status = statuses[decision.kind === 'send' ? 'ready' : decision.kind];
  const decided = { status, decided_at: now };
  switch (decision.kind) {
    case 'send':
      return {
        ...{ ...decided, status_reason: null, amount: decision.amount.minor },
        account_mapping_id: decision.mappingId,
        next_try_at: now,
      };
    case 'hold': {
      // Without an amount there is nothing to look at before the document has been read again.
      const amount = decision.amount?.minor ?? null;
      const next_try_at =
        amount === null ? new Date(now.getTime() + untilNextListingMs) : nextLookAtHold(waitingSince, now);
      return { ...decided, status_reason: fitReason(decision.reason), amount, next_try_at };
    }
    case 'abort':
    case 'ignore':
      return { ...decided, status_reason: fitReason(decision.reason), next_try_at: null };
  }
}
