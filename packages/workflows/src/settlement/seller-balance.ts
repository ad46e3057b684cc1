import type { Currency, Money } from '@connector/kernel';
import { type Balance, retrieveBalance, type StripeClient } from '@connector/stripe';
import type { Funds } from './decide-movement.ts';

/** The balance of a connected account over a number of movements, asked for once. */
export type SellerBalance = {
  /** What it holds in this currency. */
  in(currency: Currency): Promise<Funds>;
  /** Notes that this has left it. */
  spend(amount: Money): void;
  /** It is asked for again: something has come to it, or has left it nobody knows when. */
  forget(): void;
};

/** The balance of this connected account; nothing is asked before it is needed. */
export function createSellerBalance(stripe: StripeClient, stripeAccount: string): SellerBalance {
  let balance: Balance | undefined;
  const spent = new Map<Currency, bigint>();
  return {
    async in(currency) {
      balance ??= await retrieveBalance(stripe, { stripeAccount });
      const minorOf = (amounts: Balance['available']) => amounts.get(currency)?.minor ?? 0n;
      const { available, pending } = balance;
      return { available: minorOf(available) - (spent.get(currency) ?? 0n), pending: minorOf(pending) };
    },
    spend({ minor, currency }) {
      if (balance) spent.set(currency, (spent.get(currency) ?? 0n) + minor);
    },
    forget() {
      balance = undefined;
      spent.clear();
    },
  };
}
