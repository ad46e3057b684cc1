import type { Database } from '@connector/database';
import type { Money } from '@connector/kernel';
import {
  type CancelPaymentIntentRequest,
  type RefundRequest,
  retrievePayment,
  StripeCallError,
  type StripeClient,
} from '@connector/stripe';
import type { OperationRow } from '../operation/ledger.ts';
import { idempotencyKey } from '../operation/round.ts';
import type { NotSent } from '../operation/rounds-table.ts';
import type { Prepared } from '../operation/run-operation.ts';
import { statusReason } from '../status-reason.ts';
import { choosePayment, decideRefundable, type RefundablePayment } from './choose-payment.ts';
import { findPaidOrders, isWholeCommercialOrder } from './paid-orders-table.ts';

export type PrepareRefundDeps = { readonly db: Database; readonly stripe: StripeClient; readonly version: string };

export type RefundToSend = { readonly row: OperationRow<'stripe_refund'>; readonly amount: Money };

/** What is stored beside a key: a refund, or which PaymentIntent is cancelled and how. */
export type StoredRequest = RefundRequest | (CancelPaymentIntentRequest & { readonly payment_intent: string });

/** What to send, if the buyer's payment allows it; otherwise why not. */
export async function prepareRefund(
  deps: PrepareRefundDeps,
  refund: RefundToSend,
  round: number,
): Promise<Prepared | NotSent> {
  const { row } = refund;
  const payment = choosePayment(await readPayments(deps, refund));
  if (!payment) return { kind: 'hold', reason: statusReason.noPaymentToRefund() };
  if (payment.kind === 'hold' || payment.kind === 'abort') return payment;
  if (payment.kind === 'let-go' && !(await isWholeCommercialOrder(deps.db, { ...orderOf(row), ...payment }))) {
    return { kind: 'hold', reason: payment.reason };
  }
  return {
    kind: 'send',
    key: idempotencyKey(row.type, row.mirakl_refund_id, round),
    request: requestFor(refund, payment, deps.version),
    columns: { transaction_id: payment.chargeId },
  };
}

/** What each payment allows, the likeliest first, up to one that has enough left. One that does not exist will not come to. */
async function readPayments({ db, stripe }: PrepareRefundDeps, { row, amount }: RefundToSend) {
  const order = (await findPaidOrders(db, [orderOf(row)])).get(row.mirakl_order_id);
  const payments: RefundablePayment[] = [];
  for (const paymentId of order?.paymentIds ?? []) {
    const payment = await readPayment(stripe, paymentId, amount);
    payments.push(payment);
    if (payment.kind === 'refund' && payment.isEnough) break;
  }
  return payments;
}

async function readPayment(stripe: StripeClient, paymentId: string, amount: Money): Promise<RefundablePayment> {
  try {
    return decideRefundable(await retrievePayment(stripe, paymentId), amount);
  } catch (error) {
    if (error instanceof StripeCallError && error.kind === 'not-found') return { kind: 'abort', reason: error.message };
    throw error;
  }
}

function orderOf({ mirakl_order_id: orderId, mirakl_commercial_order_id: commercialId }: RefundToSend['row']) {
  return { orderId, commercialId };
}

/**
 * Stripe: `POST /v1/refunds` (docs.stripe.com/api/refunds/create), or the cancelation of the PaymentIntent that has authorised
 * the money and not taken it. A charge of old that was made without one is let go of by a refund too.
 */
function requestFor(
  { row, amount }: RefundToSend,
  payment: Extract<RefundablePayment, { chargeId: string }>,
  version: string,
): StoredRequest {
  if (payment.kind === 'let-go' && payment.paymentIntentId !== undefined) {
    return { payment_intent: payment.paymentIntentId, cancellation_reason: 'requested_by_customer' };
  }
  return {
    charge: payment.chargeId,
    amount: Number(amount.minor),
    metadata: {
      miraklRefundId: row.mirakl_refund_id,
      miraklOrderId: row.mirakl_order_id,
      ...(row.mirakl_commercial_order_id === null ? {} : { miraklCommercialOrderId: row.mirakl_commercial_order_id }),
      pluginName: 'stripe-mirakl-connector',
      pluginVersion: version,
    },
  };
}
