import type { Database } from '@connector/database';
import type { Clock } from '@connector/kernel';
import { enqueue, type Queues } from '@connector/queues';
import { makeWaitingDue } from './waiting-movements-table.ts';

export type ReleaseSettlementDeps = { readonly db: Database; readonly queues: Queues; readonly now: Clock };

/**
 * Has what waits of a shop's invoices tried again at once: it has got an account, is no longer excluded, or its account is in
 * order again or is paid out elsewhere. What still cannot be moved is held again.
 */
export async function releaseSettlement(
  { db, queues, now }: ReleaseSettlementDeps,
  { shopId, run }: { readonly shopId: number; readonly run?: string | undefined },
): Promise<string> {
  const waiting = await makeWaitingDue(db, { shopId, evenPaused: true }, now());
  if (waiting === 0) return 'nothing was held';
  await enqueue(queues, 'settlement.settle-seller', [{ shopId }], { run });
  return 'held transfers and payouts of invoices made due';
}
