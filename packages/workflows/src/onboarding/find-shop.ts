import { ConnectorError } from '@connector/kernel';
import { listShops, type MiraklClient, type Shop } from '@connector/mirakl';

/** The shop as Mirakl knows it (S20); undefined if there is none. Throws `shop_unusable` if its record is not understood. */
export async function findShop(mirakl: MiraklClient, shopId: number): Promise<Shop | undefined> {
  for await (const { items, unreadable } of listShops(mirakl, { shopIds: [shopId] })) {
    const shop = items.find(({ id }) => id === shopId);
    if (shop) return shop;
    for (const { field, value } of unreadable) throw unusableShop(`Unexpected value ${value} of ${field}`);
  }
  return undefined;
}

/** What is wrong with a shop, so that nothing can be done for it now. */
export function unusableShop(message: string): ConnectorError {
  return new ConnectorError(message, { code: 'shop_unusable', retryable: false });
}
