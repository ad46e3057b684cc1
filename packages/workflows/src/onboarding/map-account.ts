import type { Database } from '@connector/database';
import type { Clock } from '@connector/kernel';
import type { MiraklClient } from '@connector/mirakl';
import type { Logger } from '@connector/observability';
import { enqueue, type Queues } from '@connector/queues';
import { type Account, retrieveAccount, StripeCallError, type StripeClient } from '@connector/stripe';
import { findShop } from './find-shop.ts';
import { insertMapping } from './mappings-table.ts';
import { isExcluded, type ShopFields } from './shop-record.ts';
import { markShopsDue, setShopsIgnored } from './shops-table.ts';

export type MapAccountDeps = {
  readonly db: Database;
  readonly mirakl: MiraklClient;
  readonly stripe: StripeClient;
  readonly queues: Queues;
  readonly now: Clock;
  readonly log: Logger;
  readonly fields: ShopFields;
};

export type NewMapping = { readonly shopId: number; readonly accountId: string };

/** `account-unsupported`: a Standard account, or one of a type that we do not know. */
export type MapAccountOutcome =
  | 'mapped'
  | 'shop-unknown'
  | 'account-unknown'
  | 'account-unsupported'
  | 'already-mapped';

/** The tax account is mapped like a shop of this id, which no shop on Mirakl has. */
const taxAccountShopId = 0;

/**
 * Maps an account that was onboarded elsewhere to a shop, and has the shop get what every mapped shop gets: its link, and the
 * transfers that waited for it. Throws Mirakl's or Stripe's error when they cannot be asked; then nothing is saved.
 */
export async function mapAccount(deps: MapAccountDeps, { shopId, accountId }: NewMapping): Promise<MapAccountOutcome> {
  const { db, mirakl, stripe, now } = deps;
  const shop = shopId === taxAccountShopId ? undefined : await findShop(mirakl, shopId);
  if (!shop && shopId !== taxAccountShopId) return 'shop-unknown';
  const account = await findAccount(stripe, accountId);
  if (!account) return 'account-unknown';
  if (account.type !== 'express' && account.type !== 'custom') return 'account-unsupported';

  const ignored = shop !== undefined && isExcluded(shop.additionalFields, deps.fields);
  const saved = await db.transaction().execute(async (trx) => {
    if (!(await insertMapping(trx, shopId, account, now()))) return false;
    if (ignored) await setShopsIgnored(trx, [shopId], true, now());
    else if (shop) await markShopsDue(trx, [shopId], now());
    return true;
  });
  if (!saved) return 'already-mapped';
  deps.log.info({ shopId, accountId, ignored }, 'account mapped by hand');
  if (!ignored) await ring(deps, { shopId, accountId });
  return 'mapped';
}

async function findAccount(stripe: StripeClient, accountId: string): Promise<Account | undefined> {
  // Anything else would ask Stripe for something that is no account.
  if (!/^acct_\w+$/.test(accountId)) return undefined;
  try {
    return await retrieveAccount(stripe, accountId);
  } catch (error) {
    // To a platform, an account that is not connected to it does not exist.
    if (error instanceof StripeCallError && (error.kind === 'refused' || error.kind === 'not-found')) return undefined;
    throw error;
  }
}

/** The mapping is saved whatever becomes of the jobs: what they do is due in the ledger, and rung again by the recovery. */
async function ring({ queues, log }: MapAccountDeps, { shopId, accountId }: NewMapping): Promise<void> {
  try {
    if (shopId !== taxAccountShopId) await enqueue(queues, 'onboarding.onboard-seller', [{ shopId }]);
    await enqueue(queues, 'kyc.follow-account', [{ accountId }]);
    await enqueue(queues, 'payment-split.release-shop', [{ shopId }]);
  } catch (err) {
    log.warn({ err, shopId }, 'shop mapped, its jobs come later');
  }
}
