import { ConnectorError, isConnectorError } from '@connector/kernel';
import { listShops, type MiraklClient, type Shop } from '@connector/mirakl';
import { enqueue, type Queues } from '@connector/queues';
import { type CreateAccountDeps, createAccount } from './create-account.ts';
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
  const shop = await readShop(deps.mirakl, shopId);
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

async function readShop(mirakl: MiraklClient, shopId: number): Promise<Shop> {
  for await (const { items, unreadable } of listShops(mirakl, { shopIds: [shopId] })) {
    const shop = items.find(({ id }) => id === shopId);
    if (shop) return shop;
    for (const { field, value } of unreadable) throw refused(`Unexpected value ${value} of ${field}`);
  }
  throw refused(`Shop ${shopId} does not exist on Mirakl`);
}

function refused(message: string): ConnectorError {
  return new ConnectorError(message, { code: 'shop_unusable', retryable: false });
}
