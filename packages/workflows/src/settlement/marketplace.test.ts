import {
  actualMovements,
  compareMovements,
  expectedMovements,
  fillInvoices,
  fillOrders,
  fillSellers,
  holdingsAfter,
  movementsIn,
  recordPurchases,
  seededRandom,
} from '@connector/simulator';
import { test, type World } from '@connector/testing';
import { expect } from 'vitest';
import { findShopsToSettle } from './due-invoices-table.ts';
import { minuteMs, movements, plan, settle } from './settlement-test.ts';

/**
 * The end of a month: everybody has on his account what orders have brought him. Every seller has one but for one, and another
 * one is excluded.
 */
async function givenMonth({ miraklSimulator: mirakl, stripeSimulator: stripe, db, now }: World, seed: number) {
  const sellers = fillSellers(mirakl);
  fillOrders({ mirakl, stripe, sellers, seed, productOrders: 200, serviceOrders: 60, clock: now });
  const accounts = new Map<number, string>();
  for (const { shop, special } of sellers) {
    if (special !== 'never-finishes') accounts.set(shop.id, stripe.given.account().id);
  }
  const ignored = new Set(sellers.filter(({ special }) => special === 'excluded').map(({ shop }) => shop.id));
  await db
    .insertInto('account_mapping')
    .values(
      [...accounts].map(([shopId, accountId]) => ({
        ...{ mirakl_shop_id: shopId, stripe_account_id: accountId, ignored: ignored.has(shopId) },
        ...{ payout_enabled: true, payin_enabled: true },
      })),
    )
    .execute();
  const accountOf = (shopId: number) => accounts.get(shopId);
  const month = { mirakl, stripe, accountOf, purchases: recordPurchases({ mirakl, stripe }) };
  const holdings = holdingsAfter(movementsIn(expectedMovements(month)));
  for (const [account, byCurrency] of holdings) {
    if (!account.startsWith('acct_')) continue;
    for (const [currency, amount] of byCurrency) stripe.given.funds({ amount: Number(amount), currency, account });
  }
  const earned = ({ id, currency }: { id: number; currency: string }) =>
    holdings.get(accountOf(id) ?? '')?.get(currency.toLowerCase()) ?? 0n;
  fillInvoices({ mirakl, sellers, seed, earned });
  return month;
}

async function settleAll(world: World): Promise<void> {
  for (let round = 0; round < 50; round += 1) {
    for (const shopId of await findShopsToSettle(world.db, world.now(), 1_000)) await settle(world, shopId);
    const { transfers, payouts } = await movements(world);
    if (![...transfers, ...payouts].some(({ status }) => status.endsWith('_PENDING'))) return;
    world.clock.advance(minuteMs);
  }
  throw new Error('the month never comes to rest');
}

test.for([
  [1, 'answers', 0],
  [2, 'answers', 0],
  [3, 'loses answers', 0.1],
] as const)(
  'what is settled at the end of a month is what the marketplace calls for, to the last unit (seed %i, Stripe %s)',
  { timeout: 120_000 },
  async ([seed, , share], { world }) => {
    const month = await givenMonth(world, seed);
    const random = seededRandom(seed);
    world.stripeSimulator.faults.add({
      ...{ method: 'POST', kind: 'cut-after-effect', times: Number.POSITIVE_INFINITY, when: () => random() < share },
    });
    const expected = expectedMovements({ ...month, invoices: world.miraklSimulator.invoices() });
    const called = new Map([...expected].filter(([key]) => isOfSettlement(key)));
    await plan(world);
    await settleAll(world);
    const made = actualMovements(world.stripeSimulator).filter(({ key }) => isOfSettlement(key));
    const compared = compareMovements(called, made);
    expect(compared.differences).toEqual([]);
    expect(compared.expected).toBeGreaterThan(20);
    const { transfers, payouts } = await movements(world);
    const states = new Set([...transfers, ...payouts].map(({ status }) => status));
    expect([...states]).toEqual(
      expect.arrayContaining(['TRANSFER_CREATED', 'TRANSFER_ON_HOLD', 'PAYOUT_CREATED', 'PAYOUT_ABORTED']),
    );
  },
);

function isOfSettlement(key: string): boolean {
  return /^(extra credits|subscription|extra invoices|payout) /.test(key);
}
