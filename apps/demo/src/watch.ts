import { setTimeout as wait } from 'node:timers/promises';
import { type DemoSeller, fillOrders } from '@connector/simulator';
import { compareWithExpected } from './compare-with-expected.ts';
import type { Marketplace } from './open-marketplace.ts';
import type { Progress } from './progress.ts';
import { countOnboarded, countStates } from './read-ledger.ts';

const patienceMs = 180_000;
const lookEveryMs = 300;

/**
 * First act: the connector finds the shops and makes their accounts and links; the sellers open the links and fill in the
 * forms, all but one. Stripe tells what it makes of them, and the connector hands that on to Mirakl and to the operator. Resolves
 * when every shop is through and everybody has been told; rejects if that does not come about.
 */
export async function watchOnboarding(marketplace: Marketplace, progress: Progress): Promise<void> {
  const { stripe, mirakl, operator, sellers } = marketplace;
  const filled = new Set<string>();
  await until('sellers were not onboarded', async () => {
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
    progress.show(
      `Onboarding: ${onboarded} of ${sellers.length} shops, ${stripe.accountLinks().length} links, ` +
        `${stripe.events().length} events from Stripe, KYC of ${told} shops on Mirakl, ` +
        `${operator.received().length} notifications`,
    );
    return onboarded === sellers.length && isKnownOnMirakl(marketplace) && operator.received().length >= filled.size;
  });
  progress.keep();
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

/** Second act: buyers order, and the connector splits their payments. Resolves when no row is left to be sent. */
export async function watchPaymentSplit(marketplace: Marketplace, progress: Progress): Promise<void> {
  const { mirakl, stripe, sellers } = marketplace;
  fillOrders({ mirakl, stripe, sellers, seed: 20_261_123, productOrders: 200, serviceOrders: 40 });
  const orders = mirakl.productOrders().length + mirakl.serviceOrders().length;
  await until('the orders were not all split', async () => {
    const states = await countStates(marketplace);
    const known = states.reduce((sum, { count }) => sum + count, 0);
    const pending = states.filter(({ status }) => status === 'PENDING').reduce((sum, { count }) => sum + count, 0);
    const { made, expected } = compareWithExpected(marketplace);
    progress.show(`Payment split: ${known} of ${orders} orders weighed, ${made} of ${expected} transfers made`);
    return known === orders && pending === 0;
  });
  progress.keep();
}

/** Third act: Stripe has finished its review, and what was held for that seller goes out by itself. */
export async function watchRelease(marketplace: Marketplace, progress: Progress): Promise<void> {
  const { stripe } = marketplace;
  const reviewed = stripe.accounts().find((account) => sellerOf(marketplace, account)?.special === 'under-review');
  if (reviewed === undefined) throw new Error('no seller is under review');
  const { made: before } = compareWithExpected(marketplace);
  stripe.setKyc(reviewed.id, 'approved');
  await until('what was held was not released', async () => {
    const { made, expected } = compareWithExpected(marketplace);
    progress.show(`Review over: ${made - before} of ${expected - before} transfers that were held for the seller made`);
    return made === expected;
  });
  progress.keep();
}

function sellerOf(
  { sellers }: Marketplace,
  { metadata }: { readonly metadata?: Readonly<Record<string, string>> | null },
): DemoSeller | undefined {
  return sellers.find(({ shop }) => String(shop.id) === metadata?.miraklShopId);
}

async function until(complaint: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`${complaint} within ${patienceMs / 1_000} seconds`);
    await wait(lookEveryMs);
  }
}
