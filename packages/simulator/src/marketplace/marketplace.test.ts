import { describe, expect, onTestFinished, test } from 'vitest';
import { startMiraklSimulator } from '../mirakl/start-mirakl-simulator.ts';
import { startStripeSimulator } from '../stripe/start-stripe-simulator.ts';
import { expectedTransfers } from './expected-transfers.ts';
import { fillOrders } from './fill-orders.ts';
import { fillSellers } from './fill-sellers.ts';

async function simulators() {
  const clock = () => new Date('2026-11-01T10:00:00Z');
  const [mirakl, stripe] = await Promise.all([startMiraklSimulator({ clock }), startStripeSimulator({ clock })]);
  onTestFinished(async () => {
    await Promise.all([mirakl.close(), stripe.close()]);
  });
  return { mirakl, stripe };
}

async function filled(seed: number) {
  const { mirakl, stripe } = await simulators();
  fillOrders({ mirakl, stripe, sellers: fillSellers(mirakl), seed, productOrders: 200, serviceOrders: 40 });
  return { mirakl, stripe };
}

test('the marketplace has sellers in several currencies and orders in all states', async () => {
  const { mirakl } = await filled(1);
  expect(mirakl.shops().length).toBeGreaterThanOrEqual(25);
  expect(new Set(mirakl.shops().map((shop) => shop.currency))).toEqual(new Set(['EUR', 'GBP', 'USD', 'JPY', 'KWD']));
  expect(mirakl.productOrders().length).toBeGreaterThanOrEqual(200);
  expect(mirakl.serviceOrders()).toHaveLength(40);
  expect(new Set(mirakl.productOrders().map((order) => order.state)).size).toBe(11);
  expect(new Set(mirakl.serviceOrders().map((order) => order.state)).size).toBe(10);
});

test('the same seed makes the same orders, another one others', async () => {
  const orders = async (seed: number) =>
    (await filled(seed)).mirakl.productOrders().map(({ id, total, state }) => [id, total, state]);
  const first = await orders(1);
  expect(await orders(1)).toEqual(first);
  expect(await orders(2)).not.toEqual(first);
});

test('every outcome is called for by some order', async () => {
  const { mirakl, stripe } = await filled(1);
  const account = stripe.given.account();
  const idle = stripe.given.account({ capabilities: { transfers: 'inactive' } });
  const lazy = mirakl.shops()[0]?.id;
  const expected = expectedTransfers({ mirakl, stripe, accountOf: (id) => (id === lazy ? idle.id : account.id) });
  expect(new Set([...expected.values()].map(({ kind }) => kind))).toEqual(
    new Set(['transfer', 'hold', 'failed', 'abort', 'ignore']),
  );
});

describe('what is expected of one order, worked out by hand', () => {
  test.each([
    ['19.99', '3.00', 'EUR', 1_699],
    ['1.15', '0', 'EUR', 115],
    ['0.29', '0.01', 'USD', 28],
    ['1135.63', '113.56', 'GBP', 102_207],
    ['1234', '34', 'JPY', 1_200],
    ['12.340', '0', 'KWD', 12_340],
    ['12.34', '0', 'JPY', 'hold'],
    ['12.345', '0', 'KWD', 'hold'],
    ['10.005', '0', 'EUR', 'hold'],
    ['10.005', '0.005', 'EUR', 1_000],
    ['10.00', '10.00', 'EUR', 'abort'],
  ] as const)('%s less %s %s', async (total, commission, currency, amount) => {
    const { mirakl, stripe } = await simulators();
    const account = stripe.given.account();
    const shop = mirakl.given.shop();
    const { chargeId } = stripe.given.charge({ amount: 1_000_000, currency: currency.toLowerCase() });
    const { id } = mirakl.given.productOrder({
      shopId: shop.id,
      total,
      commission,
      currency,
      transactionNumber: chargeId,
    });
    const outcome = expectedTransfers({ mirakl, stripe, accountOf: () => account.id }).get(id);
    expect(outcome).toEqual(
      typeof amount === 'string'
        ? { kind: amount }
        : {
            kind: 'transfer',
            destination: account.id,
            amount,
            currency: currency.toLowerCase(),
            sourceCharge: chargeId,
          },
    );
  });

  test('taxes count when they are not included, those of refused lines do not', async () => {
    const { mirakl, stripe } = await simulators();
    const account = stripe.given.account();
    const shop = mirakl.given.shop();
    const { paymentIntentId = null, chargeId } = stripe.given.charge({ amount: 20_000, currency: 'eur' });
    const line = { id: '1', state: 'SHIPPING', total: '100.00', taxes: ['20.00'], shippingTaxes: ['1.00'] };
    const lines = [line, { ...line, id: '2', state: 'REFUSED' }];
    const { id } = mirakl.given.productOrder({
      shopId: shop.id,
      taxMode: 'TAX_EXCLUDED',
      lines,
      transactionNumber: paymentIntentId,
    });
    expect(expectedTransfers({ mirakl, stripe, accountOf: () => account.id }).get(id)).toMatchObject({
      amount: 10_600,
      sourceCharge: chargeId,
    });
  });
});
