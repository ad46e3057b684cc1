import type { Database } from '@connector/database';
import { assertNever, type Clock, ConnectorError } from '@connector/kernel';
import { StripeCallError } from '@connector/stripe';
import type { OperationLedger } from './ledger.ts';
import { isKeyRemembered } from './round.ts';
import {
  type Claim,
  type Done,
  findLease,
  giveUpForgottenKey,
  type NotSent,
  type OpenRound,
  type OwnColumns,
  openRound,
  type RequestBody,
  recordDone,
  recordNotSent,
  recordRefused,
  releaseClaim,
} from './rounds-table.ts';

export type RunOperationDeps = { readonly db: Database; readonly now: Clock };

/** What one kind of operation does in the stages that all share: claim, look up if need be, prepare, call, record. */
export type OperationSteps = {
  readonly ledger: OperationLedger;
  readonly claim: Claim;
  /** Whether it exists on Stripe already: asked only when a repeat with its key could be a second one. */
  lookUp(): Promise<Done | undefined>;
  /** What is to be sent, if all that it depends on allows it now. `round` goes into the key. */
  prepare(round: number): Promise<Prepared | NotSent>;
  /** The one call. Throws `StripeCallError`. */
  call(round: OpenRound): Promise<Done>;
  /** What a definite refusal means, if it is not what it means for most: to be tried again later with a new key. */
  judgeRefusal?(error: StripeCallError): NotSent | undefined;
};

export type Prepared = {
  readonly kind: 'send';
  readonly key: string;
  readonly request: RequestBody;
  /** Columns of the operation's own table that are set with it. */
  readonly columns?: OwnColumns;
};

export type OperationOutcome = 'done' | 'found on Stripe' | 'on hold' | 'aborted' | 'ignored' | 'already handled';

/**
 * Carries out one operation that was claimed: whatever dies in between, a repeat with the stored key and request leads to one
 * movement of money. Throws `operation_refused` after a definite refusal is on record, and Stripe's own error when the
 * outcome is unknown or the call should come later; the row is then ready to be repeated.
 */
export async function runOperation(deps: RunOperationDeps, steps: OperationSteps): Promise<OperationOutcome> {
  const { db, now } = deps;
  const { ledger } = steps;
  let { claim } = steps;
  try {
    if (needsLookUp(claim, now())) {
      const found = await steps.lookUp();
      if (found) {
        await recordDone(db, ledger, claim, { note: 'found on Stripe', ...found }, now());
        return 'found on Stripe';
      }
      if (claim.open) claim = await giveUpForgottenKey(db, ledger, claim, now());
    }
    const round = claim.open ?? (await prepare(deps, steps, claim));
    if (typeof round === 'string') return round;
    await recordDone(db, ledger, claim, await steps.call(round), now());
    return 'done';
  } catch (error) {
    if (!(error instanceof StripeCallError)) throw error;
    return recordError(deps, steps, claim, error);
  }
}

/**
 * Why an operation could not be claimed, when it is not simply settled: throws `claimed_elsewhere` while another worker is at
 * it, to be tried again when his claim has run out.
 */
export async function demandNoLease({ db, now }: RunOperationDeps, ledger: OperationLedger, id: number): Promise<void> {
  const leaseEndsAt = await findLease(db, ledger, id, now());
  if (!leaseEndsAt) return;
  const retryAfterMs = leaseEndsAt.getTime() - now().getTime();
  throw new ConnectorError('another worker is at it', { code: 'claimed_elsewhere', retryable: true, retryAfterMs });
}

/**
 * Only a look on Stripe tells what became of a call whose key it has forgotten or keeps an error under, or that somebody else
 * may have made.
 */
function needsLookUp(claim: Claim, now: Date): boolean {
  return claim.lookUpFirst || (claim.open !== undefined && !isKeyRemembered(claim.open.firstSentAt, now));
}

/** Opens a round if what it depends on allows it; otherwise records why not. */
async function prepare(
  { db, now }: RunOperationDeps,
  { ledger, ...steps }: OperationSteps,
  claim: Claim,
): Promise<OpenRound | OperationOutcome> {
  const prepared = await steps.prepare(claim.round);
  if (prepared.kind === 'send') return (await openRound(db, ledger, claim, prepared, now())) ?? 'already handled';
  await recordNotSent(db, ledger, claim, prepared, now());
  return outcomeOf(prepared);
}

function outcomeOf({ kind }: NotSent): OperationOutcome {
  return ({ hold: 'on hold', abort: 'aborted', ignore: 'ignored' } as const)[kind];
}

/** Stripe keeps an error of its own under the key; what it did before, if anything, is to be seen soon after. */
const lookAgainAfterMs = 60_000;

/** Puts on record what the error says of the operation, and gives back its outcome or throws what the job is to be told. */
async function recordError(
  { db, now }: RunOperationDeps,
  { ledger, judgeRefusal }: OperationSteps,
  claim: Claim,
  error: StripeCallError,
): Promise<OperationOutcome> {
  const { requestId, message, kind } = error;
  switch (kind) {
    case 'refused':
    case 'not-found':
    case 'key-conflict': {
      const judged = kind === 'key-conflict' ? undefined : judgeRefusal?.(error);
      if (judged) {
        await recordNotSent(db, ledger, claim, { ...judged, refused: { requestId } }, now());
        return outcomeOf(judged);
      }
      const refusal = { reason: message, requestId, lookUpFirst: kind === 'key-conflict' };
      await recordRefused(db, ledger, claim, refusal, now());
      throw new ConnectorError(message, { code: 'operation_refused', retryable: false, cause: error });
    }
    case 'unknown-outcome': {
      const lookUpFirst = error.answerIsStored;
      await releaseClaim(db, ledger, claim, { note: `outcome unknown: ${message}`, requestId, lookUpFirst }, now());
      if (!lookUpFirst) throw error;
      const facts = { code: 'look_up_first', retryable: true, retryAfterMs: lookAgainAfterMs, cause: error };
      throw new ConnectorError(message, facts);
    }
    case 'retry-later':
    case 'slow-down':
    case 'misconfigured':
      await releaseClaim(db, ledger, claim, { requestId }, now());
      throw error;
    default:
      return assertNever(kind);
  }
}
