import {
  actualMovements,
  compareMovements,
  expectedMovements,
  fillOrders,
  fillRefunds,
  fillSellers,
  recordPurchases,
} from '@connector/simulator';
import { test, type World } from '@connector/testing';
import { expect } from 'vitest';
import { followCharge } from '../payment-validation/index.ts';
import { followRefund } from './follow-refund.ts';
import { confirm, payBack, refunds, reversals, sendReversals, split, weighReversals } from './refunds-test.ts';

/** Captures what was authorised, as the operator does who has a system of his own for it. */
async function captureAll({ stripeSimulator }: World): Promise<void> {
  for (const { captured, status, refunded, id, payment_intent: intent } of stripeSimulator.charges()) {
    if (captured || refunded || status !== 'succeeded') continue;
    const path = typeof intent === 'string' ? `payment_intents/${intent}` : `charges/${id}`;
    await fetch(`${stripeSimulator.url}/v1/${path}/capture`, {
      method: 'POST',
      headers: { authorization: `Bearer ${stripeSimulator.apiKey}` },
    });
  }
}

/** A month of orders, paid and split, of which buyers want money back; every seller has an account but for one. */
async function givenMonth(world: World, seed: number, isTaxSplit: boolean) {
  const { miraklSimulator: mirakl, stripeSimulator: stripe, db } = world;
  const sellers = fillSellers(mirakl);
  fillOrders({ mirakl, stripe, sellers, seed, productOrders: 90, serviceOrders: 30, clock: world.now });
  await captureAll(world);
  const purchases = recordPurchases({ mirakl, stripe });
  for (const currency of ['eur', 'gbp', 'usd', 'jpy', 'kwd', 'huf']) {
    stripe.given.funds({ amount: 1_000_000_000, currency });
  }
  const accounts = new Map<number, string>();
  for (const { shop, special } of sellers) {
    if (special === 'never-finishes') continue;
    accounts.set(shop.id, stripe.given.account().id);
  }
  const taxAccount = isTaxSplit ? stripe.given.account().id : undefined;
  if (taxAccount !== undefined) accounts.set(0, taxAccount);
  const ignored = new Set(sellers.filter(({ special }) => special === 'excluded').map(({ shop }) => shop.id));
  await db
    .insertInto('account_mapping')
    .values(
      [...accounts].map(([shopId, accountId]) => ({
        ...{ mirakl_shop_id: shopId, stripe_account_id: accountId, ignored: ignored.has(shopId) },
      })),
    )
    .execute();
  const known = { ...world, metadataKey: 'mirakl_commercial_order_id' };
  for (const { id: chargeId } of stripe.charges()) await followCharge(known, { chargeId });
  for (const kind of ['product', 'service'] as const)
    await split(world, { kind, ...(taxAccount && { taxAccountId: taxAccount }) });
  fillRefunds({ mirakl, seed, percent: 40 });
  const accountOf = (shopId: number) => accounts.get(shopId);
  return { mirakl, stripe, purchases, accountOf, ...(taxAccount && { taxAccount }) };
}

/** Some refunds take the banks days. */
async function letBanksPay(world: World): Promise<void> {
  const { stripeSimulator: stripe } = world;
  for (const { id } of stripe.refunds().filter(({ status }) => status === 'pending')) {
    stripe.settleRefund(id, 'succeeded');
    await followRefund(world, { stripeRefundId: id });
  }
  await confirm(world);
}

/** What has to wait for the buyers' money first is the business of other workflows. */
const isOfRefunds = (key: string) => /^(refund|reversal) /.test(key);

test.for([
  [1, true],
  [2, false],
  [3, true],
] as const)(
  'what comes back over a month is what the marketplace calls for, to the last unit (seed %i, tax split %s)',
  { timeout: 60_000 },
  async ([seed, isTaxSplit], { world }) => {
    const month = await givenMonth(world, seed, isTaxSplit);
    const { mirakl, stripe } = month;
    const expected = expectedMovements({ ...month, refunds: mirakl.refunds() });
    const called = new Map([...expected].filter(([key]) => isOfRefunds(key)));
    await payBack(world);
    await payBack(world, { kind: 'service' });
    await letBanksPay(world);
    await weighReversals(world);
    await sendReversals(world);
    const made = actualMovements(stripe).filter(({ key }) => isOfRefunds(key));
    const compared = compareMovements(called, made);
    expect(compared.differences).toEqual([]);
    expect(compared.expected).toBeGreaterThan(50);
    expect(new Set((await refunds(world)).map(({ status }) => status)).size).toBeGreaterThan(1);
    expect(new Set((await reversals(world)).map(({ status }) => status)).size).toBeGreaterThan(1);
  },
);
