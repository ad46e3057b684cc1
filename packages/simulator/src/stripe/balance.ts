import type { Stripe } from 'stripe';
import { z } from 'zod';
import type { Funds } from './balances.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';
import { anyEndpoint } from './parameters.ts';
import type { StripeState } from './state.ts';

/** The balance of an account (docs.stripe.com/api/balance). One that never held anything has none of its default currency. */
export const balanceEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/v1/balance',
    permission: 'rak_balance_read',
    parameters: z.strictObject(anyEndpoint),
    run: (state, { account }): Stripe.Balance => ({
      object: 'balance',
      available: amountsOf(state, account, 'available'),
      livemode: false,
      pending: amountsOf(state, account, 'pending'),
    }),
  }),
];

function amountsOf({ accounts, balances, platform }: StripeState, account: string, funds: Funds) {
  const { default_currency: fallback = 'eur' } = accounts.get(account)?.object ?? platform;
  const amounts = [...balances.all(account)].map(([currency, balance]) => ({ currency, amount: balance[funds] }));
  const shown = amounts.length === 0 ? [{ currency: fallback, amount: 0 }] : amounts;
  return shown.map(({ currency, amount }) => ({ amount, currency, source_types: { card: amount } }));
}
