import type { Database } from '@connector/database';
import { findPaymentsOf } from '../payment-validation/index.ts';
import { jobHasMs } from '../retry-pauses.ts';

/** The charge to take the money of each commercial order from, by commercial id. */
export async function findMappedCharges(db: Database, commercialIds: readonly string[]): Promise<Map<string, string>> {
  const charges = new Map<string, string>();
  for (const [id, [best]] of await findPaymentsOf(db, commercialIds)) if (id && best) charges.set(id, best.chargeId);
  return charges;
}

/**
 * The payments that a transfer can be made of, the best first: the one that was chosen when its order was weighed, or, if that is
 * one of several payments of its commercial order, all of them. Mirakl names the one that it heard of first, or the smaller one.
 */
export async function findSources(
  db: Database,
  { paymentId, commercialId }: { readonly paymentId: string; readonly commercialId: string | null },
): Promise<string[]> {
  const mapped = commercialId === null ? [] : ((await findPaymentsOf(db, [commercialId])).get(commercialId) ?? []);
  const isOneOfThem = mapped.some(({ chargeId, paymentIntentId }) => [chargeId, paymentIntentId].includes(paymentId));
  return isOneOfThem && mapped.length > 1 ? mapped.map(({ chargeId }) => chargeId) : [paymentId];
}

/**
 * Commercial orders of whose payment something has become, and whose job should have looked at what waited for it; each is asked
 * for again in a few minutes.
 */
export async function takeOrdersToRelease(db: Database, now: Date, limit: number): Promise<string[]> {
  const due = db
    .selectFrom('payment_mapping')
    .select('id')
    .where('release_due_at', '<=', new Date(now.getTime() - jobHasMs))
    .where('mirakl_commercial_order_id', 'is not', null)
    .limit(limit)
    .forUpdate()
    .skipLocked();
  const rows = await db
    .updateTable('payment_mapping')
    .set({ release_due_at: now })
    .where('id', 'in', due)
    .returning('mirakl_commercial_order_id as id')
    .execute();
  return [...new Set(rows.flatMap(({ id }) => id ?? []))];
}

/** Notes that what waited for the payments of the commercial order is due, as far as it was asked for until then. */
export async function endOrderRelease(db: Database, commercialOrderId: string, askedUntil: Date): Promise<void> {
  const asked = db
    .selectFrom('payment_mapping')
    .select('id')
    .where('mirakl_commercial_order_id', '=', commercialOrderId)
    .where('release_due_at', '<=', askedUntil)
    .orderBy('id')
    .forUpdate();
  await db.updateTable('payment_mapping').set({ release_due_at: null }).where('id', 'in', asked).execute();
}
