import { describe, expect, test } from 'vitest';
import { expectedTransfers } from './expected-transfers.ts';
import { clock, marketplace } from './marketplace-test.ts';
import { productSales } from './sales.ts';

/** The last one is the demo's. */
const seeds = [1, 2, 3, 20_261_123];

test('there are sellers of all sorts in several countries and currencies', async () => {
  const { mirakl, sellers } = await marketplace(1);
  const shops = mirakl.shops();
  expect(shops.length).toBeGreaterThanOrEqual(25);
  expect(new Set(shops.map(({ currency }) => currency))).toEqual(new Set(['EUR', 'GBP', 'HUF', 'USD', 'JPY', 'KWD']));
  expect(new Set(shops.map(({ country }) => country)).size).toBeGreaterThanOrEqual(8);
  expect(new Set(shops.map(({ professional }) => professional))).toEqual(new Set([true, false]));
  expect(new Set(sellers.map(({ special }) => special))).toEqual(
    new Set([undefined, 'services', 'excluded', 'never-finishes', 'bad-phone', 'under-review', 'asked']),
  );
});

describe.each(seeds)('with the seed %i', (seed) => {
  test('there are orders in all states, with everything that decides about their money', async () => {
    const { mirakl } = await marketplace(seed);
    const [products, services] = [mirakl.productOrders(), mirakl.serviceOrders()];
    expect(products.length).toBeGreaterThanOrEqual(200);
    expect(services).toHaveLength(40);
    expect(new Set(products.map(({ state }) => state)).size).toBe(11);
    expect(new Set(services.map(({ state }) => state)).size).toBe(10);
    expect(new Set(products.map(({ taxMode }) => taxMode)).size).toBe(2);
    expect(new Set(services.map(({ taxMode }) => taxMode)).size).toBe(2);
    expect(new Set(products.map(({ payOutPsp }) => payOutPsp)).size).toBe(3);
    expect(products.some(({ buyerPaysSeller }) => buyerPaysSeller)).toBe(true);
    expect(new Set(products.map(({ commercialId }) => commercialId)).size).toBeLessThan(products.length);
    const lineStates = products
      .filter(({ debited }) => debited)
      .flatMap(({ lines }) => lines.map(({ state }) => state));
    expect(lineStates).toEqual(expect.arrayContaining(['SHIPPING', 'REFUSED', 'CANCELED']));
    const kinds = products.map(({ transactionNumber }) => transactionNumber?.replace(/[_-].*/, ''));
    expect(new Set(kinds)).toEqual(new Set(['pi', 'ch', 'py', 'PAYPAL', undefined]));
  });

  test('there are payments in all states', async () => {
    const { stripe } = await marketplace(seed);
    const charges = stripe.charges();
    expect(new Set(charges.map(({ status }) => status))).toEqual(new Set(['succeeded', 'pending', 'failed']));
    expect(charges.some(({ captured, status }) => !captured && status === 'succeeded')).toBe(true);
    expect(charges.some(({ refunded }) => refunded)).toBe(true);
  });

  test('orders are spread over the month before', async () => {
    const { mirakl } = await marketplace(seed);
    const dates = mirakl.productOrders().map(({ createdAt }) => createdAt.getTime());
    expect(new Set(dates).size).toBeGreaterThan(100);
    expect(clock().getTime() - Math.min(...dates)).toBe(30 * 24 * 3_600_000);
    expect(Math.max(...dates)).toBeLessThanOrEqual(clock().getTime());
  });

  test('the transfers out of one payment fit into it together', async () => {
    const { mirakl, stripe } = await marketplace(seed);
    const seller = stripe.given.account();
    const owed = Map.groupBy(productSales(mirakl), ({ payment }) => payment);
    const expected = expectedTransfers({ mirakl, stripe, accountOf: () => seller.id });
    let transfers = 0;
    for (const charge of stripe.charges()) {
      const intent = charge.payment_intent;
      const sales = [...(owed.get(charge.id) ?? []), ...(typeof intent === 'string' ? (owed.get(intent) ?? []) : [])];
      const outcomes = sales.map(({ id }) => expected.get(id)).filter((outcome) => outcome?.kind === 'transfer');
      const sum = outcomes.reduce((total, { amount }) => total + amount, 0);
      expect(sum).toBeLessThanOrEqual(charge.amount - charge.amount_refunded);
      transfers += outcomes.length;
    }
    expect(transfers).toBeGreaterThan(50);
  });
});

test('the same seed makes the same marketplace, another one another', async () => {
  const picture = async (seed: number) => {
    const { mirakl, stripe } = await marketplace(seed);
    const orders = [...mirakl.productOrders(), ...mirakl.serviceOrders(), ...mirakl.debits()];
    const charges = stripe.charges().map(({ amount, status, captured, refunded, metadata }) => ({
      ...{ amount, status, captured, refunded, metadata },
    }));
    // Ids of Stripe's objects are random.
    return JSON.stringify([orders, charges]).replace(/"(pi|ch|py)_\w+"/g, '"$1"');
  };
  const first = await picture(1);
  expect(await picture(1)).toBe(first);
  expect(await picture(2)).not.toBe(first);
});
