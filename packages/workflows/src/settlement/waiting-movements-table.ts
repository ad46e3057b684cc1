import type { Database } from '@connector/database';
import { invoiceTransferTypes } from './settlement.ts';

/** Which of what waits: that of one shop, or of all; also payouts that wait for a change of the seller's account. */
export type Waiting = { readonly shopId?: number; readonly evenPaused?: boolean };

/** Makes what is held or was refused due at once; gives back how much there is. Nothing is told about what has no amount yet. */
export async function makeWaitingDue(
  db: Database,
  { shopId, evenPaused = false }: Waiting,
  now: Date,
): Promise<number> {
  const transfers = await db
    .updateTable('stripe_transfer')
    .set({ next_try_at: now })
    .where('type', 'in', invoiceTransferTypes)
    .where('status', 'in', ['TRANSFER_ON_HOLD', 'TRANSFER_FAILED'])
    .where('amount', 'is not', null)
    .where('decided_at', 'is not', null)
    .$if(shopId !== undefined, (query) => query.where('mirakl_shop_id', '=', shopId ?? 0))
    .executeTakeFirstOrThrow();
  const payouts = await db
    .updateTable('stripe_payout')
    .set({ next_try_at: now })
    .where('status', 'in', ['PAYOUT_ON_HOLD', 'PAYOUT_FAILED'])
    .where('amount', 'is not', null)
    .where('decided_at', 'is not', null)
    .$if(!evenPaused, (query) => query.where('next_try_at', 'is not', null))
    .$if(shopId !== undefined, (query) => query.where('mirakl_shop_id', '=', shopId ?? 0))
    .executeTakeFirstOrThrow();
  return Number(transfers.numUpdatedRows + payouts.numUpdatedRows);
}
