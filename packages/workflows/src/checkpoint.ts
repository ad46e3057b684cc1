import type { Database } from '@connector/database';

/** How far each sweep has read, as Mirakl's own date text; the old connector's keys, so that both can go on from it. */
export type CheckpointKey =
  | 'product_payment_split_checkpoint'
  | 'service_payment_split_checkpoint'
  | 'seller_onboarding_checkpoint'
  | 'seller_settlement_checkpoint';

/** The checkpoint as it was received from Mirakl; undefined before the first round. */
export async function readCheckpoint(db: Database, key: CheckpointKey): Promise<string | undefined> {
  const row = await db.selectFrom('config').select('value').where('key', '=', key).executeTakeFirst();
  return row?.value ?? undefined;
}

/** Moves the checkpoint. To be called in the transaction that records the page it stands for. */
export async function moveCheckpoint(db: Database, key: CheckpointKey, value: string): Promise<void> {
  await db
    .insertInto('config')
    .values({ key, value })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
    .execute();
}
