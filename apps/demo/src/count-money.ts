import { actualMovements, bankOf, holdingsAfter, type Movement } from '@connector/simulator';
import type { Marketplace } from './open-marketplace.ts';

/** Amounts in minor units, by currency in lower case. */
export type Amounts = ReadonlyMap<string, bigint>;

export type Money = {
  readonly currencies: readonly string[];
  /** What has become of the buyers' money: lines with + and − lead from the line above them to that with = below them. */
  readonly lines: readonly { readonly what: string; readonly amounts: Amounts }[];
  /** Accounts that hold something else than what the movements leave them with; empty when all agree to the minor unit. */
  readonly disagreements: readonly string[];
};

/** Adds up what has moved on the simulated Stripe, and holds the balances of all accounts against it. */
export function countMoney(marketplace: Marketplace): Money {
  const { stripe, taxAccount, float } = marketplace;
  const platform = stripe.platform.id;
  const movements = actualMovements(stripe);
  const sum = (fits: (movement: Movement) => boolean) => addUp(movements.filter(fits));
  const moved = (...kinds: string[]) => sum(({ key }) => kinds.some((kind) => key.startsWith(`${kind} `)));
  const between = (kind: string, fits: (movement: Movement) => boolean) =>
    sum((movement) => movement.key.startsWith(`${kind} `) && fits(movement));
  const waiting = stripe
    .charges()
    .filter(({ status, captured, refunded }) => status === 'succeeded' && !captured && !refunded)
    .map(({ currency, amount }) => ({ currency, amount: BigInt(amount) }));
  const holdings = holdingsAfter(movements);
  const sellers = stripe.accounts().flatMap(({ id }) => (id === taxAccount ? [] : [id]));
  const heldBy = (...accounts: string[]) =>
    addUp(accounts.flatMap((id) => [...(holdings.get(id) ?? [])].map(([currency, amount]) => ({ currency, amount }))));
  return {
    currencies: [...float.keys()].toSorted(),
    lines: [
      { what: 'charged or authorised', amounts: addUp([...waiting, ...movements.filter(isPayment)]) },
      { what: '− not taken yet', amounts: addUp(waiting) },
      { what: '− let go of', amounts: moved('release') },
      { what: '= taken from buyers', amounts: moved('capture') },
      { what: '− to sellers', amounts: between('transfer', ({ to }) => to !== taxAccount) },
      { what: '− to the tax account', amounts: between('transfer', ({ to }) => to === taxAccount) },
      { what: '− back to buyers', amounts: moved('refund') },
      { what: '+ back from sellers', amounts: between('reversal', ({ from }) => from !== taxAccount) },
      { what: '+ back from taxes', amounts: between('reversal', ({ from }) => from === taxAccount) },
      { what: '+ fees and bills', amounts: moved('subscription', 'extra invoices') },
      { what: '− credits', amounts: moved('extra credits') },
      { what: '= kept by operator', amounts: heldBy(platform) },
      { what: 'paid out to banks', amounts: sum(({ from, to }) => to === bankOf(from)) },
      { what: 'still with sellers', amounts: heldBy(...sellers) },
      { what: 'with the tax account', amounts: heldBy(taxAccount) },
    ],
    disagreements: findDisagreements(marketplace, holdings),
  };
}

function isPayment({ key }: Movement): boolean {
  return /^(capture|release) /.test(key);
}

function findDisagreements({ stripe, float }: Marketplace, holdings: ReturnType<typeof holdingsAfter>): string[] {
  return [stripe.platform, ...stripe.accounts()].flatMap(({ id }) =>
    [...float].flatMap(([currency, given]) => {
      const { available, pending } = stripe.balance(currency, id);
      const opening = id === stripe.platform.id ? BigInt(given) : 0n;
      const should = opening + (holdings.get(id)?.get(currency) ?? 0n);
      const found = BigInt(available + pending);
      return found === should ? [] : [`${id} holds ${found} ${currency} instead of ${should}`];
    }),
  );
}

function addUp(parts: readonly { readonly currency: string; readonly amount: bigint }[]): Amounts {
  const amounts = new Map<string, bigint>();
  for (const { currency, amount } of parts) amounts.set(currency, (amounts.get(currency) ?? 0n) + amount);
  return amounts;
}
