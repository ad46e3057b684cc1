import { isConnectorError } from '@connector/kernel';
import { type MiraklClient, type ShopUpdate, type ShopUpdateResult, updateShops } from '@connector/mirakl';

/** Writes to several shops in one call (S07); if Mirakl refuses the call as a whole, in one for each, so that the wrong one stands alone. */
export async function updateEachShop(
  mirakl: MiraklClient,
  updates: readonly ShopUpdate[],
): Promise<ShopUpdateResult[]> {
  if (updates.length === 0) return [];
  try {
    return await updateShops(mirakl, updates);
  } catch (error) {
    if (!isConnectorError(error, 'mirakl_refused')) throw error;
    const [only, ...others] = updates;
    if (only && others.length === 0) return [{ shopId: only.shopId, outcome: 'refused', reason: error.message }];
    const results = [];
    for (const update of updates) results.push(...(await updateEachShop(mirakl, [update])));
    return results;
  }
}
