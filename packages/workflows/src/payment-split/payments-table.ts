import type { Database } from '@connector/database';
import { jobHasMs } from '../retry-pauses.ts';

/** A charge that the payment mappings know. */
export type MappedPayment = { readonly chargeId: string; readonly status: string };

/** How much good a payment of a commercial order is: what has been captured before what may yet be. */
const usefulness = ['captured', 'to_capture', 'failed', 'canceled'];

/**
 * The payments of each commercial order, the most useful first, by commercial id, as far as payment mappings are known. Among
 * equals the largest comes first: of a buyer's two cards the one that most transfers and refunds find room in.
 */
export async function findMappedPayments(
  db: Database,
  commercialIds: readonly string[],
): Promise<Map<string, readonly MappedPayment[]>> {
  if (commercialIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('payment_mapping')
    .select(['mirakl_commercial_order_id as commercialId', 'stripe_charge_id as chargeId', 'status'])
    .where('mirakl_commercial_order_id', 'in', commercialIds)
    .orderBy('stripe_amount', 'desc')
    .orderBy('id')
    .execute();
  const rank = (status: string) => usefulness.indexOf(status);
  rows.sort((a, b) => rank(a.status) - rank(b.status));
  return Map.groupBy(rows, ({ commercialId }) => commercialId ?? '');
}

/** The charge to take the money of each commercial order from, by commercial id. */
export async function findMappedCharges(db: Database, commercialIds: readonly string[]): Promise<Map<string, string>> {
  const charges = new Map<string, string>();
  for (const [id, [best]] of await findMappedPayments(db, commercialIds)) if (best) charges.set(id, best.chargeId);
  return charges;
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
