import { isDeepStrictEqual } from 'node:util';
import type { Stripe } from 'stripe';
import { publish } from './events.ts';
import type { StripeState } from './state.ts';

/** Changes a connected account; if it is another afterwards, `account.updated` says so. Throws if there is none. */
export function changeAccount(state: StripeState, id: string, change: (account: Stripe.Account) => void): void {
  const account = state.accounts.get(id)?.object;
  if (account === undefined) throw new Error(`the simulated Stripe has no account ${id}`);
  const before = structuredClone(account);
  change(account);
  if (!isDeepStrictEqual(before, account)) publish(state, 'account.updated', account, id);
}
