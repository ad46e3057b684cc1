import { enqueue } from '@connector/queues';
import type { ReleaseSettlementDeps } from './release-settlement.ts';
import { makeWaitingDue } from './waiting-movements-table.ts';

/**
 * Has the invoices of one shop settled now by what the ledger knows of them, on behalf of a person: also what waits or was
 * refused. Gives back how many jobs were added.
 */
export async function requestSettlement(
  { db, queues, now }: ReleaseSettlementDeps,
  { shopId, run }: { readonly shopId: number; readonly run?: string | undefined },
): Promise<number> {
  await makeWaitingDue(db, { shopId }, now());
  return enqueue(queues, 'settlement.settle-seller', [{ shopId }], { run });
}
