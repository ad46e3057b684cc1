import type { Database } from '@connector/database';

/** A worker that shows no sign of life for so long is taken for dead. */
const leaseMs = 2 * 60_000;

/** Whose turn a seller is: only one worker at a time settles his invoices. */
export type SellerTurn = { readonly shopId: number; readonly workId: string };

/** Takes the turn for a seller. Gives back when that of somebody else runs out; undefined if it is ours now. */
export async function takeSellerTurn(
  db: Database,
  { shopId, workId }: SellerTurn,
  now: Date,
): Promise<Date | undefined> {
  const turn = { taken_until: leaseEnd(now), taken_by: workId };
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('seller_turn')
    .values({ mirakl_shop_id: shopId, ...turn })
    .onConflict((conflict) =>
      conflict
        .column('mirakl_shop_id')
        .doUpdateSet(turn)
        .where((row) => row.or([row('seller_turn.taken_until', 'is', null), row('seller_turn.taken_until', '<', now)])),
    )
    .executeTakeFirstOrThrow();
  if (numInsertedOrUpdatedRows === 1n) return undefined;
  const row = await db
    .selectFrom('seller_turn')
    .select('taken_until')
    .where('mirakl_shop_id', '=', shopId)
    .executeTakeFirst();
  return row?.taken_until ?? now;
}

/** Keeps the turn; false if it has gone to somebody else. */
export async function renewSellerTurn(db: Database, { shopId, workId }: SellerTurn, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('seller_turn')
    .set({ taken_until: leaseEnd(now) })
    .where('mirakl_shop_id', '=', shopId)
    .where('taken_by', '=', workId)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/** Gives the turn back. */
export async function endSellerTurn(db: Database, { shopId, workId }: SellerTurn): Promise<void> {
  await db
    .updateTable('seller_turn')
    .set({ taken_until: null, taken_by: null })
    .where('mirakl_shop_id', '=', shopId)
    .where('taken_by', '=', workId)
    .execute();
}

function leaseEnd(now: Date): Date {
  return new Date(now.getTime() + leaseMs);
}
