import { describe, expect, test } from 'vitest';
import { expectedMovements } from './expected-movements.ts';
import { fillInvoices } from './fill-invoices.ts';
import { fillRefunds } from './fill-refunds.ts';
import { marketplace } from './marketplace-test.ts';
import { buyers, holdingsAfter, movementsIn } from './movement.ts';
import { recordPurchases } from './purchases.ts';
import { productSales } from './sales.ts';

/** A marketplace with a month of orders, refunds and documents, and what is expected to move. */
async function month(seed: number, split: 'taxes' | 'no-taxes') {
  const { mirakl, stripe, sellers } = await marketplace(seed);
  const accounts = new Map(sellers.map(({ shop }) => [shop.id, stripe.given.account().id]));
  const lateShops = sellers.filter(({ special }) => special === 'under-review').map(({ shop }) => shop.id);
  const options = {
    ...{ mirakl, stripe, lateShops },
    purchases: recordPurchases({ mirakl, stripe }),
    accountOf: (id: number) => accounts.get(id),
    ...(split === 'taxes' ? { taxAccount: stripe.given.account().id } : {}),
  };
  fillRefunds({ mirakl, seed, percent: 35, lateShops });
  const held = holdingsAfter(movementsIn(expectedMovements({ ...options, refunds: mirakl.refunds() })));
  const earned = ({ id, currency }: { id: number; currency: string }) =>
    held.get(accounts.get(id) ?? '')?.get(currency.toLowerCase()) ?? 0n;
  fillInvoices({ mirakl, sellers, seed, earned });
  const expected = expectedMovements({ ...options, refunds: mirakl.refunds(), invoices: mirakl.invoices() });
  return { mirakl, stripe, accounts, expected };
}

/** The last one is the demo's. */
const seeds = [1, 2, 3, 20_261_123];

describe.each(seeds)('with the seed %i', (seed) => {
  test('every kind of movement is called for, and has to wait or is not to be somewhere', async () => {
    const { expected } = await month(seed, 'taxes');
    const outcomes = new Set([...expected].map(([key, { kind }]) => `${key.replace(/ \S+$/, '')}: ${kind}`));
    expect([...outcomes]).toEqual(
      expect.arrayContaining([
        ...['capture: move', 'capture: hold', 'release: move', 'refund: move', 'refund: hold', 'refund: abort'],
        ...[
          'transfer: move',
          'transfer: hold',
          'transfer: abort',
          'transfer: ignore',
          'reversal: move',
          'reversal: hold',
        ],
        ...['subscription: move', 'subscription: abort', 'extra credits: move', 'extra invoices: move'],
        ...['extra invoices: hold', 'payout: move', 'payout: abort'],
      ]),
    );
  });

  test.each(['taxes', 'no-taxes'] as const)('nobody gives what he does not have (%s)', async (split) => {
    const { expected, stripe, accounts } = await month(seed, split);
    const holdings = holdingsAfter(movementsIn(expected));
    const overdrawn = [...holdings].flatMap(([party, byCurrency]) =>
      [...byCurrency]
        .filter(([, amount]) => amount < 0n && party !== buyers)
        .map(([currency]) => `${party} ${currency}`),
    );
    expect(overdrawn).toEqual([]);
    expect(holdings.get(stripe.platform.id)?.get('eur')).toBeGreaterThan(0n);
    const empty = [...accounts.values()].filter((id) =>
      [...(holdings.get(id)?.values() ?? [])].every((held) => held === 0n),
    );
    expect(empty.length).toBeGreaterThan(accounts.size - 10);
  });

  test('sellers have answered in all ways to what was authorised at the checkout', async () => {
    const { mirakl } = await month(seed, 'no-taxes');
    const checkouts = productSales(mirakl).filter(({ id }) => id.startsWith('Checkout_'));
    expect(new Set(checkouts.map(({ state }) => state))).toEqual(
      new Set(['WAITING_ACCEPTANCE', 'WAITING_DEBIT_PAYMENT', 'REFUSED']),
    );
    const accepted = checkouts.filter(({ progress }) => progress === 'waiting');
    expect(accepted.some(({ gone }) => gone > 0n)).toBe(true);
    const ordersOf = Map.groupBy(checkouts, ({ commercialId }) => commercialId);
    expect(new Set([...ordersOf.values()].map((orders) => orders.length))).toEqual(new Set([1, 2, 3]));
  });
});

test('the same seed makes the same month, another one another', async () => {
  const picture = async (seed: number) => {
    const { mirakl, expected } = await month(seed, 'taxes');
    const amounts = movementsIn(expected).map(({ amount, currency }) => `${amount} ${currency}`);
    return JSON.stringify([mirakl.refunds(), mirakl.invoices(), amounts]);
  };
  const first = await picture(1);
  expect(await picture(1)).toBe(first);
  expect(await picture(2)).not.toBe(first);
});
