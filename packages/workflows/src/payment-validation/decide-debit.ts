import type { OrderPayment } from './payment-mapping.ts';

/** What the operator has chosen. */
export type ValidationRules = {
  /** An authorisation is not enough. */
  readonly validateAfterCapture: boolean;
  /** Mirakl is told of payments that have failed. */
  readonly sendRefused: boolean;
};

export type DebitDecision =
  | { readonly kind: 'paid'; readonly chargeId: string; readonly isCaptured: boolean }
  | { readonly kind: 'never-paid' }
  | { readonly kind: 'wait' };

/** The buyer can try another card for so long after the last payment has failed. */
const graceMs = 60 * 60_000;

/**
 * What Mirakl is to be told of a debit that it waits for (workflows.md, section 3): that the buyer has paid, if a payment of the
 * commercial order is live, which is the one that its money is taken out of later; that he never will, if every payment has come
 * to nothing and he has had time for another one (lessons.md, L14). `payments`: all of the commercial order, the best first.
 */
export function decideDebit(payments: readonly OrderPayment[], rules: ValidationRules, now: Date): DebitDecision {
  const best = payments.find(
    ({ status }) => status === 'captured' || (status === 'to_capture' && !rules.validateAfterCapture),
  );
  if (best) return { kind: 'paid', chargeId: best.chargeId, isCaptured: best.status === 'captured' };
  if (!rules.sendRefused || payments.length === 0 || !payments.every(hasEnded)) return { kind: 'wait' };
  const lastChange = Math.max(...payments.map(({ changedAt }) => changedAt.getTime()));
  return now.getTime() - lastChange > graceMs ? { kind: 'never-paid' } : { kind: 'wait' };
}

function hasEnded({ status }: OrderPayment): boolean {
  return status === 'failed' || status === 'canceled';
}
