import type { Database } from '@connector/database';
import { jobHasMs } from '../retry-pauses.ts';
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

/** Whom a transfer goes to. */
export type Payee = { readonly accountId: string; readonly ignored: boolean; readonly kycBlocked: boolean };

/** The payee of this mapping. */
export async function findPayee(db: Database, mappingId: number): Promise<Payee | undefined> {
  const row = await db
    .selectFrom('account_mapping')
    .select(['stripe_account_id', 'ignored', 'kyc_blocked_at'])
    .where('id', '=', mappingId)
    .executeTakeFirst();
  return row && { accountId: row.stripe_account_id, ignored: row.ignored, kycBlocked: row.kyc_blocked_at !== null };
}

/** Shops whose waiting work is to be looked at again and whose job should have seen to that; each is asked for again in a few minutes. */
export async function takeShopsToRelease(db: Database, now: Date, limit: number): Promise<number[]> {
  const due = db
    .selectFrom('account_mapping')
    .select('id')
    .where('release_due_at', '<=', new Date(now.getTime() - jobHasMs))
    .limit(limit)
    .forUpdate()
    .skipLocked();
  const rows = await db
    .updateTable('account_mapping')
    .set({ release_due_at: now })
    .where('id', 'in', due)
    .returning('mirakl_shop_id')
    .execute();
  return rows.map((row) => row.mirakl_shop_id);
}

/** Notes that the shop's waiting work is due. To be called in the transaction that makes it so. */
export async function endRelease(db: Database, shopId: number): Promise<void> {
  await db
    .updateTable('account_mapping')
    .set({ release_due_at: null })
    .where('mirakl_shop_id', '=', shopId)
    .where('release_due_at', 'is not', null)
    .execute();
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
