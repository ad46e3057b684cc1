import type { Database } from '@connector/database';
import type { PayeeFacts } from './decide-transfer.ts';

/** What the ledger knows of these shops, by shop id; shops it has never heard of are missing. */
export async function findShops(db: Database, shopIds: readonly number[]): Promise<Map<number, PayeeFacts>> {
  if (shopIds.length === 0) return new Map();
  const mappings = await db
    .selectFrom('account_mapping')
    .select(['id', 'mirakl_shop_id', 'ignored', 'kyc_blocked_at'])
    .where('mirakl_shop_id', 'in', shopIds)
    .execute();
  const ignoredWithoutAccount = await db
    .selectFrom('shop_onboarding')
    .select('mirakl_shop_id')
    .where('mirakl_shop_id', 'in', shopIds)
    .where('ignored', '=', true)
    .execute();
  const shops = new Map<number, PayeeFacts>();
  for (const shop of ignoredWithoutAccount) shops.set(shop.mirakl_shop_id, { mapping: undefined, ignored: true });
  for (const row of mappings) {
    const mapping = { id: row.id, kycBlocked: row.kyc_blocked_at !== null };
    shops.set(row.mirakl_shop_id, { mapping, ignored: row.ignored });
  }
  return shops;
}

/** What the ledger knows of the account that takes the taxes. */
export async function findAccount(db: Database, accountId: string): Promise<PayeeFacts> {
  const row = await db
    .selectFrom('account_mapping')
    .select(['id', 'kyc_blocked_at'])
    .where('stripe_account_id', '=', accountId)
    .executeTakeFirst();
  return { mapping: row && { id: row.id, kycBlocked: row.kyc_blocked_at !== null }, ignored: false };
}
