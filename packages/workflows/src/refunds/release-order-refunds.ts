import type { Database } from '@connector/database';
import type { Clock } from '@connector/kernel';
import { enqueue, type Queues } from '@connector/queues';
import { kindOfRefund } from './refund.ts';
import { makeHeldRefundsDue } from './refunds-table.ts';

export type ReleaseOrderRefundsDeps = { readonly db: Database; readonly queues: Queues; readonly now: Clock };

/** Makes the held refunds of a commercial order due at once: something has become of the buyer's payment. */
export async function releaseOrderRefunds(
  { db, queues, now }: ReleaseOrderRefundsDeps,
  { commercialOrderId, run }: { readonly commercialOrderId: string; readonly run?: string | undefined },
): Promise<string> {
  const held = await makeHeldRefundsDue(db, { commercialOrderId }, now());
  for (const kind of new Set(held.map(kindOfRefund))) {
    await enqueue(queues, `refunds.plan-${kind}-refunds`, [{}], { run });
  }
  return `${held.length} held refunds made due`;
}
