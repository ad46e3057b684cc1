import type { Stripe } from 'stripe';
import type { Balance } from './balances.ts';
import type { PublishedEvent } from './events.ts';
import type { IssuedAccountLink, StripeState } from './state.ts';

/** What there is in the simulated Stripe, oldest first. What they give back is alive. */
export type Readers = {
  /** All transfers, or those that one account made. */
  transfers(from?: string): readonly Stripe.Transfer[];
  reversals(): readonly Stripe.TransferReversal[];
  /** All payouts, or those of one account. */
  payouts(account?: string): readonly Stripe.Payout[];
  /** Also those that stand for money that was authorised and let go of. */
  refunds(): readonly Stripe.Refund[];
  /** The connected accounts. */
  accounts(): readonly Stripe.Account[];
  charges(): readonly Stripe.Charge[];
  paymentIntents(): readonly Stripe.PaymentIntent[];
  accountLinks(): readonly IssuedAccountLink[];
  /** What has happened, and how it was delivered. */
  events(): readonly PublishedEvent[];
  /** What an account holds, the platform unless given, in minor units. */
  balance(currency: string, account?: string): Readonly<Balance>;
};

/** The readers of this state. */
export function createReaders(state: StripeState): Readers {
  return {
    transfers: (from) => objectsOf(from === undefined ? state.transfers.all() : state.transfers.filed(from)),
    reversals: () => objectsOf(state.reversals.all()),
    payouts: (account) => objectsOf(account === undefined ? state.payouts.all() : state.payouts.filed(account)),
    refunds: () => objectsOf(state.refunds.all()),
    accounts: () => objectsOf(state.accounts.all()),
    charges: () => objectsOf(state.charges.all()),
    paymentIntents: () => objectsOf(state.paymentIntents.all()),
    accountLinks: () => [...state.accountLinks.values()],
    events: () => state.events.all(),
    balance: (currency, account = state.platform.id) => state.balances.of(account, currency),
  };
}

function objectsOf<T>(records: readonly { readonly object: T }[]): readonly T[] {
  return records.map(({ object }) => object);
}
