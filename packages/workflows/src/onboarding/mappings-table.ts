import { type Database, utcTimestamp } from '@connector/database';
import type { Account } from '@connector/stripe';
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
