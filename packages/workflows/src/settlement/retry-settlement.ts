import type { Database } from '@connector/database';
import { type Clock, ConnectorError } from '@connector/kernel';
import { enqueue, type Queues } from '@connector/queues';
import type { Actor } from '../operation/history.ts';
import { type AskedFor, askForInvoiceTransfer, askForPayout } from './asked-movements-table.ts';

export type RetrySettlementDeps = { readonly db: Database; readonly queues: Queues; readonly now: Clock };

/**
 * Has a payout that failed or waits tried again at once, on behalf of a person; also one of a shop that was excluded, with the
 * transfers of its invoice. Throws `payout_not_retriable` for one that is done, will never be, or does not exist.
 */
export async function retryPayout(
  { db, queues, now }: RetrySettlementDeps,
  { payoutId, actor }: { readonly payoutId: number; readonly actor: Actor },
): Promise<void> {
  const asked = await db.transaction().execute((trx) => askForPayout(trx, payoutId, actor, now()));
  if (!asked) {
    throw new ConnectorError(
      `Payout ${payoutId} is none that can be tried again: only failed and held ones can, and those of excluded shops`,
      { code: 'payout_not_retriable', retryable: false },
    );
  }
  await ring(queues, asked);
}

/**
 * Has a transfer of an invoice that failed, waits or was ignored tried again at once, on behalf of a person. False if there is
 * none of that number.
 */
export async function retryInvoiceTransfer(
  { db, queues, now }: RetrySettlementDeps,
  { transferId, actor }: { readonly transferId: number; readonly actor: Actor },
): Promise<boolean> {
  const asked = await db.transaction().execute((trx) => askForInvoiceTransfer(trx, transferId, actor, now()));
  if (asked) await ring(queues, asked);
  return asked !== undefined;
}

/** Without an amount Mirakl is asked again, as soon as it allows. */
async function ring(queues: Queues, { shopId, isKnown }: AskedFor): Promise<void> {
  if (isKnown && shopId !== null) await enqueue(queues, 'settlement.settle-seller', [{ shopId }]);
  else await enqueue(queues, 'settlement.plan-invoices', [{}]);
}
