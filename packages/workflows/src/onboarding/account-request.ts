import type { Shop } from '@connector/mirakl';

/** The body of `POST /v1/accounts` as it is stored and sent; optional parts are those a seller can correct himself later. */
export type AccountBody = {
  readonly type: 'express';
  readonly settings: {
    readonly payouts: { readonly schedule: { readonly interval: 'manual' }; readonly debit_negative_balances: false };
  };
  readonly metadata: Readonly<Record<string, string>>;
  readonly business_type?: 'company' | 'individual';
  readonly business_profile?: Partial<Record<PrefilledField, string>>;
};

type PrefilledField = 'name' | 'url' | 'support_email' | 'support_phone';

export type AccountOptions = {
  readonly prefill: boolean;
  readonly version: string;
  /** Metadata key of the account → field of the shop on Mirakl: an additional field's code, or a path such as `pro_details.VAT_number`. */
  readonly accountMetadata: Readonly<Record<string, string>>;
};

/** What to ask of Stripe for a new seller (docs.stripe.com/api/accounts/create). */
export function accountRequest(shop: Shop, options: AccountOptions): AccountBody {
  return {
    type: 'express',
    settings: { payouts: { schedule: { interval: 'manual' }, debit_negative_balances: false } },
    metadata: {
      ...chosenMetadata(shop, options.accountMetadata),
      miraklShopId: String(shop.id),
      pluginName: 'stripe-mirakl-connector',
      pluginVersion: options.version,
    },
    ...(options.prefill ? prefilled(shop) : {}),
  };
}

/** Stripe takes values of so many characters (docs.stripe.com/api/metadata). */
const longestValue = 500;

/** What the operator wants to see of the shop on the account; a field without a value is left out. */
function chosenMetadata(shop: Shop, fields: AccountOptions['accountMetadata']): Record<string, string> {
  const found = Object.entries(fields).flatMap(([key, field]): [string, string][] => {
    const value = shop.additionalFields.get(field) || shop.valueAt(field);
    return value ? [[key, value.slice(0, longestValue)]] : [];
  });
  return Object.fromEntries(found);
}

function prefilled({ name, contact, isProfessional }: Shop): Pick<AccountBody, 'business_type' | 'business_profile'> {
  const profile = { name, url: contact.webSite, support_email: contact.email, support_phone: contact.phone };
  const known = Object.entries(profile).filter(([, value]) => value !== undefined && value !== '');
  return {
    business_type: isProfessional ? 'company' : 'individual',
    ...(known.length > 0 ? { business_profile: Object.fromEntries(known) } : {}),
  };
}

/**
 * The request without the value that Stripe refused, named as in `business_profile[support_phone]`; undefined if the refusal
 * is about something that cannot be left out.
 */
export function withoutRefusedValue(request: AccountBody, refusedParam: string | undefined): AccountBody | undefined {
  const { business_type: _, business_profile: profile, ...bare } = request;
  const field = /^business_profile\[(\w+)\]$/.exec(refusedParam ?? '')?.[1];
  if (profile && field !== undefined && field in profile) {
    const rest = Object.fromEntries(Object.entries(profile).filter(([name]) => name !== field));
    return { ...request, business_profile: rest };
  }
  // Stripe does not always name the value; then none of them is worth a seller without an account.
  const hasPrefill = profile !== undefined || request.business_type !== undefined;
  return hasPrefill ? bare : undefined;
}
