import type { Database } from '@connector/database';
import { nextTryAfterRefusal } from '../retry-pauses.ts';
import { fitReason } from '../status-reason.ts';

/** Goods or services: two halves of Mirakl with different endpoints and the same rules. */
export type DebitKind = 'product' | 'service';

/** A debit that Mirakl waits for and could not be told of. */
export type UnconfirmedDebit = { readonly orderId: string; readonly refusals: number; readonly nextTryAt: Date };

/** Those of this kind, by order. */
export async function findUnconfirmedDebits(db: Database, kind: DebitKind): Promise<Map<string, UnconfirmedDebit>> {
  const rows = await db
    .selectFrom('unconfirmed_debit')
    .select(['order_id as orderId', 'refusals', 'next_try_at as nextTryAt'])
    .where('kind', '=', kind)
    .execute();
  return new Map(rows.map((row) => [row.orderId, row]));
}

/** Notes why Mirakl could not be told of a debit; the pause before the next try grows with every time. */
export async function noteUnconfirmedDebits(
  db: Database,
  kind: DebitKind,
  debits: readonly { readonly orderId: string; readonly reason: string }[],
  known: ReadonlyMap<string, UnconfirmedDebit>,
  now: Date,
): Promise<void> {
  for (const { orderId, reason } of debits) {
    const refusals = (known.get(orderId)?.refusals ?? 0) + 1;
    const latest = {
      ...{ reason: fitReason(reason), refusals, last_refused_at: now },
      next_try_at: nextTryAfterRefusal(refusals, now),
    };
    await db
      .insertInto('unconfirmed_debit')
      .values({ kind, order_id: orderId, first_refused_at: now, ...latest })
      .onConflict((conflict) => conflict.columns(['kind', 'order_id']).doUpdateSet(latest))
      .execute();
  }
}

/** Forgets debits that Mirakl was told of, or waits for no more. */
export async function forgetUnconfirmedDebits(
  db: Database,
  kind: DebitKind,
  orderIds: readonly string[],
): Promise<void> {
  if (orderIds.length === 0) return;
  await db.deleteFrom('unconfirmed_debit').where('kind', '=', kind).where('order_id', 'in', orderIds).execute();
}
