/**
 * How far onboarding is with a shop: `due` (an account or a link is missing), `link-due` (the account exists, its link is to
 * be written to Mirakl), `done`, `failed` (with a reason, tried again later), `ignored` (the operator excluded the shop).
 */
export type OnboardingStatus = 'due' | 'link-due' | 'done' | 'failed' | 'ignored';

/** The names of the shop's additional fields on Mirakl that are ours. */
export type ShopFields = { readonly link: string; readonly ignored: string };

/** Whether the operator excludes this shop, by the additional field on Mirakl. */
export function isExcluded(additionalFields: ReadonlyMap<string, string>, fields: ShopFields): boolean {
  return additionalFields.get(fields.ignored)?.toLowerCase() === 'true';
}

/** Whether the shop's link is still to be written: there is none, or one of the scheme before Account Links. */
export function needsLink(additionalFields: ReadonlyMap<string, string>, fields: ShopFields): boolean {
  const link = additionalFields.get(fields.link)?.trim() ?? '';
  return link === '' || link.includes('express/oauth/authorize');
}
