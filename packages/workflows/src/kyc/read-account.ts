import { type Account, retrieveAccount, StripeCallError, type StripeClient } from '@connector/stripe';

/**
 * The account as it is now, or why it is lost to us: its seller has disconnected it, or it was deleted, and every later look
 * would end the same. Throws Stripe's error when it may be different later.
 */
export async function readAccount(
  stripe: StripeClient,
  accountId: string,
): Promise<Account | { readonly lost: string }> {
  try {
    return await retrieveAccount(stripe, accountId);
  } catch (error) {
    if (!(error instanceof StripeCallError) || error.retryable || error.pausesQueue) throw error;
    return { lost: error.message };
  }
}
