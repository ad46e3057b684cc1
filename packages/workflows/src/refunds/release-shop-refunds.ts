import type { Database } from '@connector/database';
import type { Clock } from '@connector/kernel';
import { enqueue, type Queues } from '@connector/queues';
import { makeHeldTransfersDue, type OrderKind } from '../payment-split/index.ts';
import { makeHeldRefundsDue } from './refunds-table.ts';

export type ReleaseShopRefundsDeps = {
  readonly db: Database;
  readonly queues: Queues;
  readonly now: Clock;
  /** Whose refunds are switched on. */
  readonly refundKinds: readonly OrderKind[];
};

/** Makes the held refunds and reversals of a shop due at once, and starts the sweeps that take them up with whatever is new. */
export async function releaseShopRefunds(
  { db, queues, now, refundKinds }: ReleaseShopRefundsDeps,
  { shopId, run }: { readonly shopId: number; readonly run?: string | undefined },
): Promise<string> {
  const held = await db.transaction().execute(async (trx) => {
    await makeHeldTransfersDue(trx, { shopId }, now());
    return makeHeldRefundsDue(trx, { shopId }, now());
  });
  for (const kind of refundKinds) await enqueue(queues, `refunds.plan-${kind}-refunds`, [{}], { run });
  await enqueue(queues, 'refunds.plan-reversals', [{}], { run });
  return `${held.length} held refunds made due`;
}
