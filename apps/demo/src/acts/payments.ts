import { fillOrders, type Purchases, recordPurchases } from '@connector/simulator';
import { expectedByNow, tally } from '../books.ts';
import type { Marketplace } from '../open-marketplace.ts';
import type { Act } from '../play-act.ts';
import { countOperations } from '../read-ledger.ts';

/** Buyers order, and pay or have their cards authorised; sellers answer. Gives back what people have made. */
export function orderAndPay({ mirakl, stripe, sellers }: Marketplace, seed: number): Purchases {
  fillOrders({ mirakl, stripe, sellers, seed, productOrders: 150, serviceOrders: 40, authorizedOrders: 50 });
  return recordPurchases({ mirakl, stripe });
}

/**
 * Second act: the connector tells Mirakl who has paid, takes what is delivered, lets go of the rest, and shares it out between
 * sellers and tax account. Over when every order has been weighed and nothing is left to be sent.
 */
export function splitPayments(marketplace: Marketplace, purchases: Purchases): Act {
  const orders = purchases.productOrders().length + purchases.serviceOrders().length;
  return {
    complaint: 'the payments were not all shared out',
    workflows: ['payment-validation', 'payment-split'],
    async look() {
      const expected = await expectedByNow(marketplace, purchases);
      const captures = tally(marketplace, expected, 'capture');
      const releases = tally(marketplace, expected, 'release');
      const transfers = tally(marketplace, expected, 'transfer');
      const { known, pending } = await countOperations(marketplace, 'stripe_transfer');
      const isAll = [captures, releases, transfers].every(({ isComplete }) => isComplete);
      return {
        line:
          `Payments: ${known / 2} of ${orders} orders weighed, ${captures.text} captured, ` +
          `${releases.text} let go of, ${transfers.text} transfers`,
        isOver: isAll && known === 2 * orders && pending === 0,
      };
    },
  };
}
