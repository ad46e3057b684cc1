import { enqueue } from '@connector/queues';
import { endOrderRelease } from './payments-table.ts';
import type { ReleaseDeps } from './release-shop.ts';
import { ringDueOrders } from './ring-due-orders.ts';
import { makeHeldTransfersDue } from './transfers-table.ts';

/**
 * Makes the held transfers of a commercial order due at once: something has become of the buyer's payment. Asks the same for its
 * refunds.
 */
export async function releaseOrder(
  { db, queues, now }: ReleaseDeps,
  { commercialOrderId, run }: { readonly commercialOrderId: string; readonly run?: string | undefined },
): Promise<string> {
  const startedAt = now();
  const types = await makeHeldTransfersDue(db, { commercialOrderId }, startedAt);
  await enqueue(queues, 'refunds.release-order', [{ commercialOrderId }], { run });
  const outcome = await ringDueOrders(queues, types, run);
  // Last: a crash before it leads to the same once more.
  await endOrderRelease(db, commercialOrderId, startedAt);
  return outcome;
}
