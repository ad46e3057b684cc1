import { type Database, utcTimestamp } from '@connector/database';
import type { Account } from '@connector/stripe';
import { sql } from 'kysely';
import { whyNotPayable } from './payability.ts';

/** The shop's account on Stripe, as far as the links of its seller are concerned. */
export type SellerMapping = {
  readonly id: number;
  readonly shopId: number;
  readonly accountId: string;
  /** Opens the seller's onboarding; null when there is none. */
  readonly onboardingToken: string | null;
  /** Null: not known yet. */
  readonly detailsSubmitted: boolean | null;
  readonly accountType: string | null;
};

/** What an account that Stripe has just made, or that was made elsewhere, is known by. */
export type NewAccount = Pick<
  Account,
  'id' | 'type' | 'payoutsEnabled' | 'chargesEnabled' | 'detailsSubmitted' | 'disabledReason' | 'transfersCapability'
>;

/**
 * Saves the account of a shop; false if the shop or the account is mapped already. An account that cannot be paid yet is
 * blocked from the start, so that transfers wait for it instead of failing.
 */
export async function insertMapping(db: Database, shopId: number, account: NewAccount, now: Date): Promise<boolean> {
  const at = utcTimestamp(now);
  const blocked = whyNotPayable(account);
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('account_mapping')
    .values({
      mirakl_shop_id: shopId,
      stripe_account_id: account.id,
      payout_enabled: account.payoutsEnabled,
      payin_enabled: account.chargesEnabled,
      disabled_reason: account.disabledReason,
      details_submitted: account.detailsSubmitted,
      account_type: typeof account.type === 'string' ? account.type : account.type.unknown,
      account_read_at: now,
      release_due_at: now,
      kyc_blocked_at: blocked === undefined ? null : now,
      kyc_block_reason: blocked ?? null,
      creation_datetime: at,
      modification_datetime: at,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

/** The mapping of a shop. */
export function findMapping(db: Database, shopId: number): Promise<SellerMapping | undefined> {
  return mappings(db).where('mirakl_shop_id', '=', shopId).executeTakeFirst();
}

/** The mapping whose seller has this token. */
export function findMappingByToken(db: Database, token: string): Promise<SellerMapping | undefined> {
  return mappings(db).where('onboarding_token', '=', token).executeTakeFirst();
}

function mappings(db: Database) {
  return db
    .selectFrom('account_mapping')
    .select([
      'id',
      'mirakl_shop_id as shopId',
      'stripe_account_id as accountId',
      'onboarding_token as onboardingToken',
      'details_submitted as detailsSubmitted',
      'account_type as accountType',
    ]);
}

/** Keeps the token by which the seller's link can be renewed, unless there is one; gives back the one that holds. */
export async function saveOnboardingToken(db: Database, mappingId: number, token: string): Promise<string> {
  const row = await db
    .updateTable('account_mapping')
    .set((row) => ({ onboarding_token: row.fn.coalesce('onboarding_token', row.val(token)) }))
    .where('id', '=', mappingId)
    .returning('onboarding_token')
    .executeTakeFirst();
  return row?.onboarding_token ?? token;
}

/**
 * Shop and account of a mapping, undefined if there is none of this id. Until the transaction ends nobody else changes the mapping or
 * makes an operation that names it.
 */
export async function lockMapping(
  db: Database,
  id: number,
): Promise<Pick<SellerMapping, 'shopId' | 'accountId'> | undefined> {
  return db
    .selectFrom('account_mapping')
    .select(['mirakl_shop_id as shopId', 'stripe_account_id as accountId'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

/** What stands in the way of taking a mapping away. */
export type MappingUse = { readonly transfers: boolean; readonly payouts: boolean };

/**
 * Whether there are operations that name the mapping, or that were sent to Stripe for its shop. What merely waits for an
 * account of the shop can wait for another one.
 */
export async function findMappingUse(db: Database, id: number, shopId: number): Promise<MappingUse> {
  const isUsedBy = async (table: 'stripe_transfer' | 'stripe_payout', stripeId: 'transfer_id' | 'payout_id') => {
    const ofMapping = sql`select from ${sql.table(table)} where account_mapping_id = ${id}`;
    const sentForShop = sql`select from ${sql.table(table)} where mirakl_shop_id = ${shopId}
      and (${sql.ref(stripeId)} is not null or idempotency_key is not null)`;
    const { rows } = await sql<{ used: boolean }>`
      select exists (${ofMapping}) or exists (${sentForShop}) as used`.execute(db);
    return rows[0]?.used === true;
  };
  return {
    transfers: await isUsedBy('stripe_transfer', 'transfer_id'),
    payouts: await isUsedBy('stripe_payout', 'payout_id'),
  };
}

/** Takes the mapping away, and what Mirakl was yet to be told about its account. */
export async function deleteMapping(db: Database, id: number, shopId: number): Promise<void> {
  await db.deleteFrom('account_mapping').where('id', '=', id).execute();
  await db.deleteFrom('shop_update').where('mirakl_shop_id', '=', shopId).execute();
}
