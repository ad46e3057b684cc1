import type { Database } from '@connector/database';
import type { Clock } from '@connector/kernel';
import { enqueue, type Queues } from '@connector/queues';
import { endRelease } from './payees-table.ts';
import { ringDueOrders } from './ring-due-orders.ts';
import { makeHeldTransfersDue } from './transfers-table.ts';

export type ReleaseDeps = { readonly db: Database; readonly queues: Queues; readonly now: Clock };

/** The tax account is mapped like a shop, with this id. */
const taxAccountShopId = 0;

/**
 * Makes the held transfers of a shop due at once: it has got an account, is no longer excluded, or its account is in order
 * again. What still cannot be sent is held again; what was ignored stays so until a person asks for it. Rings for the shop's
 * invoices as well.
 */
export async function releaseShop(
  deps: ReleaseDeps,
  { shopId, run }: { readonly shopId: number; readonly run?: string | undefined },
): Promise<string> {
  // Before the note that asks for both is crossed out.
  await enqueue(deps.queues, 'settlement.release-shop', [{ shopId }], { run });
  const types = await deps.db.transaction().execute(async (trx) => {
    await endRelease(trx, shopId);
    return makeHeldTransfersDue(trx, shopId === taxAccountShopId ? { share: 'tax' } : { shopId }, deps.now());
  });
  return ringDueOrders(deps.queues, types, run);
}
