import type { Currency, Money } from '@connector/kernel';
import { callStripe, type WithRequestId } from './call-stripe.ts';
import { onBehalfOf } from './on-behalf-of.ts';
import type { StripeClient } from './stripe-client.ts';
import { stripeMoney } from './stripe-money.ts';

/** What an account holds, by currency; nothing in a currency that is not there. An amount can be negative. */
export type Balance = {
  /** What can be transferred and paid out now. */
  readonly available: ReadonlyMap<Currency, Money>;
  /** What charges bring that have not settled yet. */
  readonly pending: ReadonlyMap<Currency, Money>;
};

/** The balance of a connected account, or of the platform, as it is now (docs.stripe.com/api/balance). */
export async function retrieveBalance(
  stripe: StripeClient,
  input: { readonly stripeAccount?: string | undefined } = {},
): Promise<WithRequestId<Balance>> {
  const { answer, requestId } = await callStripe(stripe, {
    endpoint: 'GET /v1/balance',
    object: 'balance',
    effect: 'none',
    send: (sdk) => sdk.balance.retrieve({}, onBehalfOf(input.stripeAccount)),
  });
  return { available: byCurrency(answer.available), pending: byCurrency(answer.pending), requestId };
}

function byCurrency(amounts: readonly { amount: number; currency: string }[]): Map<Currency, Money> {
  const money = amounts.map(({ amount, currency }) => stripeMoney(amount, currency));
  return new Map(money.map((amount) => [amount.currency, amount]));
}
