import { ConnectorError, isConnectorError } from '@connector/kernel';
import type { MiraklClient } from '@connector/mirakl';
import { enqueue, type Queues } from '@connector/queues';
import { type CreateAccountDeps, createAccount } from './create-account.ts';
import { findShop, unusableShop } from './find-shop.ts';
import { findMapping } from './mappings-table.ts';
import { isExcluded, needsLink, type ShopFields } from './shop-record.ts';
import { failShop, findShopRecord, setShopsIgnored, settleShop } from './shops-table.ts';

export type OnboardSellerDeps = CreateAccountDeps & {
  readonly mirakl: MiraklClient;
  readonly queues: Queues;
  readonly fields: ShopFields;
};

export type OnboardSellerInput = { readonly shopId: number; readonly run?: string | undefined };

/**
 * Gives a shop its Stripe account, and sees to it that its link gets written (workflows.md, section 1). Safe to repeat at any
 * point. Throws `onboarding_refused` after a definite refusal is on record, other errors when it should be tried again.
 */
export async function onboardSeller(deps: OnboardSellerDeps, input: OnboardSellerInput): Promise<string> {
  const { shopId } = input;
  const record = await findShopRecord(deps.db, shopId);
  if (!record || record.status === 'done' || record.status === 'ignored') return 'nothing to do';
  try {
    return await onboard(deps, input);
  } catch (error) {
    if (!isConnectorError(error) || error.retryable || error.pausesQueue) throw error;
    await failShop(deps.db, shopId, error.message, deps.now());
    throw new ConnectorError(error.message, { code: 'onboarding_refused', retryable: false, cause: error });
  }
}

async function onboard(deps: OnboardSellerDeps, { shopId, run }: OnboardSellerInput): Promise<string> {
  const shop = await findShop(deps.mirakl, shopId);
  if (!shop) throw unusableShop(`Shop ${shopId} does not exist on Mirakl`);
  if (isExcluded(shop.additionalFields, deps.fields)) {
    await deps.db.transaction().execute((trx) => setShopsIgnored(trx, [shopId], true, deps.now()));
    return 'ignored by the operator';
  }
  if (!(await findMapping(deps.db, shopId))) {
    await createAccount(deps, shop);
    await enqueue(deps.queues, 'payment-split.release-shop', [{ shopId }], { run });
  }
  if (!needsLink(shop.additionalFields, deps.fields)) {
    await settleShop(deps.db, shopId, 'done', deps.now());
    return 'onboarded';
  }
  await settleShop(deps.db, shopId, 'link-due', deps.now());
  await enqueue(deps.queues, 'onboarding.write-links', [{}], { run });
  return 'link to be written';
}
