import { errorMessage } from '@connector/kernel';
import { type MiraklClient, updateShops } from '@connector/mirakl';
import type { Logger } from '@connector/observability';
import { retrieveAccount } from '@connector/stripe';
import { findMappingByToken } from './mappings-table.ts';
import { freshLink, type SellerLinkDeps } from './seller-link.ts';
import type { ShopFields } from './shop-record.ts';

export type RefreshLinkDeps = SellerLinkDeps & {
  readonly mirakl: MiraklClient;
  readonly fields: ShopFields;
  readonly log: Logger;
};

/**
 * A fresh link of Stripe's for the seller who comes with this token; undefined if nobody has it. The link also replaces the
 * one in the seller's field on Mirakl, unless a stable one stands there; a Mirakl that is away does not keep the seller
 * waiting. Throws Stripe's error if there is no link to be had.
 */
export async function refreshLink(
  deps: RefreshLinkDeps,
  input: { readonly token: string },
): Promise<string | undefined> {
  const mapping = await findMappingByToken(deps.db, input.token);
  if (!mapping) return undefined;
  const { detailsSubmitted, type } = await retrieveAccount(deps.stripe, mapping.accountId);
  const accountType = typeof type === 'string' ? type : null;
  const url = await freshLink(deps, { ...mapping, detailsSubmitted, accountType });
  if (deps.linkKind === 'direct') await replaceLink(deps, mapping.shopId, url);
  return url;
}

async function replaceLink({ mirakl, fields, log }: RefreshLinkDeps, shopId: number, url: string): Promise<void> {
  try {
    const [result] = await updateShops(mirakl, [{ shopId, additionalFields: { [fields.link]: url } }]);
    if (result?.outcome === 'refused') log.warn({ shopId, reason: result.reason }, 'fresh link not written to mirakl');
  } catch (error) {
    log.warn({ shopId, reason: errorMessage(error) }, 'fresh link not written to mirakl');
  }
}
