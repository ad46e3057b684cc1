import { fillRefunds, type Purchases } from '@connector/simulator';
import { expectedByNow, tally } from '../books.ts';
import { lateShopsOf, type Marketplace } from '../open-marketplace.ts';
import type { Act } from '../play-act.ts';
import { countOperations } from '../read-ledger.ts';

/**
 * Third act: some buyers want their money back. They get it, Mirakl hears of it once the bank has paid, and sellers and tax account
 * give back their shares.
 */
export function refundBuyers(marketplace: Marketplace, purchases: Purchases, seed: number): Act {
  const { mirakl, stripe } = marketplace;
  fillRefunds({ mirakl, seed, percent: 30, lateShops: lateShopsOf(marketplace) });
  const all = mirakl.refunds().length;
  return {
    complaint: 'the refunds were not all made',
    workflows: ['payment-refund'],
    async look() {
      for (const { id, status } of stripe.refunds()) if (status === 'pending') stripe.settleRefund(id, 'succeeded');
      const expected = await expectedByNow(marketplace, purchases);
      const refunds = tally(marketplace, expected, 'refund');
      const reversals = tally(marketplace, expected, 'reversal');
      const confirmed = mirakl.refunds().filter(({ confirmedAt }) => confirmedAt !== null).length;
      const { known, pending } = await countOperations(marketplace, 'stripe_refund');
      return {
        line:
          `Refunds: ${known} of ${all} weighed, ${refunds.text} paid back, ${confirmed} confirmed to Mirakl, ` +
          `${reversals.text} taken back`,
        isOver: known === all && pending === 0 && refunds.isComplete && reversals.isComplete,
      };
    },
  };
}
