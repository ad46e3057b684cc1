import type { Database } from '@connector/database';
import { type Clock, ConnectorError } from '@connector/kernel';
import type { Queues } from '@connector/queues';
import type { Actor } from '../operation/history.ts';
import { askForRefund } from './asked-refunds-table.ts';
import { ringForRefund } from './ring-for-refund.ts';

export type RetryRefundDeps = { readonly db: Database; readonly queues: Queues; readonly now: Clock };

/**
 * Has a refund that failed or waits taken up again at once, on behalf of a person. Of one that the buyer has got only the
 * confirmation is tried. Throws `refund_not_retriable` for one that is done, will never be, or does not exist.
 */
export async function retryRefund(
  { db, queues, now }: RetryRefundDeps,
  { refundId, actor }: { readonly refundId: number; readonly actor: Actor },
): Promise<void> {
  const asked = await db.transaction().execute((trx) => askForRefund(trx, refundId, actor, now()));
  if (!asked) {
    throw new ConnectorError(
      `Refund ${refundId} is none that can be tried again: only failed, held and unconfirmed ones can`,
      { code: 'refund_not_retriable', retryable: false },
    );
  }
  await ringForRefund(queues, asked);
}
