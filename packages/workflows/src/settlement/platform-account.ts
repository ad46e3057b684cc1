import { retrievePlatformAccount, type StripeClient } from '@connector/stripe';

/** Gives the id of the platform's own account, to which sellers pay fees. */
export type PlatformAccount = () => Promise<string>;

/** Asks Stripe once, when it is first needed, and again only if that failed. */
export function rememberPlatformAccount(stripe: StripeClient): PlatformAccount {
  let known: Promise<string> | undefined;
  return async () => {
    known ??= retrievePlatformAccount(stripe).then(({ id }) => id);
    try {
      return await known;
    } catch (error) {
      known = undefined;
      throw error;
    }
  };
}
