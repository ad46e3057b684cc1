import type { Database } from '@connector/database';

/** A charge that the payment mappings know. */
export type MappedPayment = { readonly chargeId: string; readonly status: string };

/** How much good a payment of a commercial order is: what has been captured before what may yet be. */
const usefulness = ['captured', 'to_capture', 'failed', 'canceled'];

/** The payments of each commercial order, the most useful first, by commercial id, as far as payment mappings are known. */
export async function findMappedPayments(
  db: Database,
  commercialIds: readonly string[],
): Promise<Map<string, readonly MappedPayment[]>> {
  if (commercialIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('payment_mapping')
    .select(['mirakl_commercial_order_id as commercialId', 'stripe_charge_id as chargeId', 'status'])
    .where('mirakl_commercial_order_id', 'in', commercialIds)
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
