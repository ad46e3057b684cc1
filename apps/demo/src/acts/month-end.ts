import { fillInvoices, holdingsAfter, movementsIn, type Purchases } from '@connector/simulator';
import { expectedByNow, tally } from '../books.ts';
import { type Marketplace, sellerOf } from '../open-marketplace.ts';
import type { Act } from '../play-act.ts';
import { countOperations } from '../read-ledger.ts';

/** The buyers' money has become available, and Mirakl draws up a document for each seller over what he has earned. */
export async function issueInvoices(marketplace: Marketplace, purchases: Purchases, seed: number): Promise<void> {
  const { mirakl, stripe, sellers } = marketplace;
  stripe.declareAvailable();
  const held = holdingsAfter(movementsIn(await expectedByNow(marketplace, purchases)));
  const accounts = new Map(stripe.accounts().map((account) => [sellerOf(marketplace, account)?.shop.id, account.id]));
  fillInvoices({
    ...{ mirakl, sellers, seed },
    earned: ({ id, currency }) => held.get(accounts.get(id) ?? '')?.get(currency.toLowerCase()) ?? 0n,
  });
}

/** Fifth act: sellers pay their subscriptions, are billed and credited, and what is left goes to their banks. */
export function closeMonth(marketplace: Marketplace, purchases: Purchases): Act {
  const { stripe } = marketplace;
  return {
    complaint: 'the month was not closed',
    workflows: ['seller-settlement'],
    async look() {
      for (const { id, status } of stripe.payouts()) if (status === 'pending') stripe.settlePayout(id, 'paid');
      const expected = await expectedByNow(marketplace, purchases);
      const fees = tally(marketplace, expected, 'subscription', 'extra invoices');
      const credits = tally(marketplace, expected, 'extra credits');
      const payouts = tally(marketplace, expected, 'payout');
      const { known, pending } = await countOperations(marketplace, 'stripe_payout');
      const called = [...expected.keys()].filter((key) => key.startsWith('payout ')).length;
      const isAll = [fees, credits, payouts].every(({ isComplete }) => isComplete);
      return {
        line:
          `Month end: ${known} of ${called} invoices weighed, ${fees.text} fees and bills, ${credits.text} credits, ` +
          `${payouts.text} payouts`,
        isOver: isAll && known === called && pending === 0,
      };
    },
  };
}
