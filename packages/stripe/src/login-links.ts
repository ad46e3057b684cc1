import { callStripe, type WithRequestId } from './call-stripe.ts';
import type { StripeClient } from './stripe-client.ts';

/**
 * The address of a seller's Express dashboard (docs.stripe.com/api/accounts/login_link/create). `stripe_refused` as long as
 * the seller has not submitted his details.
 */
export async function createLoginLink(
  stripe: StripeClient,
  input: { readonly accountId: string },
): Promise<WithRequestId<{ readonly url: string }>> {
  const { answer, requestId } = await callStripe(stripe, {
    endpoint: 'POST /v1/accounts/:id/login_links',
    object: 'login_link',
    effect: 'none',
    send: (sdk) => sdk.accounts.createLoginLink(input.accountId),
  });
  return { url: answer.url, requestId };
}
