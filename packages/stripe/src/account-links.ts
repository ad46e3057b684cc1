import { callStripe, type WithRequestId } from './call-stripe.ts';
import type { StripeClient } from './stripe-client.ts';

/**
 * The address of the onboarding form for a seller (docs.stripe.com/api/account_links/create). It works once, and for a few
 * minutes; `refreshUrl` is where Stripe sends a seller who comes too late.
 */
export async function createAccountLink(
  stripe: StripeClient,
  input: { readonly accountId: string; readonly refreshUrl: string; readonly returnUrl: string },
): Promise<WithRequestId<{ readonly url: string; readonly expiresAt: Date }>> {
  const { answer, requestId } = await callStripe(stripe, {
    endpoint: 'POST /v1/account_links',
    object: 'account_link',
    effect: 'none',
    send: (sdk) =>
      sdk.accountLinks.create({
        account: input.accountId,
        refresh_url: input.refreshUrl,
        return_url: input.returnUrl,
        type: 'account_onboarding',
      }),
  });
  return { url: answer.url, expiresAt: new Date(answer.expires_at * 1_000), requestId };
}
