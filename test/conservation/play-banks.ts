import type { StripeSimulator } from '@connector/simulator';

/**
 * What banks do meanwhile: some refunds and payouts come back once, and what is tried again arrives. `random` gives numbers from
 * 0 to below 1.
 */
export function playBanks(stripe: StripeSimulator, random: () => number): () => void {
  const cameBack = new Set<string>();
  const comesBack = (what: string) => {
    if (cameBack.has(what)) return false;
    cameBack.add(what);
    return random() < 0.25;
  };
  return () => {
    for (const { id, metadata } of stripe.refunds().filter(({ status }) => status === 'pending')) {
      stripe.settleRefund(id, comesBack(`refund ${metadata?.miraklRefundId}`) ? 'failed' : 'succeeded');
    }
    for (const { id, metadata } of stripe.payouts().filter(({ status }) => status === 'pending')) {
      if (comesBack(`payout ${metadata?.invoiceId}`)) {
        stripe.failPayout(id, { code: 'could_not_process', message: 'The bank could not process this payout.' });
      } else stripe.settlePayout(id, 'paid');
    }
  };
}
