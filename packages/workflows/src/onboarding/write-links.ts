import { randomBytes } from 'node:crypto';
import type { Database } from '@connector/database';
import { type Clock, isConnectorError } from '@connector/kernel';
import { type MiraklClient, type ShopUpdate, type ShopUpdateResult, updateShops } from '@connector/mirakl';
import { enqueue, type Queues } from '@connector/queues';
import { createAccountLink, StripeCallError, type StripeClient } from '@connector/stripe';
import type { ShopFields } from './shop-record.ts';
import { failShop, findMapping, findShopsWithoutLink, saveOnboardingToken, settleShop } from './shops-table.ts';

export type WriteLinksDeps = {
  readonly db: Database;
  readonly stripe: StripeClient;
  readonly mirakl: MiraklClient;
  readonly queues: Queues;
  readonly now: Clock;
  readonly fields: ShopFields;
  /** Where Stripe sends a seller whose link has expired; the token is appended. */
  readonly refreshUrl: string;
  /** Where Stripe sends a seller who is through. */
  readonly returnUrl: string;
};

/** Links expire within minutes, so a batch is made and written at once. */
const shopsPerBatch = 25;

/**
 * Makes onboarding links for shops that wait for one, and writes them to Mirakl in one call (S07). A link that cannot be made
 * or is refused concerns its shop alone. A link needs no stored key: it moves nothing, and an old one is worth nothing.
 */
export async function writeLinks(deps: WriteLinksDeps, input: { readonly run?: string | undefined }): Promise<string> {
  const shopIds = await findShopsWithoutLink(deps.db, shopsPerBatch);
  const updates: ShopUpdate[] = [];
  for (const shopId of shopIds) {
    const link = await makeLink(deps, shopId);
    if (link !== undefined) updates.push({ shopId, additionalFields: { [deps.fields.link]: link } });
  }
  let written = 0;
  for (const result of await write(deps, updates)) {
    if (result.outcome === 'updated') {
      await settleShop(deps.db, result.shopId, 'done', deps.now());
      written += 1;
    } else await failShop(deps.db, result.shopId, result.reason, deps.now());
  }
  if (shopIds.length === shopsPerBatch) await enqueue(deps.queues, 'onboarding.write-links', [{}], input);
  return `${written} of ${shopIds.length} links written`;
}

/** One call for all; if Mirakl refuses the call as a whole, one for each, so that the wrong one stands alone. */
async function write(deps: WriteLinksDeps, updates: ShopUpdate[]): Promise<ShopUpdateResult[]> {
  if (updates.length === 0) return [];
  try {
    return await updateShops(deps.mirakl, updates);
  } catch (error) {
    if (!isConnectorError(error, 'mirakl_refused')) throw error;
    const [only, ...others] = updates;
    if (only && others.length === 0) return [{ shopId: only.shopId, outcome: 'refused', reason: error.message }];
    const results = [];
    for (const update of updates) results.push(...(await write(deps, [update])));
    return results;
  }
}

async function makeLink(deps: WriteLinksDeps, shopId: number): Promise<string | undefined> {
  const mapping = await findMapping(deps.db, shopId);
  if (!mapping) return undefined;
  const token = mapping.onboardingToken ?? randomBytes(16).toString('hex');
  if (mapping.onboardingToken === null) await saveOnboardingToken(deps.db, mapping.id, token);
  try {
    const { url } = await createAccountLink(deps.stripe, {
      accountId: mapping.accountId,
      refreshUrl: `${deps.refreshUrl}?token=${token}`,
      returnUrl: deps.returnUrl,
    });
    return url;
  } catch (error) {
    if (!(error instanceof StripeCallError) || error.retryable || error.pausesQueue) throw error;
    await failShop(deps.db, shopId, error.message, deps.now());
    return undefined;
  }
}
