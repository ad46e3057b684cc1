import { setTimeout as wait } from 'node:timers/promises';
import { fillOrders } from '@connector/simulator';
import { compareWithExpected } from './compare-with-expected.ts';
import type { Marketplace } from './open-marketplace.ts';
import type { Progress } from './progress.ts';
import { countOnboarded, countStates } from './read-ledger.ts';

const patienceMs = 180_000;
const lookEveryMs = 300;

/**
 * First act: the connector finds the shops and makes their accounts and links; the sellers open the links and fill in the
 * forms, all but one. Resolves when every shop is through; rejects if that does not come about.
 */
export async function watchOnboarding(marketplace: Marketplace, progress: Progress): Promise<void> {
  const { stripe, sellers } = marketplace;
  const idle = new Set(
    sellers.filter(({ special }) => special === 'never-finishes').map(({ shop }) => String(shop.id)),
  );
  await until('sellers were not onboarded', async () => {
    const links = stripe.accountLinks().length;
    for (const account of stripe.accounts()) {
      if (!account.details_submitted && !idle.has(account.metadata?.miraklShopId ?? ''))
        stripe.completeOnboarding(account.id);
    }
    const onboarded = await countOnboarded(marketplace);
    progress.show(
      `Onboarding: ${onboarded} of ${sellers.length} shops, ${stripe.accounts().length} accounts, ${links} links`,
    );
    return onboarded === sellers.length;
  });
  progress.keep();
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

async function until(complaint: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`${complaint} within ${patienceMs / 1_000} seconds`);
    await wait(lookEveryMs);
  }
}
