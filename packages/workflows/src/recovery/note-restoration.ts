import type { Database } from '@connector/database';
import { type Clock, ConnectorError } from '@connector/kernel';
import {
  findLastSignOfLife,
  findRestoration,
  type MarkedOperations,
  markAllToBeLookedUp,
  type Restoration,
  saveRestoration,
} from '../operation/restoration-table.ts';

export type RestorationNote = Restoration & { readonly marked: MarkedOperations };

/**
 * Notes that the ledger was restored from a copy, before anybody works with it. What it does not hold for made, and what it will
 * find anew on Mirakl, may have been made in the time that it has lost: from now on all of that is looked for on Stripe before it
 * is sent, because a key that is older than a day no longer keeps Stripe from doing it again. Harmless to repeat.
 * Throws `ledger_without_past` for a ledger that has never been worked with.
 */
export async function noteRestoration({ db, now }: { db: Database; now: Clock }): Promise<RestorationNote> {
  return db.transaction().execute(async (trx) => {
    const lastSign = await findLastSignOfLife(trx);
    if (!lastSign) {
      throw new ConnectorError('Nothing has ever been done with this ledger: it is no copy of one that was at work', {
        code: 'ledger_without_past',
        retryable: false,
      });
    }
    const before = await findRestoration(trx);
    // Somebody who says it once more after some work was done still means the first loss as well.
    const from = before && before.from < lastSign ? before.from : lastSign;
    const restoration = { from, at: now() };
    await saveRestoration(trx, restoration);
    return { ...restoration, marked: await markAllToBeLookedUp(trx) };
  });
}
