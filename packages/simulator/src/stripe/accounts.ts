import type { Stripe } from 'stripe';
import { z } from 'zod';
import { emailAddress, phoneNumber, publicUrl } from './contact-details.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';
import { createdFilter, listPage, pageParameters } from './list-page.ts';
import { newAccount } from './new-account.ts';
import { newId } from './new-id.ts';
import { anyEndpoint, boolean, metadata, oneOf, text } from './parameters.ts';
import { noAccessToAccount } from './refusal.ts';
import { nowInSeconds, type StripeState } from './state.ts';

const capability = z.strictObject({ requested: boolean.optional() }).optional();

const createParameters = z.strictObject({
  ...anyEndpoint,
  type: oneOf(['custom', 'express', 'standard']),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'Country is not a two-letter code')
    .optional(),
  email: emailAddress.optional(),
  business_type: oneOf(['company', 'government_entity', 'individual', 'non_profit']).optional(),
  business_profile: z
    .strictObject({
      name: text.optional(),
      url: publicUrl.optional(),
      support_email: emailAddress.optional(),
      support_phone: phoneNumber.optional(),
    })
    .optional(),
  capabilities: z.strictObject({ card_payments: capability, transfers: capability }).optional(),
  settings: z
    .strictObject({
      payouts: z
        .strictObject({
          debit_negative_balances: boolean.optional(),
          schedule: z.strictObject({ interval: oneOf(['manual', 'daily', 'weekly', 'monthly']).optional() }).optional(),
        })
        .optional(),
    })
    .optional(),
  metadata: metadata.optional(),
});

/** Accounts (docs.stripe.com/api/accounts): create, retrieve, list, and the platform's own. */
export const accountEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: 'POST',
    path: '/v1/accounts',
    permission: 'rak_accounts_write',
    parameters: createParameters,
    run: (state, { parameters }) => createAccount(state, parameters),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/v1/accounts',
    permission: 'rak_accounts_read',
    parameters: z.strictObject({ ...pageParameters, created: createdFilter }),
    run: ({ accounts }, { account, parameters: { created, ...page } }) =>
      listPage(accounts, accounts.filed(account), { url: '/v1/accounts', kind: 'account', page, created }),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/v1/accounts/:id',
    permission: 'rak_accounts_read',
    parameters: z.strictObject(anyEndpoint),
    run: (state, { id, apiKey }) => findAccount(state, id, apiKey),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/v1/account',
    permission: 'rak_accounts_read',
    parameters: z.strictObject(anyEndpoint),
    run: (state, { account, apiKey }) => findAccount(state, account, apiKey),
  }),
];

/** The platform's account or a connected one. Throws the refusal 403 `account_invalid` if there is none. */
export function findAccount(state: StripeState, id: string, apiKey: string): Stripe.Account {
  const account = id === state.platform.id ? state.platform : state.accounts.get(id)?.object;
  if (account === undefined) throw noAccessToAccount(apiKey, id);
  return account;
}

function createAccount(state: StripeState, parameters: z.output<typeof createParameters>): Stripe.Account {
  const { business_profile: profile, capabilities, settings } = parameters;
  const account = newAccount({
    id: newId('acct'),
    created: nowInSeconds(state),
    type: parameters.type,
    country: parameters.country,
    email: parameters.email,
    businessType: parameters.business_type,
    businessProfile: {
      name: profile?.name ?? null,
      url: profile?.url ?? null,
      support_email: profile?.support_email ?? null,
      support_phone: profile?.support_phone ?? null,
    },
    capabilities: (['card_payments', 'transfers'] as const).filter((name) => capabilities?.[name]?.requested === true),
    payoutInterval: settings?.payouts?.schedule?.interval,
    debitNegativeBalances: settings?.payouts?.debit_negative_balances,
    metadata: parameters.metadata,
  });
  state.accounts.add({ owner: state.platform.id, object: account });
  return account;
}
