import type { Database } from '@connector/database';
import { assertNever, type Clock, ConnectorError } from '@connector/kernel';
import { enqueue, type Queues } from '@connector/queues';
import { createTransfer, findTransfer, retrievePayment, StripeCallError, type StripeClient } from '@connector/stripe';
import { isKeyRemembered } from '../operation/round.ts';
import { statusReason } from '../status-reason.ts';
import { decideAmount, decidePayment } from './decide-payment.ts';
import {
  type ClaimedTransfer,
  claimTransfer,
  findLease,
  giveUpForgottenKey,
  type OpenRound,
  openRound,
  recordCreated,
  recordNotSent,
  recordRefused,
  releaseTransfer,
  type TransferBody,
} from './transfer-rounds.ts';
import { makeFailedTransferDue } from './transfers-table.ts';

export type SendTransferDeps = {
  readonly db: Database;
  readonly stripe: StripeClient;
  readonly queues: Queues;
  readonly now: Clock;
  readonly version: string;
};

export type SendOutcome =
  | 'created'
  | 'found on Stripe'
  | 'on hold'
  | 'aborted'
  | 'ignored'
  | 'already handled'
  | 'due again';

/**
 * Sends one transfer that is ready to be sent (workflows.md, section 4, rules 6 to 8): claim, one call, record. Whatever
 * dies in between, a repeat with the stored key and request leads to one transfer.
 *
 * Throws `transfer_refused` after a definite refusal is on record, Stripe's own error when the outcome is unknown or the call
 * should come later, and `claimed_elsewhere` while another worker is at it; the row is then ready to be repeated.
 */
export async function sendTransfer(deps: SendTransferDeps, input: { transferId: number }): Promise<SendOutcome> {
  const claim = await claimTransfer(deps.db, input.transferId, deps.now());
  return claim ? send(deps, claim) : notClaimed(deps, input.transferId);
}

async function send(deps: SendTransferDeps, claimed: ClaimedTransfer): Promise<SendOutcome> {
  let claim = claimed;
  try {
    if (needsLookUp(claim, deps.now())) {
      const found = await lookUp(deps, claim);
      if (found) {
        await recordCreated(deps.db, claim, { ...found, reason: 'found on Stripe' }, deps.now());
        return 'found on Stripe';
      }
      if (claim.open) claim = await giveUpForgottenKey(deps.db, claim, deps.now());
    }
    const round = claim.open ?? (await prepare(deps, claim));
    return typeof round === 'string' ? round : await call(deps, claim, round);
  } catch (error) {
    throw error instanceof StripeCallError ? await recordError(deps, claim, error) : error;
  }
}

/**
 * Only a look on Stripe tells what became of a call whose key it has forgotten or keeps an error under, or that somebody else
 * may have made.
 */
function needsLookUp(claim: ClaimedTransfer, now: Date): boolean {
  return claim.lookUpFirst || (claim.open !== undefined && !isKeyRemembered(claim.open.firstSentAt, now));
}

const dayMs = 86_400_000;

async function lookUp({ stripe }: SendTransferDeps, claim: ClaimedTransfer) {
  return findTransfer(stripe, {
    destination: claim.open?.request.destination ?? claim.payee.accountId,
    createdFrom: new Date((claim.open?.firstSentAt ?? claim.createdAt).getTime() - dayMs),
    matches: ({ metadata }) => metadata.miraklId === claim.miraklId,
  });
}

/** Opens a round if the shop and the payment allow it; otherwise records why not. */
async function prepare(deps: SendTransferDeps, claim: ClaimedTransfer): Promise<OpenRound | SendOutcome> {
  const { payee, shopId } = claim;
  if (payee.ignored) return notSent(deps, claim, { kind: 'ignore', reason: statusReason.shopIgnored(shopId ?? 0) });
  if (payee.kycBlocked)
    return notSent(deps, claim, { kind: 'hold', reason: statusReason.payoutsDisabled(shopId ?? 0) });

  const payment = claim.paymentId === undefined ? undefined : await payable(deps, claim.paymentId);
  if (payment && payment.kind !== 'pay') return notSent(deps, claim, payment);
  const nothing = decideAmount(claim.amount);
  if (nothing) return notSent(deps, claim, nothing);

  const request = transferBody(claim, payment?.chargeId, deps.version);
  return (await openRound(deps.db, claim, request, deps.now())) ?? 'already handled';
}

async function payable({ stripe }: SendTransferDeps, paymentId: string) {
  try {
    return decidePayment(await retrievePayment(stripe, paymentId));
  } catch (error) {
    // A payment that does not exist will not come to exist. Anything else says nothing about the payment.
    if (error instanceof StripeCallError && error.kind === 'not-found')
      return { kind: 'abort', reason: error.message } as const;
    throw error;
  }
}

async function notSent(
  deps: SendTransferDeps,
  claim: ClaimedTransfer,
  decision: Parameters<typeof recordNotSent>[2],
): Promise<SendOutcome> {
  await recordNotSent(deps.db, claim, decision, deps.now());
  return ({ hold: 'on hold', abort: 'aborted', ignore: 'ignored' } as const)[decision.kind];
}

/** Stripe: `POST /v1/transfers` (docs.stripe.com/api/transfers/create). */
function transferBody(claim: ClaimedTransfer, chargeId: string | undefined, version: string): TransferBody {
  const metadata = {
    miraklId: claim.miraklId,
    miraklShopId: String(claim.shopId ?? ''),
    ...(claim.commercialOrderId === null ? {} : { miraklCommercialOrderId: claim.commercialOrderId }),
    ...(claim.orderedAt === null ? {} : { miraklOrderDate: claim.orderedAt.toISOString() }),
    pluginName: 'stripe-mirakl-connector',
    pluginVersion: version,
  };
  return {
    amount: Number(claim.amount.minor),
    currency: claim.amount.currency.toLowerCase(),
    destination: claim.payee.accountId,
    ...(chargeId === undefined ? {} : { source_transaction: chargeId }),
    metadata,
  };
}

async function call(deps: SendTransferDeps, claim: ClaimedTransfer, round: OpenRound): Promise<SendOutcome> {
  const created = await createTransfer(deps.stripe, { request: round.request, idempotencyKey: round.key });
  await recordCreated(deps.db, claim, created, deps.now());
  return 'created';
}

/** Stripe keeps an error of its own under the key; what it did before, if anything, is to be seen soon after. */
const lookAgainAfterMs = 60_000;

/** Puts on record what the error says of the transfer, and gives back what the job is to be told. */
async function recordError(
  { db, now }: SendTransferDeps,
  claim: ClaimedTransfer,
  error: StripeCallError,
): Promise<ConnectorError> {
  const { requestId, message, kind } = error;
  switch (kind) {
    case 'refused':
    case 'not-found':
    case 'key-conflict':
      await recordRefused(db, claim, { reason: message, requestId, lookUpFirst: kind === 'key-conflict' }, now());
      return new ConnectorError(message, { code: 'transfer_refused', retryable: false, cause: error });
    case 'unknown-outcome': {
      const lookUpFirst = error.answerIsStored;
      await releaseTransfer(db, claim, { note: `outcome unknown: ${message}`, requestId, lookUpFirst }, now());
      if (!lookUpFirst) return error;
      return new ConnectorError(message, {
        code: 'look_up_first',
        retryable: true,
        retryAfterMs: lookAgainAfterMs,
        cause: error,
      });
    }
    case 'retry-later':
    case 'slow-down':
    case 'misconfigured':
      await releaseTransfer(db, claim, { requestId }, now());
      return error;
    default:
      return assertNever(kind);
  }
}

/** Why there was nothing to claim: it is settled, somebody else is at it, or it has failed and somebody retries its job by hand. */
async function notClaimed(deps: SendTransferDeps, transferId: number): Promise<SendOutcome> {
  const leaseEndsAt = await findLease(deps.db, transferId, deps.now());
  if (leaseEndsAt) {
    const retryAfterMs = leaseEndsAt.getTime() - deps.now().getTime();
    throw new ConnectorError('another worker is at it', { code: 'claimed_elsewhere', retryable: true, retryAfterMs });
  }
  // The order is asked for again and weighed, without waiting for its time.
  const kind = await makeFailedTransferDue(deps.db, transferId, deps.now());
  if (!kind) return 'already handled';
  await enqueue(deps.queues, `payment-split.plan-due-${kind}-orders`, [{}]);
  return 'due again';
}
