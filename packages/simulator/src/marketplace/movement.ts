/**
 * Money that has gone from one to another. Who that is: an account of Stripe by its id, `buyers` all together, or the bank of an
 * account.
 */
export type Movement = {
  /** What it is, and of what: `transfer Order_1-A`, `refund 1001`, `payout 5001`, `capture ch_1`. */
  readonly key: string;
  readonly from: string;
  readonly to: string;
  /** In minor units. */
  readonly amount: bigint;
  /** In lower case. */
  readonly currency: string;
  /** The charge that it was taken from, or the transfer that was reversed, by its Mirakl id. */
  readonly of?: string;
};

/** What should become of something in the end: it moves, waits, will never be, or is not ours. */
export type ExpectedMovement =
  | ({ readonly kind: 'move' } & Omit<Movement, 'key'>)
  | { readonly kind: 'hold' | 'abort' | 'ignore' };

/** By key. */
export type ExpectedMovements = ReadonlyMap<string, ExpectedMovement>;

/** All buyers. */
export const buyers = 'buyers';

/** The bank account of a connected account. */
export function bankOf(account: string): string {
  return `bank of ${account}`;
}

/** What is expected and moves, as movements. */
export function movementsIn(expected: ExpectedMovements): Movement[] {
  return [...expected].flatMap(([key, outcome]) => {
    if (outcome.kind !== 'move') return [];
    const { kind: _, ...movement } = outcome;
    return [{ key, ...movement }];
  });
}

/** What each party holds after these movements, by party and currency, in minor units; less than nothing if it gave more. */
export function holdingsAfter(movements: Iterable<Movement>): ReadonlyMap<string, ReadonlyMap<string, bigint>> {
  const holdings = new Map<string, Map<string, bigint>>();
  const add = (party: string, currency: string, amount: bigint) => {
    const held = holdings.get(party) ?? new Map<string, bigint>();
    holdings.set(party, held.set(currency, (held.get(currency) ?? 0n) + amount));
  };
  for (const { from, to, amount, currency } of movements) {
    add(from, currency, -amount);
    add(to, currency, amount);
  }
  return holdings;
}
