import type { Database } from '@connector/database';
import type { Clock } from '@connector/kernel';
import { enqueue, type Queues } from '@connector/queues';
import { makeHeldTransfersDue } from './transfers-table.ts';

export type ReleaseShopDeps = { readonly db: Database; readonly queues: Queues; readonly now: Clock };

/**
 * Makes the held transfers of a shop due at once: it has got an account, or is no longer excluded. What still cannot be sent
 * is held again.
 */
export async function releaseShop(
  deps: ReleaseShopDeps,
  input: { readonly shopId: number; readonly run?: string | undefined },
): Promise<string> {
  const types = await makeHeldTransfersDue(deps.db, input.shopId, deps.now());
  const run = { run: input.run };
  if (types.has('TRANSFER_PRODUCT_ORDER'))
    await enqueue(deps.queues, 'payment-split.plan-due-product-orders', [{}], run);
  if (types.has('TRANSFER_SERVICE_ORDER'))
    await enqueue(deps.queues, 'payment-split.plan-due-service-orders', [{}], run);
  return types.size > 0 ? 'held transfers made due' : 'nothing was held';
}
