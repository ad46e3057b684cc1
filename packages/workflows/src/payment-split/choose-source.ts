import type { Database } from '@connector/database';
import type { Money } from '@connector/kernel';
import { retrievePayment, StripeCallError, type StripeClient } from '@connector/stripe';
import type { OperationRow } from '../operation/ledger.ts';
import { statusReason } from '../status-reason.ts';
import { decidePayment, isEnough, type PaymentDecision } from './decide-payment.ts';
import { findSources } from './payments-table.ts';

export type ChooseSourceDeps = { readonly db: Database; readonly stripe: StripeClient };

export type ChooseSourceInput = {
  readonly row: OperationRow<'stripe_transfer'>;
  readonly amount: Money;
  /** The payment that was chosen when the order was weighed. */
  readonly paymentId: string;
};

/**
 * What the payments of the order allow (workflows.md, section 4, rule 6): the best that can bear the transfer; where none can,
 * one that may yet, and then one of which Stripe says what is missing.
 */
export async function chooseSource(
  { db, stripe }: ChooseSourceDeps,
  { row, amount, paymentId }: ChooseSourceInput,
): Promise<PaymentDecision> {
  const seen: PaymentDecision[] = [];
  for (const id of await findSources(db, { paymentId, commercialId: row.mirakl_commercial_order_id })) {
    const decision = await lookAtPayment(stripe, id);
    if (isEnough(decision, amount)) return decision;
    seen.push(decision);
  }
  const [best] = (['hold', 'pay', 'abort'] as const).flatMap((kind) => seen.filter((each) => each.kind === kind));
  return best ?? { kind: 'hold', reason: statusReason.noPaymentOfOrder(row.mirakl_id) };
}

async function lookAtPayment(stripe: StripeClient, paymentId: string): Promise<PaymentDecision> {
  try {
    return decidePayment(await retrievePayment(stripe, paymentId));
  } catch (error) {
    // A payment that does not exist will not come to exist. Anything else says nothing about the payment.
    if (error instanceof StripeCallError && error.kind === 'not-found') return { kind: 'abort', reason: error.message };
    throw error;
  }
}
