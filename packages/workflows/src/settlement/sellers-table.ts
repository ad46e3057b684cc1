import type { Database } from '@connector/database';
import type { SellerFacts } from './settlement.ts';

/** A seller that the ledger has never heard of. */
export const unknownSeller: SellerFacts = { mapping: undefined, ignored: false };

/** What the ledger knows of the sellers behind these shops, by shop id; shops it has never heard of are missing. */
export async function findSellers(db: Database, shopIds: readonly number[]): Promise<Map<number, SellerFacts>> {
  if (shopIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('account_mapping')
    .select(['id', 'mirakl_shop_id', 'stripe_account_id', 'ignored', 'payout_enabled', 'kyc_blocked_at'])
    .where('mirakl_shop_id', 'in', shopIds)
    .execute();
  const ignoredWithoutAccount = await db
    .selectFrom('shop_onboarding')
    .select('mirakl_shop_id')
    .where('mirakl_shop_id', 'in', shopIds)
    .where('ignored', '=', true)
    .execute();
  const sellers = new Map<number, SellerFacts>();
  for (const row of ignoredWithoutAccount) sellers.set(row.mirakl_shop_id, { mapping: undefined, ignored: true });
  for (const row of rows) {
    const mapping = {
      id: row.id,
      accountId: row.stripe_account_id,
      kycBlocked: row.kyc_blocked_at !== null,
      payoutsEnabled: row.payout_enabled,
    };
    sellers.set(row.mirakl_shop_id, { mapping, ignored: row.ignored });
  }
  return sellers;
}

/** The account of a mapping. */
export async function findAccountId(db: Database, mappingId: number): Promise<string | undefined> {
  const row = await db
    .selectFrom('account_mapping')
    .select('stripe_account_id')
    .where('id', '=', mappingId)
    .executeTakeFirst();
  return row?.stripe_account_id;
}
