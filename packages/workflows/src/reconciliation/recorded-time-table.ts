import type { Database } from '@connector/database';
import { parseMiraklDate } from '@connector/mirakl';
import { readCheckpoint } from '../checkpoint.ts';
import { type OrderKind, splitTypeOf } from '../payment-split/index.ts';

/** From which moment to which every order must have a row, by its creation on Mirakl. The end is exclusive. */
export type RecordedTime = { readonly from: Date; readonly to: Date };

/**
 * From the first order that was recorded to the checkpoint: what the sweep over new orders has reached is read again, and may not
 * be recorded yet. Undefined as long as there is none.
 */
export async function findRecordedTime(db: Database, kind: OrderKind): Promise<RecordedTime | undefined> {
  const checkpoint = await readCheckpoint(db, `${kind}_payment_split_checkpoint`);
  const to = parseMiraklDate(checkpoint ?? '');
  const first = await db
    .selectFrom('stripe_transfer')
    .select('mirakl_created_date')
    .where('type', '=', splitTypeOf[kind])
    .where('mirakl_created_date', 'is not', null)
    .orderBy('creation_datetime')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  return to && first?.mirakl_created_date ? { from: first.mirakl_created_date, to } : undefined;
}
