import { randomBytes } from 'node:crypto';
import type { Stripe } from 'stripe';
import { z } from 'zod';
import { findAccount } from './accounts.ts';
import { returnUrl } from './contact-details.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';
import { anyEndpoint, oneOf, text } from './parameters.ts';
import { invalidParameter } from './refusal.ts';
import { nowInSeconds, type StripeState } from './state.ts';

const lifetimeSeconds = 300;

const createParameters = z.strictObject({
  ...anyEndpoint,
  account: text,
  refresh_url: returnUrl,
  return_url: returnUrl,
  type: oneOf(['account_onboarding', 'account_update']),
  collect: oneOf(['currently_due', 'eventually_due']).optional(),
});

/** Account links (docs.stripe.com/api/account_links): single-use, dead after five minutes. */
export const accountLinkEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: 'POST',
    path: '/v1/account_links',
    permission: 'rak_account_link_write',
    parameters: createParameters,
    run: (state, { parameters, apiKey }) => createAccountLink(state, parameters, apiKey),
  }),
];

function createAccountLink(
  state: StripeState,
  parameters: z.output<typeof createParameters>,
  apiKey: string,
): Stripe.AccountLink {
  const account = findAccount(state, parameters.account, apiKey);
  if (parameters.type === 'account_update' && account.type !== 'custom') {
    throw invalidParameter('type', 'Valid types for this account are ["account_onboarding"]');
  }
  const created = nowInSeconds(state);
  const token = randomBytes(16).toString('hex');
  const link: Stripe.AccountLink = {
    object: 'account_link',
    created,
    expires_at: created + lifetimeSeconds,
    url: `${state.url}/simulated/onboarding/${token}`,
  };
  const { refresh_url, return_url } = parameters;
  state.accountLinks.set(token, { ...link, token, account: account.id, refresh_url, return_url, used: false });
  return link;
}
