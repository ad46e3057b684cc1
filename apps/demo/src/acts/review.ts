import type { Purchases } from '@connector/simulator';
import { expectedByNow, tally } from '../books.ts';
import { type Marketplace, sellerOf } from '../open-marketplace.ts';
import type { Act } from '../play-act.ts';

/**
 * Fourth act: Stripe has finished its review of a seller, and what was held for him goes out by itself; what his buyers have got
 * back meanwhile is taken back from it.
 */
export function releaseSeller(marketplace: Marketplace, purchases: Purchases): Act {
  const { stripe } = marketplace;
  const reviewed = stripe.accounts().find((account) => sellerOf(marketplace, account)?.special === 'under-review');
  if (reviewed === undefined) throw new Error('no seller is under review');
  stripe.setKyc(reviewed.id, 'approved');
  return {
    complaint: 'what was held was not released',
    workflows: ['payment-split', 'payment-refund'],
    async look() {
      const expected = await expectedByNow(marketplace, purchases);
      const released = stripe.transfers().filter(({ destination }) => destination === reviewed.id).length;
      const transfers = tally(marketplace, expected, 'transfer');
      const reversals = tally(marketplace, expected, 'reversal');
      return {
        line:
          `Review over: ${released} transfers that were held made, ${transfers.text} transfers and ` +
          `${reversals.text} reversals in all`,
        isOver: transfers.isComplete && reversals.isComplete,
      };
    },
  };
}
