import type { Database } from '@connector/database';
import { type Clock, ConnectorError } from '@connector/kernel';
import { enqueue, type Queues } from '@connector/queues';
import type { Actor } from '../operation/history.ts';
import type { TransferType } from './transfer.ts';
import { askForTransfer } from './transfers-table.ts';
import { weighingJobOf } from './weighing-job.ts';

export type RetryTransferDeps = { readonly db: Database; readonly queues: Queues; readonly now: Clock };

/**
 * Has a transfer or a reversal that failed, waits or was ignored weighed again at once, on behalf of a person. An ignored one
 * comes back only this way. Throws `transfer_not_retriable` for one that is done, will never be, or does not exist.
 */
export async function retryTransfer(
  { db, queues, now }: RetryTransferDeps,
  input: { readonly transferId: number; readonly actor: Actor },
): Promise<void> {
  const types = Object.keys(weighingJobOf) as TransferType[];
  const type = await db
    .transaction()
    .execute((trx) => askForTransfer(trx, input.transferId, types, input.actor, now()));
  if (!type) {
    throw new ConnectorError(
      `Transfer ${input.transferId} is none that can be tried again: only failed, held and ignored ones can`,
      { code: 'transfer_not_retriable', retryable: false },
    );
  }
  await enqueue(queues, weighingJobOf[type], [{}]);
}
