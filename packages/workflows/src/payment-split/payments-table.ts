import type { Database } from '@connector/database';

/** How much good a payment of a commercial order is for a transfer: what has been captured before what may yet be. */
const usefulness = ['captured', 'to_capture', 'failed', 'canceled'];

/** The charge to take the money of each commercial order from, by commercial id, as far as payment mappings are known. */
export async function findMappedCharges(db: Database, commercialIds: readonly string[]): Promise<Map<string, string>> {
  if (commercialIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('payment_mapping')
    .select(['mirakl_commercial_order_id', 'stripe_charge_id', 'status'])
    .where('mirakl_commercial_order_id', 'in', commercialIds)
    .orderBy('id')
    .execute();
  const rank = (status: string) => usefulness.indexOf(status);
  rows.sort((a, b) => rank(a.status) - rank(b.status));
  const charges = new Map<string, string>();
  for (const { mirakl_commercial_order_id: id, stripe_charge_id: charge } of rows) {
    if (id !== null && !charges.has(id)) charges.set(id, charge);
  }
  return charges;
}
