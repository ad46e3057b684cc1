import type { Database } from '@connector/database';
import { type Clock, currencyOf, moneyFromMinor } from '@connector/kernel';
import { enqueue, type Queues } from '@connector/queues';
import { cancelPaymentIntent, createRefund, type StripeClient } from '@connector/stripe';
import { type OperationRow, refundLedger } from '../operation/ledger.ts';
import { claimOperation, type Done, type OpenRound } from '../operation/rounds-table.ts';
import { demandNoLease, type OperationOutcome, runOperation } from '../operation/run-operation.ts';
import { makeFailedRefundDue } from './asked-refunds-table.ts';
import { lookUpRefund } from './look-up-refund.ts';
import { prepareRefund, type RefundToSend, type StoredRequest } from './prepare-refund.ts';
import { authorisationLetGo, refundMade } from './refund-made.ts';
import { ringForRefund } from './ring-for-refund.ts';

export type SendRefundDeps = {
  readonly db: Database;
  readonly stripe: StripeClient;
  readonly queues: Queues;
  readonly now: Clock;
  readonly version: string;
};

export type SendRefundOutcome = OperationOutcome | 'due again';

/**
 * Pays one refund back to the buyer (workflows.md, section 5): claim, one call, record. The Stripe refund's id is on record
 * before Mirakl hears of it (lessons.md, L2), which is the business of another step. Whatever dies in between, a repeat with
 * the stored key and request leads to one refund.
 *
 * Throws `operation_refused` after a definite refusal is on record, Stripe's own error when the outcome is unknown or the call
 * should come later, and `claimed_elsewhere` while another worker is at it; the row is then ready to be repeated.
 */
export async function sendRefund(
  deps: SendRefundDeps,
  { refundId, run }: { readonly refundId: number; readonly run?: string | undefined },
): Promise<SendRefundOutcome> {
  const claimed = await claimOperation(deps.db, refundLedger, refundId, deps.now());
  if (!claimed) return notClaimed(deps, refundId);
  const refund = describe(claimed.row);
  const { claim } = claimed;
  const outcome = await runOperation(deps, {
    ...{ ledger: refundLedger, claim },
    lookUp: () => lookUpRefund(deps, refund, claim.open?.request as StoredRequest | undefined),
    prepare: (round) => prepareRefund(deps, refund, round),
    call: (round) => call(deps, refund, round),
  });
  // What is on its way yet is passed over there.
  if (outcome === 'done' || outcome === 'found on Stripe') {
    await enqueue(deps.queues, 'refunds.confirm-refunds', [{}], { run });
  }
  return outcome;
}

function describe(row: OperationRow<'stripe_refund'>): RefundToSend {
  const currency = currencyOf(row.currency);
  if (!currency) throw new Error(`refund ${row.id} is pending without a currency`);
  return { row, amount: moneyFromMinor(row.amount, currency) };
}

/** The one call: what was stored beside its key is what was prepared. */
async function call(
  { stripe, now }: SendRefundDeps,
  { row }: RefundToSend,
  { key: idempotencyKey, request: stored }: OpenRound,
): Promise<Done> {
  const request = stored as StoredRequest;
  if ('charge' in request) return refundMade(row, await createRefund(stripe, { request, idempotencyKey }), now());
  const { payment_intent: id, ...body } = request;
  return authorisationLetGo(row, await cancelPaymentIntent(stripe, { id, request: body, idempotencyKey }), now());
}

/** Why there was nothing to claim: it is settled, somebody else is at it, or it has failed and somebody retries its job by hand. */
async function notClaimed(deps: SendRefundDeps, refundId: number): Promise<SendRefundOutcome> {
  await demandNoLease(deps, refundLedger, refundId);
  const failed = await makeFailedRefundDue(deps.db, refundId, deps.now());
  if (!failed) return 'already handled';
  await ringForRefund(deps.queues, failed);
  return 'due again';
}
