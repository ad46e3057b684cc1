import {
  actualMovements,
  type Comparison,
  compareMovements,
  type ExpectedMovements,
  expectedMovements,
  type Purchases,
  withChargesInOrder,
} from '@connector/simulator';
import { lateShopsOf, type Marketplace } from './open-marketplace.ts';
import { readChargesHeard } from './read-ledger.ts';

/** What should have moved by now, worked out from what people have made on the marketplace without the connector's code. */
export async function expectedByNow(marketplace: Marketplace, purchases: Purchases): Promise<ExpectedMovements> {
  const { mirakl, stripe, taxAccount } = marketplace;
  const accounts = new Map(stripe.accounts().map((account) => [Number(account.metadata?.miraklShopId), account.id]));
  return expectedMovements({
    ...{ mirakl, stripe, taxAccount },
    purchases: withChargesInOrder(purchases, await readChargesHeard(marketplace)),
    refunds: mirakl.refunds(),
    invoices: mirakl.invoices(),
    accountOf: (shopId) => accounts.get(shopId),
    lateShops: lateShopsOf(marketplace),
  });
}

/** Holds everything that has moved on the simulated Stripe against that. */
export async function compareBooks(marketplace: Marketplace, purchases: Purchases): Promise<Comparison> {
  return compareMovements(await expectedByNow(marketplace, purchases), actualMovements(marketplace.stripe));
}

export type Tally = {
  /** `made of expected`, for example `12 of 30`. */
  readonly text: string;
  readonly isComplete: boolean;
};

/** How many movements of these kinds have been made, of those that are called for. */
export function tally({ stripe }: Marketplace, expected: ExpectedMovements, ...kinds: readonly string[]): Tally {
  const isOne = (key: string) => kinds.some((kind) => key.startsWith(`${kind} `));
  const made = new Set(actualMovements(stripe).map(({ key }) => key));
  const wanted = [...expected].filter(([key, { kind }]) => kind === 'move' && isOne(key)).map(([key]) => key);
  const done = wanted.filter((key) => made.has(key)).length;
  return { text: `${done} of ${wanted.length}`, isComplete: done === wanted.length };
}
