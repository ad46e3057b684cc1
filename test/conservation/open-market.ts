import {
  type DemoSeller,
  type ExpectedMovements,
  expectedMovements,
  fillInvoices,
  fillOrders,
  fillRefunds,
  fillSellers,
  holdingsAfter,
  movementsIn,
  recordPurchases,
  withChargesInOrder,
} from '@connector/simulator';
import type { World } from '@connector/testing';

/** A month on a random marketplace, act by act, and what is expected of it in the end. */
export type Market = {
  /** The environment that goes with it. */
  readonly env: Readonly<Record<string, string>>;
  /** What the operator has put on his account beforehand, in minor units of each currency in lower case. */
  readonly float: ReadonlyMap<string, number>;
  /** Buyers want money back. */
  refund(): void;
  /** Stripe has finished its review of a seller. */
  approve(): void;
  /** Mirakl closes the month, and all money has become available. */
  close(heard: readonly string[]): void;
  /** `heard`: the charges in the order in which the connector has heard of them. */
  expected(heard: readonly string[]): ExpectedMovements;
};

export type MarketOptions = { readonly seed: number; readonly taxSplit: boolean };

const floatMinor = 10_000_000;

/** Sellers with accounts, most of them in order; buyers who have ordered and paid. */
export async function openMarket(world: World, { seed, taxSplit }: MarketOptions): Promise<Market> {
  const { miraklSimulator: mirakl, stripeSimulator: stripe } = world;
  const sellers = fillSellers(mirakl);
  const accounts = await mapAccounts(world, sellers);
  const taxAccount = stripe.given.account().id;
  if (taxSplit) await mapAccount(world, 0, taxAccount);
  const float = new Map(sellers.map(({ shop }) => [shop.currency.toLowerCase(), floatMinor]));
  for (const [currency, amount] of float) stripe.given.funds({ currency, amount });

  fillOrders({
    mirakl,
    stripe,
    sellers,
    seed,
    productOrders: 40,
    serviceOrders: 10,
    authorizedOrders: 14,
    clock: world.now,
  });
  const purchases = recordPurchases({ mirakl, stripe });
  const lateShops = sellers.filter(({ special }) => special === 'under-review').map(({ shop }) => shop.id);
  const expected: Market['expected'] = (heard) =>
    expectedMovements({
      ...{ mirakl, stripe, lateShops },
      purchases: withChargesInOrder(purchases, heard),
      accountOf: (shopId) => accounts.get(shopId),
      refunds: mirakl.refunds(),
      invoices: mirakl.invoices(),
      ...(taxSplit ? { taxAccount } : {}),
    });
  return {
    ...{ float, expected },
    env: taxSplit ? { ENABLE_PAYMENT_TAX_SPLIT: 'true', STRIPE_TAX_ACCOUNT: taxAccount } : {},
    refund: () => fillRefunds({ mirakl, seed, percent: 40, lateShops }),
    approve() {
      for (const shopId of lateShops) stripe.setKyc(accounts.get(shopId) ?? '', 'approved');
    },
    close(heard) {
      stripe.declareAvailable();
      const held = holdingsAfter(movementsIn(expected(heard)));
      fillInvoices({
        ...{ mirakl, sellers, seed },
        earned: ({ id, currency }) => held.get(accounts.get(id) ?? '')?.get(currency.toLowerCase()) ?? 0n,
      });
    },
  };
}

/** One has none, one has not finished, one is under review, one is excluded. Gives back the others' as well, by shop. */
async function mapAccounts(world: World, sellers: readonly DemoSeller[]): Promise<Map<number, string>> {
  const { stripeSimulator: stripe, now } = world;
  const accounts = new Map<number, string>();
  for (const { shop, special } of sellers) {
    if (special === 'bad-phone') continue;
    const { id } = stripe.given.account();
    accounts.set(shop.id, id);
    const isBlocked = special === 'never-finishes' || special === 'under-review';
    if (isBlocked) stripe.setKyc(id, 'under-review');
    const kyc = isBlocked ? { payout_enabled: false, kyc_blocked_at: now() } : {};
    await mapAccount(world, shop.id, id, { ...kyc, ignored: special === 'excluded' });
  }
  return accounts;
}

async function mapAccount({ db }: World, shopId: number, accountId: string, more: object = {}): Promise<void> {
  const facts = { payout_enabled: true, payin_enabled: true, details_submitted: true, ...more };
  await db
    .insertInto('account_mapping')
    .values({ mirakl_shop_id: shopId, stripe_account_id: accountId, ...facts })
    .execute();
}
