import { enqueue } from '@connector/queues';
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
  const types = await makeHeldTransfersDue(db, { commercialOrderId }, now());
  await enqueue(queues, 'refunds.release-order', [{ commercialOrderId }], { run });
  return ringDueOrders(queues, types, run);
}
