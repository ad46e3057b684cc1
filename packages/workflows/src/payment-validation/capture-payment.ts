import type { Database } from '@connector/database';
import { type Clock, formatMoney, type Money } from '@connector/kernel';
import { enqueue, type Queues } from '@connector/queues';
import {
  type CancelPaymentIntentRequest,
  type CaptureChargeRequest,
  type CapturePaymentIntentRequest,
  type ChargeWithIntent,
  cancelPaymentIntent,
  captureCharge,
  capturePaymentIntent,
  createRefund,
  type RefundRequest,
  retrieveChargeWithIntent,
  type StripeCallError,
  type StripeClient,
  type WithRequestId,
} from '@connector/stripe';
import { type OperationRow, paymentLedger } from '../operation/ledger.ts';
import { claimOperation, type Done, type OpenRound } from '../operation/rounds-table.ts';
import { demandNoLease, type OperationOutcome, runOperation } from '../operation/run-operation.ts';
import { makeCapturesDue } from './captures-table.ts';
import { decidePaymentStatus } from './decide-payment-status.ts';
import { prepareCapture } from './prepare-capture.ts';

export type CapturePaymentDeps = {
  readonly db: Database;
  readonly stripe: StripeClient;
  readonly queues: Queues;
  readonly now: Clock;
};

export type CaptureOutcome = OperationOutcome | 'due again';

type PaymentRow = OperationRow<'payment_mapping'>;
type Look = WithRequestId<ChargeWithIntent>;

/**
 * Captures one payment as was decided, or lets go of it (workflows.md, section 3): claim, a look at it, one call, record. Whatever
 * dies in between, a repeat with the stored key and request leads to one capture. What others did to the payment is taken over.
 *
 * Throws `operation_refused` after a definite refusal is on record, Stripe's own error when the outcome is unknown or the call
 * should come later, and `claimed_elsewhere` while another worker is at it; the row is then ready to be repeated.
 */
export async function capturePayment(
  deps: CapturePaymentDeps,
  { paymentId, run }: { readonly paymentId: number; readonly run?: string | undefined },
): Promise<CaptureOutcome> {
  const claimed = await claimOperation(deps.db, paymentLedger, paymentId, deps.now());
  if (!claimed) return notClaimed(deps, paymentId);
  const { claim, row } = claimed;
  const { stripe_charge_id: chargeId } = row;
  let seen: Promise<Look> | undefined;
  const look = () => {
    seen ??= retrieveChargeWithIntent(deps.stripe, chargeId);
    return seen;
  };
  let isSettledElsewhere = false;
  const outcome = await runOperation(deps, {
    ledger: paymentLedger,
    // Others can have captured or cancelled it. Only a call of ours whose outcome is not known is repeated without a look.
    claim: claim.open ? claim : { ...claim, lookUpFirst: true },
    lookUp: async () => settled(row, await look(), deps.now()),
    prepare: async (round) => prepareCapture(row, await look(), round, deps.now()),
    call: async (round) => send(deps, row, claim.open ? undefined : await look(), round),
    judgeRefusal(error) {
      isSettledElsewhere = saysThatItIsSettled(error);
      return isSettledElsewhere ? { kind: 'hold', reason: error.message } : undefined;
    },
  });
  if (isSettledElsewhere) await enqueue(deps.queues, 'payment-validation.follow-charge', [{ chargeId }], { run });
  else if (outcome !== 'on hold') await releaseOrder(deps, row, run);
  return outcome;
}

/** What others made of the payment, or a call of ours that nobody recorded; undefined while it is still to be captured. */
function settled(row: PaymentRow, { charge, intent, requestId }: Look, now: Date): Done | undefined {
  const status = decidePaymentStatus(charge, intent?.status);
  if (status === 'captured')
    return captured(charge.amountCaptured, { now, requestId, how: 'found on Stripe: captured' });
  const isLetGoOf = status === 'canceled' && row.capture_amount === 0n;
  return isLetGoOf ? letGoOf({ now, requestId, how: 'found on Stripe: let go of' }) : undefined;
}

/** The one call. `look`: the payment as it was seen before the round was opened; undefined for a repeat. */
async function send(
  { stripe, now }: Pick<CapturePaymentDeps, 'stripe' | 'now'>,
  row: PaymentRow,
  look: Look | undefined,
  { key: idempotencyKey, request }: OpenRound,
): Promise<Done> {
  const isLetGoOf = row.capture_amount === 0n;
  // Rows of the old connector do not know it before the first call.
  const id = row.stripe_payment_intent_id ?? look?.intent?.id;
  // What was stored beside its key is what was prepared.
  if (id !== undefined && isLetGoOf) {
    const body = { id, request: request as CancelPaymentIntentRequest, idempotencyKey };
    const { status, requestId } = await cancelPaymentIntent(stripe, body);
    return status === 'canceled' ? letGoOf({ now: now(), requestId }) : underWay(status, requestId);
  }
  if (id !== undefined) {
    const body = { id, request: request as CapturePaymentIntentRequest, idempotencyKey };
    const { status, amountReceived, requestId } = await capturePaymentIntent(stripe, body);
    return status === 'succeeded' ? captured(amountReceived, { now: now(), requestId }) : underWay(status, requestId);
  }
  if (isLetGoOf) {
    const {
      id: refundId,
      status,
      requestId,
    } = await createRefund(stripe, { request: request as RefundRequest, idempotencyKey });
    return status === 'succeeded' ? letGoOf({ now: now(), requestId }) : underWay(`refund ${refundId}`, requestId);
  }
  const body = { id: row.stripe_charge_id, request: request as CaptureChargeRequest, idempotencyKey };
  const { amountCaptured, requestId } = await captureCharge(stripe, body);
  return captured(amountCaptured, { now: now(), requestId });
}

type Settling = { readonly now: Date; readonly requestId: string | undefined; readonly how?: string };

/** What waits for the payment is to be looked at, which stands in the row: the job for it may get lost. */
function captured(amount: Money, { now, requestId, how = 'captured' }: Settling): Done {
  const columns = { capture_amount: amount.minor, release_due_at: now };
  return { status: 'captured', columns, requestId, note: `${how} ${formatMoney(amount)}` };
}

function letGoOf({ now, requestId, how = 'nothing of it is owed: let go of' }: Settling): Done {
  return { status: 'canceled', columns: { release_due_at: now }, requestId, note: how };
}

/** With some payment methods it takes its time: the payment is looked at again. */
function underWay(status: string, requestId: string | undefined): Done {
  return { status: 'to_capture', columns: { decided_at: null }, requestId, note: `under way on Stripe: ${status}` };
}

const settledCodes = new Set([
  'payment_intent_unexpected_state',
  'charge_already_captured',
  'charge_already_refunded',
  'charge_expired_for_capture',
]);

/** A refusal that is no failure of the capture, but says that somebody else was faster or the authorisation has run out (L15). */
function saysThatItIsSettled({ stripeCode = '' }: StripeCallError): boolean {
  return settledCodes.has(stripeCode);
}

/** What waits for the payment can go on, or has to be given up. */
async function releaseOrder({ queues }: CapturePaymentDeps, row: PaymentRow, run: string | undefined): Promise<void> {
  const { mirakl_commercial_order_id: commercialOrderId } = row;
  if (commercialOrderId === null) return;
  await enqueue(queues, 'payment-split.release-order', [{ commercialOrderId }], { run });
}

/** Why there was nothing to claim: it is settled, somebody else is at it, or it waits and somebody retries its job by hand. */
async function notClaimed(deps: CapturePaymentDeps, paymentId: number): Promise<CaptureOutcome> {
  await demandNoLease(deps, paymentLedger, paymentId);
  if ((await makeCapturesDue(deps.db, { id: paymentId }, deps.now())) === 0) return 'already handled';
  await enqueue(deps.queues, 'payment-validation.plan-captures', [{}]);
  return 'due again';
}
