import type { Stripe } from 'stripe';
import { z } from 'zod';
import { findAccount } from './accounts.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';
import { newId } from './new-id.ts';
import { anyEndpoint } from './parameters.ts';
import { Refusal } from './refusal.ts';
import { nowInSeconds, type StripeState } from './state.ts';

/** Login links (docs.stripe.com/api/accounts/login_link): for Express accounts that have submitted their details. */
export const loginLinkEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: 'POST',
    path: '/v1/accounts/:id/login_links',
    permission: 'rak_accounts_write',
    parameters: z.strictObject(anyEndpoint),
    run: (state, { id, apiKey }) => createLoginLink(state, findAccount(state, id, apiKey)),
  }),
];

function createLoginLink(state: StripeState, account: Stripe.Account): Stripe.LoginLink {
  if (account.type !== 'express') {
    throw new Refusal(400, 'Cannot create a login link for an account that is not an Express account.');
  }
  if (!account.details_submitted) {
    throw new Refusal(400, 'Cannot create a login link for an account that has not completed onboarding.');
  }
  return {
    object: 'login_link',
    created: nowInSeconds(state),
    url: `${state.url}/simulated/express/${account.id}/${newId('login')}`,
  };
}
