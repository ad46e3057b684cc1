import type { Shop } from '@connector/mirakl';
import { isExcluded, needsLink, type ShopFields } from './shop-record.ts';

export type ShopFacts = {
  readonly shop: Shop;
  readonly hasAccount: boolean;
  /** What the ledger says at present. */
  readonly ignored: boolean;
  readonly fields: ShopFields;
};

/** What a shop that Mirakl reports as changed calls for. */
export type ShopDecision = 'nothing' | 'exclude' | 'readmit' | 'onboard';

/**
 * What is to be done about a shop that has changed on Mirakl. Our own writes come back as changes: they find the account
 * made and the link in place, and call for nothing. An excluded shop gets no account.
 */
export function decideShop({ shop, hasAccount, ignored, fields }: ShopFacts): ShopDecision {
  if (isExcluded(shop.additionalFields, fields)) return ignored ? 'nothing' : 'exclude';
  if (!hasAccount || needsLink(shop.additionalFields, fields)) return 'onboard';
  return ignored ? 'readmit' : 'nothing';
}
