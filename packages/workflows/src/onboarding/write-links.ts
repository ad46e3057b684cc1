import type { Clock } from '@connector/kernel';
import type { MiraklClient, ShopUpdate } from '@connector/mirakl';
import { enqueue, type Queues } from '@connector/queues';
import { StripeCallError } from '@connector/stripe';
import { findMapping } from './mappings-table.ts';
import { type SellerLinkDeps, sellerLink } from './seller-link.ts';
import type { ShopFields } from './shop-record.ts';
import { failShop, findShopsWithoutLink, settleShop } from './shops-table.ts';
import { updateEachShop } from './update-each-shop.ts';

export type WriteLinksDeps = SellerLinkDeps & {
  readonly mirakl: MiraklClient;
  readonly queues: Queues;
  readonly now: Clock;
  readonly fields: ShopFields;
};

/** Links expire within minutes, so a batch is made and written at once. */
const shopsPerBatch = 25;

/**
 * Makes onboarding links for shops that wait for one, and writes them to Mirakl in one call (S07). A link that cannot be made
 * or is refused concerns its shop alone.
 */
export async function writeLinks(deps: WriteLinksDeps, input: { readonly run?: string | undefined }): Promise<string> {
  const shopIds = await findShopsWithoutLink(deps.db, shopsPerBatch);
  const updates: ShopUpdate[] = [];
  for (const shopId of shopIds) {
    const link = await makeLink(deps, shopId);
    if (link !== undefined) updates.push({ shopId, additionalFields: { [deps.fields.link]: link } });
  }
  let written = 0;
  for (const result of await updateEachShop(deps.mirakl, updates)) {
    if (result.outcome === 'updated') {
      await settleShop(deps.db, result.shopId, 'done', deps.now());
      written += 1;
    } else await failShop(deps.db, result.shopId, result.reason, deps.now());
  }
  if (shopIds.length === shopsPerBatch) await enqueue(deps.queues, 'onboarding.write-links', [{}], input);
  return `${written} of ${shopIds.length} links written`;
}

async function makeLink(deps: WriteLinksDeps, shopId: number): Promise<string | undefined> {
  const mapping = await findMapping(deps.db, shopId);
  if (!mapping) return undefined;
  try {
    return await sellerLink(deps, mapping);
  } catch (error) {
    if (!(error instanceof StripeCallError) || error.retryable || error.pausesQueue) throw error;
    await failShop(deps.db, shopId, error.message, deps.now());
    return undefined;
  }
}
