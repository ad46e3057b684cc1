import { type Database, type ShopOnboardingRow, utcTimestamp } from '@connector/database';
import { jobHasMs, nextTryAfterRefusal } from '../retry-pauses.ts';
import { fitReason } from '../status-reason.ts';
import { insertMapping, type NewAccount } from './mappings-table.ts';
import type { OnboardingStatus } from './shop-record.ts';

/** The shop's account on Stripe, and whether the operator excludes the shop; for shops that the ledger knows. */
export type KnownShop = { readonly hasAccount: boolean; readonly ignored: boolean };

/** What the ledger knows of these shops, by shop id. */
export async function findKnownShops(db: Database, shopIds: readonly number[]): Promise<Map<number, KnownShop>> {
  if (shopIds.length === 0) return new Map();
  const records = await db
    .selectFrom('shop_onboarding')
    .select(['mirakl_shop_id', 'ignored'])
    .where('mirakl_shop_id', 'in', shopIds)
    .execute();
  const mappings = await db
    .selectFrom('account_mapping')
    .select(['mirakl_shop_id', 'ignored'])
    .where('mirakl_shop_id', 'in', shopIds)
    .execute();
  const shops = new Map<number, KnownShop>();
  for (const row of records) shops.set(row.mirakl_shop_id, { hasAccount: false, ignored: row.ignored });
  for (const row of mappings) shops.set(row.mirakl_shop_id, { hasAccount: true, ignored: row.ignored });
  return shops;
}

/** Notes that there is something to do for these shops. */
export async function markShopsDue(db: Database, shopIds: readonly number[], now: Date): Promise<void> {
  await saveShops(db, shopIds, { status: 'due', ignored: false }, now);
}

/** Keeps the operator's wish about these shops, in the record and, where there is one, in the mapping. */
export async function setShopsIgnored(
  db: Database,
  shopIds: readonly number[],
  ignored: boolean,
  now: Date,
): Promise<void> {
  if (shopIds.length === 0) return;
  await saveShops(db, shopIds, { status: ignored ? 'ignored' : 'done', ignored }, now);
  await db
    .updateTable('account_mapping')
    .set({
      ignored,
      modification_datetime: utcTimestamp(now),
      ...(ignored ? {} : { release_due_at: now }),
    })
    .where('mirakl_shop_id', 'in', shopIds)
    .where('ignored', '!=', ignored)
    .execute();
}

async function saveShops(
  db: Database,
  shopIds: readonly number[],
  record: { status: OnboardingStatus; ignored: boolean },
  now: Date,
): Promise<void> {
  if (shopIds.length === 0) return;
  const next_try_at = record.status === 'due' ? now : null;
  const change = { ...record, status_reason: null, next_try_at, updated_at: now };
  await db
    .insertInto('shop_onboarding')
    .values(shopIds.map((mirakl_shop_id) => ({ mirakl_shop_id, ...change, created_at: now })))
    .onConflict((conflict) => conflict.column('mirakl_shop_id').doUpdateSet(change))
    .execute();
}

/** The record of one shop. */
export async function findShopRecord(db: Database, shopId: number): Promise<ShopOnboardingRow | undefined> {
  return db.selectFrom('shop_onboarding').selectAll().where('mirakl_shop_id', '=', shopId).executeTakeFirst();
}

/** Stores what is about to be asked of Stripe for a new account, and under which key. */
export async function openAccountRound(
  db: Database,
  shopId: number,
  account: { key: string; request: Record<string, unknown> },
  now: Date,
): Promise<void> {
  await db
    .updateTable('shop_onboarding')
    .set({
      account_idempotency_key: account.key,
      account_request: JSON.stringify(account.request),
      account_first_sent_at: now,
      updated_at: now,
    })
    .where('mirakl_shop_id', '=', shopId)
    .where('account_idempotency_key', 'is', null)
    .execute();
}

/** Ends a round for good: refused, or forgotten by Stripe and looked up in vain. The stored request goes with it. */
export async function closeAccountRound(db: Database, shopId: number, round: number, now: Date): Promise<void> {
  await db
    .updateTable('shop_onboarding')
    .set({ ...noAccountRound, account_round: round + 1, updated_at: now })
    .where('mirakl_shop_id', '=', shopId)
    .where('account_round', '=', round)
    .execute();
}

/** Saves the account that Stripe has made for the shop, and forgets the request, which may hold personal data. */
export async function saveMapping(
  db: Database,
  shopId: number,
  account: NewAccount & { readonly requestId: string | undefined },
  now: Date,
): Promise<void> {
  await insertMapping(db, shopId, account, now);
  await db
    .updateTable('shop_onboarding')
    .set({ ...noAccountRound, stripe_request_id: account.requestId ?? null, updated_at: now })
    .where('mirakl_shop_id', '=', shopId)
    .execute();
}

const noAccountRound = { account_idempotency_key: null, account_request: null, account_first_sent_at: null };

/** Ends the work on a shop for now. */
export async function settleShop(
  db: Database,
  shopId: number,
  status: Exclude<OnboardingStatus, 'failed'>,
  now: Date,
): Promise<void> {
  const next_try_at = status === 'link-due' ? new Date(now.getTime() + jobHasMs) : null;
  await db
    .updateTable('shop_onboarding')
    .set({ status, status_reason: null, next_try_at, attempts: 0, ignored: status === 'ignored', updated_at: now })
    .where('mirakl_shop_id', '=', shopId)
    .execute();
}

/** Notes why the shop could not be onboarded; it is tried again after a pause that grows. */
export async function failShop(db: Database, shopId: number, reason: string, now: Date): Promise<void> {
  const record = await findShopRecord(db, shopId);
  const attempts = (record?.attempts ?? 0) + 1;
  await db
    .updateTable('shop_onboarding')
    .set({
      status: 'failed',
      status_reason: fitReason(reason),
      attempts,
      next_try_at: nextTryAfterRefusal(attempts, now),
      updated_at: now,
    })
    .where('mirakl_shop_id', '=', shopId)
    .execute();
}

/**
 * The shop has no account any more: nothing is due for it until it changes on Mirakl, and its next account will be a new one.
 * A call for an account that is under way keeps its key.
 */
export async function forgetAccount(db: Database, shopId: number, now: Date): Promise<void> {
  await db
    .updateTable('shop_onboarding')
    .set((row) => ({ account_round: row('account_round', '+', 1), updated_at: now }))
    .where('mirakl_shop_id', '=', shopId)
    .where('account_idempotency_key', 'is', null)
    .execute();
  await db
    .updateTable('shop_onboarding')
    .set({ status: 'done', status_reason: null, next_try_at: null, updated_at: now })
    .where('mirakl_shop_id', '=', shopId)
    .where('status', 'in', ['due', 'link-due', 'failed'])
    .execute();
}

/** Shops whose account exists and whose link is to be written, the longest waiting first. */
export async function findShopsWithoutLink(db: Database, limit: number): Promise<number[]> {
  const rows = await db
    .selectFrom('shop_onboarding')
    .select('mirakl_shop_id')
    .where('status', '=', 'link-due')
    .orderBy('updated_at')
    .limit(limit)
    .execute();
  return rows.map((row) => row.mirakl_shop_id);
}

/** Shops with work whose job should have done it by now; each is asked for again in a few minutes. */
export async function takeShopsWithoutJob(
  db: Database,
  now: Date,
  limit: number,
): Promise<{ shopId: number; status: OnboardingStatus }[]> {
  const due = db
    .selectFrom('shop_onboarding')
    .select('mirakl_shop_id')
    .where('status', 'in', ['due', 'link-due', 'failed'])
    .where('next_try_at', '<=', now)
    .orderBy('next_try_at')
    .limit(limit)
    .forUpdate()
    .skipLocked();
  const rows = await db
    .updateTable('shop_onboarding')
    .set({ next_try_at: new Date(now.getTime() + jobHasMs) })
    .where('mirakl_shop_id', 'in', due)
    .returning(['mirakl_shop_id', 'status'])
    .execute();
  return rows.map((row) => ({ shopId: row.mirakl_shop_id, status: row.status as OnboardingStatus }));
}
