import type { Database, ShopOnboardingRow } from '@connector/database';
import type { Clock } from '@connector/kernel';
import type { Shop } from '@connector/mirakl';
import type { Logger } from '@connector/observability';
import { createExpressAccount, findAccount, StripeCallError, type StripeClient } from '@connector/stripe';
import { findRestoration, mayBeMade } from '../operation/restoration-table.ts';
import { idempotencyKey, isKeyRemembered } from '../operation/round.ts';
import { type AccountBody, type AccountOptions, accountRequest, withoutRefusedValue } from './account-request.ts';
import { closeAccountRound, findShopRecord, openAccountRound, saveMapping } from './shops-table.ts';

export type CreateAccountDeps = {
  readonly db: Database;
  readonly stripe: StripeClient;
  readonly now: Clock;
  readonly log: Logger;
  readonly prefill: boolean;
  readonly accountMetadata: AccountOptions['accountMetadata'];
  readonly version: string;
};

/**
 * Creates the shop's Express account and saves the mapping. One account a shop, whatever dies in between: key and request are
 * stored before the call. A value that Stripe refuses is left out. Throws Stripe's error when there is no account to be had now.
 */
export async function createAccount(deps: CreateAccountDeps, shop: Shop): Promise<void> {
  if (await findForgottenAccount(deps, shop.id)) return;
  let request = accountRequest(shop, deps);
  for (;;) {
    const round = await openRound(deps, shop.id, request);
    try {
      const account = await createExpressAccount(deps.stripe, { request: round.request, idempotencyKey: round.key });
      return await deps.db.transaction().execute((trx) => saveMapping(trx, shop.id, account, deps.now()));
    } catch (error) {
      if (!(error instanceof StripeCallError) || error.kind !== 'refused') throw error;
      await closeAccountRound(deps.db, shop.id, round.number, deps.now());
      const modest = withoutRefusedValue(round.request, error.param);
      if (!modest) throw error;
      deps.log.warn({ shopId: shop.id, param: error.param, code: error.stripeCode }, 'prefilled value left out');
      request = modest;
    }
  }
}

/** The stored round, if one is open, otherwise a new one with this request. */
async function openRound(deps: CreateAccountDeps, shopId: number, request: AccountBody) {
  const before = await recordOf(deps, shopId);
  const key = idempotencyKey('account', String(shopId), before.account_round);
  if (!before.account_idempotency_key) await openAccountRound(deps.db, shopId, { key, request }, deps.now());
  const stored = await recordOf(deps, shopId);
  return {
    key: stored.account_idempotency_key ?? key,
    number: stored.account_round,
    request: (stored.account_request as AccountBody | null) ?? request,
  };
}

/**
 * Whether a call whose key Stripe may have forgotten, or that a restored ledger knows nothing of, has made the account after all;
 * then it is saved. Otherwise that key is given up, because sending it again would be a new call.
 */
async function findForgottenAccount(deps: CreateAccountDeps, shopId: number): Promise<boolean> {
  const record = await recordOf(deps, shopId);
  const createdFrom = await whenToLookFrom(deps, record.account_first_sent_at);
  if (!createdFrom) return false;
  const found = await findAccount(deps.stripe, {
    createdFrom,
    matches: ({ metadata }) => metadata.miraklShopId === String(shopId),
  });
  if (found) await deps.db.transaction().execute((trx) => saveMapping(trx, shopId, found, deps.now()));
  else if (record.account_idempotency_key) await closeAccountRound(deps.db, shopId, record.account_round, deps.now());
  return found !== undefined;
}

/** Since when the account may exist without our knowing; undefined if it cannot, or if a repeat with its key is as good as a look. */
async function whenToLookFrom({ db, now }: CreateAccountDeps, firstSentAt: Date | null): Promise<Date | undefined> {
  if (firstSentAt) return isKeyRemembered(firstSentAt, now()) ? undefined : firstSentAt;
  const restoration = await findRestoration(db);
  return mayBeMade(null, restoration, now()) ? restoration?.from : undefined;
}

async function recordOf({ db }: CreateAccountDeps, shopId: number): Promise<ShopOnboardingRow> {
  const record = await findShopRecord(db, shopId);
  if (!record) throw new Error(`shop ${shopId} has no onboarding record`);
  return record;
}
