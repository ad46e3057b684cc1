import type { DemoSeller } from '@connector/simulator';
import { type Marketplace, sellerOf } from '../open-marketplace.ts';
import type { Act } from '../play-act.ts';
import { countOnboarded } from '../read-ledger.ts';

/**
 * First act: the connector finds the shops and makes their accounts and links; the sellers open the links and fill in the
 * forms, all but one. Stripe tells what it makes of them, and the connector hands that on to Mirakl and to the operator. Over
 * when every shop is through and everybody has been told.
 */
export function onboardSellers(marketplace: Marketplace): Act {
  const { stripe, mirakl, operator, sellers } = marketplace;
  const filled = new Set<string>();
  return {
    complaint: 'sellers were not onboarded',
    async look() {
      // Nobody fills in a form before he has a link to it.
      const invited = new Set(stripe.accountLinks().map(({ account }) => account));
      for (const account of stripe.accounts().filter(({ id }) => invited.has(id))) {
        const seller = sellerOf(marketplace, account);
        if (filled.has(account.id) || seller === undefined || seller.special === 'never-finishes') continue;
        filled.add(account.id);
        fillInForms(marketplace, account.id, seller);
      }
      const onboarded = await countOnboarded(marketplace);
      const told = mirakl.shops().filter(({ kyc }) => kyc.status !== 'PENDING_SUBMISSION').length;
      const notified = operator.received().length;
      return {
        line:
          `Onboarding: ${onboarded} of ${sellers.length} shops, ${stripe.accountLinks().length} links, ` +
          `${stripe.events().length} events from Stripe, KYC of ${told} on Mirakl, ${notified} notifications`,
        isOver: onboarded === sellers.length && isKnownOnMirakl(marketplace) && notified >= filled.size,
      };
    },
  };
}

/** Stripe is content with most sellers at once; one it looks at more closely, another it asks for something more. */
function fillInForms({ stripe }: Marketplace, accountId: string, { special }: DemoSeller): void {
  if (special === 'under-review') stripe.setKyc(accountId, 'under-review');
  else if (special === 'asked') stripe.setKyc(accountId, 'needs-information');
  else stripe.completeOnboarding(accountId);
}

/** Whether Mirakl says of every shop what Stripe makes of its seller. */
function isKnownOnMirakl({ mirakl, sellers }: Marketplace): boolean {
  const expected = (special: DemoSeller['special']) => {
    if (special === 'under-review') return 'PENDING_APPROVAL';
    const isMissing = special === 'asked' || special === 'never-finishes' || special === 'excluded';
    return isMissing ? 'PENDING_SUBMISSION' : 'APPROVED';
  };
  const specials = new Map(sellers.map(({ shop, special }) => [shop.id, special]));
  return mirakl.shops().every(({ id, kyc }) => kyc.status === expected(specials.get(id)));
}
