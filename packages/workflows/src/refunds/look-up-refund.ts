import type { Database } from '@connector/database';
import type { Clock } from '@connector/kernel';
import {
  findRefund,
  type Refund,
  retrievePayment,
  retrievePaymentIntent,
  StripeCallError,
  type StripeClient,
} from '@connector/stripe';
import type { Done } from '../operation/rounds-table.ts';
import { findPaidOrders } from './paid-orders-table.ts';
import type { RefundToSend, StoredRequest } from './prepare-refund.ts';
import { authorisationLetGo, refundMade } from './refund-made.ts';

export type LookUpRefundDeps = { readonly db: Database; readonly stripe: StripeClient; readonly now: Clock };

/**
 * Whether the buyer has this refund already: by a call of ours whose outcome is not known (`sent`), or by the old connector,
 * which may have made it out of any payment of the order.
 */
export async function lookUpRefund(
  deps: LookUpRefundDeps,
  refund: RefundToSend,
  sent: StoredRequest | undefined,
): Promise<Done | undefined> {
  if (sent && 'payment_intent' in sent) {
    const intent = await retrievePaymentIntent(deps.stripe, sent.payment_intent);
    return intent.status === 'canceled' ? authorisationLetGo(refund.row, intent, deps.now()) : undefined;
  }
  for (const chargeId of sent ? [sent.charge] : await chargesOf(deps, refund)) {
    const found = await findRefund(deps.stripe, { chargeId, matches: (made) => isThis(made, refund) });
    if (found) return refundMade(refund.row, found, deps.now());
  }
  return undefined;
}

/** One that has failed did not reach the buyer, and is not the one that is looked for. */
function isThis({ metadata, status }: Refund, { row }: RefundToSend): boolean {
  return metadata.miraklRefundId === row.mirakl_refund_id && status !== 'failed' && status !== 'canceled';
}

async function chargesOf({ db, stripe }: LookUpRefundDeps, { row }: RefundToSend): Promise<Set<string>> {
  const order = { orderId: row.mirakl_order_id, commercialId: row.mirakl_commercial_order_id };
  const known = (await findPaidOrders(db, [order])).get(order.orderId)?.paymentIds ?? [];
  const charges = new Set<string>();
  for (const id of new Set([...(row.transaction_id === null ? [] : [row.transaction_id]), ...known])) {
    const chargeId = await chargeOf(stripe, id);
    if (chargeId !== undefined) charges.add(chargeId);
  }
  return charges;
}

async function chargeOf(stripe: StripeClient, paymentId: string): Promise<string | undefined> {
  try {
    return (await retrievePayment(stripe, paymentId)).chargeId;
  } catch (error) {
    if (error instanceof StripeCallError && error.kind === 'not-found') return undefined;
    throw error;
  }
}
