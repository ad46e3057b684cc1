import { setTimeout as wait } from 'node:timers/promises';
import {
  actualMovements,
  type Comparison,
  compareMovements,
  expectedMovements,
  fillInvoices,
  fillOrders,
  fillRefunds,
  fillSellers,
  holdingsAfter,
  movementsIn,
  type Purchases,
  recordPurchases,
} from '@connector/simulator';
import type { ChaosSystem } from './chaos-system.ts';

/** A whole marketplace, and an independent account of the money that it calls for. */
export type Market = {
  /** Resolves when the sellers have their accounts and are known to Stripe. */
  onboard(): Promise<void>;
  /** What people do one after the other; each lets more money move. */
  readonly acts: readonly Act[];
  compare(): Comparison;
};

export type Act = { readonly name: string; play(): void };

/** Enough of the operator's own money for every fee and credit, in minor units of each currency. */
const floatMinor = 1_000_000_000;

/** Opens the marketplace of this seed. */
export function openMarket(
  { mirakl, stripe }: ChaosSystem,
  { seed, orders }: { readonly seed: number; readonly orders: number },
): Market {
  const sellers = fillSellers(mirakl);
  const withAccount = sellers.filter(({ special }) => special !== 'excluded').length;
  for (const currency of new Set(sellers.map(({ shop }) => shop.currency.toLowerCase()))) {
    stripe.given.funds({ currency, amount: floatMinor });
  }
  let purchases: Purchases = recordPurchases({ mirakl, stripe });

  const accountOf = (shopId: number) =>
    stripe.accounts().find(({ metadata }) => metadata?.miraklShopId === String(shopId))?.id;
  const expected = () =>
    expectedMovements({ mirakl, stripe, purchases, accountOf, refunds: mirakl.refunds(), invoices: mirakl.invoices() });

  const buy = () => {
    const [serviceOrders, authorizedOrders] = [Math.floor(orders * 0.2), Math.floor(orders * 0.2)];
    const productOrders = orders - serviceOrders - authorizedOrders;
    // Which of several payments is taken depends on which we hear of first, and here that is chance.
    const counts = { productOrders, serviceOrders, authorizedOrders, paidOnce: true };
    fillOrders({ mirakl, stripe, sellers, seed, ...counts });
    purchases = recordPurchases({ mirakl, stripe });
  };
  const closeMonth = () => {
    stripe.declareAvailable();
    const held = holdingsAfter(movementsIn(expected()));
    const earned = ({ id, currency }: { readonly id: number; readonly currency: string }) =>
      held.get(accountOf(id) ?? '')?.get(currency.toLowerCase()) ?? 0n;
    fillInvoices({ mirakl, sellers, seed, earned });
  };
  return {
    async onboard() {
      const filled = new Set<string>();
      while (filled.size < withAccount) {
        for (const { id } of stripe.accounts()) {
          if (filled.has(id)) continue;
          filled.add(id);
          stripe.completeOnboarding(id);
        }
        await wait(200);
      }
    },
    acts: [
      { name: 'the buyers buy', play: buy },
      { name: 'some want their money back', play: () => fillRefunds({ mirakl, seed, percent: 40 }) },
      { name: 'Mirakl closes the month', play: closeMonth },
    ],
    compare: () => compareMovements(expected(), actualMovements(stripe)),
  };
}
