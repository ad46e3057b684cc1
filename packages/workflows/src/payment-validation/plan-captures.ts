import type { Database } from '@connector/database';
import type { Clock } from '@connector/kernel';
import type { MiraklClient } from '@connector/mirakl';
import type { Logger } from '@connector/observability';
import { enqueue, type Queues } from '@connector/queues';
import { statusReason } from '../status-reason.ts';
import type { SweepRound } from '../sweep/run-sweep.ts';
import {
  type DecidedPayment,
  findOrdersToCapture,
  isStale,
  lockPayments,
  type PlannedPayment,
  saveCaptureDecisions,
} from './captures-table.ts';
import { type CaptureDecision, type CaptureRules, decideCaptures } from './decide-captures.ts';
import { type CommercialOrders, readCommercialOrders, withAwaitedDebits } from './read-commercial-orders.ts';

export type PlanCapturesDeps = {
  readonly db: Database;
  readonly mirakl: MiraklClient;
  readonly queues: Queues;
  readonly now: Clock;
  readonly log: Logger;
  readonly rules: CaptureRules;
};

export type PlanCapturesInput = {
  /** Take also what is not due yet. */
  readonly all?: boolean | undefined;
  readonly run?: string | undefined;
};

/** What a round takes at most: a few sums of each of their orders are held in memory. */
const paymentsPerRound = 2_000;
/** Locked and saved together. */
const ordersPerTransaction = 50;

/**
 * Decides about payments that are authorised only, by what Mirakl says of all orders that they are for, and enqueues those that
 * are to be captured or let go of. Gives back what it did in words.
 */
export async function planCaptures(
  deps: PlanCapturesDeps,
  { all = false, run }: PlanCapturesInput,
  sweep: SweepRound,
): Promise<string> {
  const { db, queues, now } = deps;
  const ids = await findOrdersToCapture(db, now(), { limit: paymentsPerRound, evenIfNotDue: all });
  if (ids.length === 0) return 'no payment is to be captured';
  const round = { readFrom: now(), evenIfNotDue: all };
  const known = await readOrders(deps, ids, sweep.renew);
  const sum = { ready: 0, held: 0, expiring: 0 };
  for (let start = 0; start < ids.length; start += ordersPerTransaction) {
    const { decided, ready } = await decideTogether(deps, ids.slice(start, start + ordersPerTransaction), known, round);
    await enqueue(
      queues,
      'payment-validation.capture-payment',
      ready.map((paymentId) => ({ paymentId })),
      { run },
    );
    const expiring = decided.filter(({ isFailure }) => isFailure).map(({ payment }) => payment);
    await followOverdue(deps, expiring, run);
    sum.ready += ready.length;
    sum.held += decided.length - ready.length;
    sum.expiring += expiring.length;
    await sweep.renew();
  }
  const expiring = sum.expiring > 0 ? `, ${sum.expiring} of which expire within a day` : '';
  return `${sum.ready} payments to be captured or let go of, ${sum.held} wait${expiring}`;
}

async function readOrders(
  { mirakl, rules }: PlanCapturesDeps,
  ids: readonly string[],
  onPage: () => Promise<void>,
): Promise<CommercialOrders> {
  const known = await readCommercialOrders(mirakl, ids, onPage);
  if (!rules.validateAfterCapture) return known;
  const isUnasked = [...known.orders.values()].flat().some(({ debit }) => debit === 'not asked for');
  return isUnasked ? withAwaitedDebits(mirakl, known) : known;
}

type Round = {
  /** When the orders began to be read. */
  readonly readFrom: Date;
  readonly evenIfNotDue: boolean;
};

async function decideTogether(
  { db, now, rules }: PlanCapturesDeps,
  ids: readonly string[],
  { orders, unreadable }: CommercialOrders,
  round: Round,
): Promise<{ decided: DecidedPayment[]; ready: number[] }> {
  return db.transaction().execute(async (trx) => {
    const at = now();
    const ofOrder = Map.groupBy(await lockPayments(trx, ids, at), ({ commercialId }) => commercialId);
    const decided = [...ofOrder].flatMap(([commercialId, payments]) => {
      const decisions = decideCaptures({
        ...{ commercialId, payments, rules },
        orders: orders.get(commercialId) ?? [],
        unreadable: unreadable.get(commercialId) ?? unreadable.get(undefined),
      });
      return payments.flatMap((payment): DecidedPayment[] => {
        const decision = decisions.get(payment.id);
        const isNew = decision !== undefined && isToBeSaved(payment, decision, round, at);
        return isNew ? [withExpiry(payment, decision, at)] : [];
      });
    });
    return { decided, ready: await saveCaptureDecisions(trx, decided, at) };
  });
}

/** Says which authorisations are about to be lost, and has those looked at that should be by now: Stripe's event may never have come. */
async function followOverdue(
  { queues, now, log }: PlanCapturesDeps,
  expiring: readonly PlannedPayment[],
  run: string | undefined,
): Promise<void> {
  for (const payment of expiring) {
    const { id: paymentId, chargeId, commercialId } = payment;
    log.warn({ paymentId, chargeId, commercialId, expiresAt: expiryOf(payment) }, 'authorization runs out uncaptured');
  }
  const overdue = expiring.filter((payment) => expiryOf(payment) <= now());
  await enqueue(
    queues,
    'payment-validation.follow-charge',
    overdue.map(({ chargeId }) => ({ chargeId })),
    { run },
  );
}

/**
 * What waits keeps its pause, and stays due if it became so while the orders were read: they may have been different then. What
 * is ready already is left to its job unless it is to become something else, or is old.
 */
function isToBeSaved(
  payment: PlannedPayment,
  decision: CaptureDecision,
  { readFrom, evenIfNotDue }: Round,
  now: Date,
): boolean {
  const { decidedAt, nextTryAt, captureMinor } = payment;
  if (decidedAt === null) {
    const isNews = nextTryAt !== null && nextTryAt > readFrom && nextTryAt <= now;
    if (isNews && decision.kind === 'hold') return false;
    return evenIfNotDue || nextTryAt === null || nextTryAt <= now;
  }
  const minor = decision.kind === 'capture' ? decision.amount.minor : 0n;
  return decision.kind === 'hold' || minor !== captureMinor || isStale(payment, now);
}

const dayMs = 86_400_000;
/** For cards, where Stripe does not say (docs.stripe.com/payments/place-a-hold-on-a-payment-method). */
const authorizationHoldsMs = 7 * dayMs;
const warnedBeforeMs = dayMs;

/** What waits and will soon be lost says so, and somebody should look (lessons.md, L15). */
function withExpiry(payment: PlannedPayment, decision: CaptureDecision, now: Date): DecidedPayment {
  const expiresAt = expiryOf(payment);
  const isFailure = decision.kind === 'hold' && expiresAt.getTime() - now.getTime() <= warnedBeforeMs;
  if (!isFailure) return { payment, decision, isFailure };
  const reason = statusReason.authorizationExpires(decision.reason, expiresAt);
  return { payment, decision: { kind: 'hold', reason }, isFailure };
}

function expiryOf({ captureBefore, createdAt }: PlannedPayment): Date {
  return captureBefore ?? new Date(createdAt.getTime() + authorizationHoldsMs);
}
