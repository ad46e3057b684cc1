import type { Database } from '@connector/database';
import type { Clock } from '@connector/kernel';
import { enqueue, type Queues } from '@connector/queues';
import { hasDueUpdates } from '../kyc/index.ts';
import { takeNotificationsWithoutJob } from '../notifications/index.ts';
import { takeShopsWithoutJob } from '../onboarding/index.ts';
import { paymentLedger, transferLedger } from '../operation/ledger.ts';
import { takeOperationsWithoutJob } from '../operation/waiting-operations-table.ts';
import { splitTypes, takeOrdersToRelease, takeShopsToRelease } from '../payment-split/index.ts';
import { takeStalledRun } from '../reconciliation/index.ts';
import { findShopsToSettle } from '../settlement/index.ts';
import { deleteHandledEvents, enqueueFollowUp, subjectOf, takeEventsWithoutJob } from '../stripe-events/index.ts';
import { ringFailedSweeps } from './ring-failed-sweeps.ts';
import { ringRefunds } from './ring-refunds.ts';

export type RingWaitingWorkDeps = {
  readonly db: Database;
  readonly queues: Queues;
  readonly now: Clock;
  /** Whether the operator wants notifications; what waits for him is left alone while he does not. */
  readonly notifies: boolean;
};

/** What one round takes of each kind. What is left is taken a minute later. */
const rowsPerRound = 2_000;

/** Stripe sends an event again for three days by itself, and for thirty when somebody asks it to (docs.stripe.com/webhooks). */
const eventsAreKeptMs = 35 * 86_400_000;

/**
 * Enqueues the jobs of rows that say there is work and should be done by now. That is the whole recovery from a crash
 * between saving and enqueuing, from an emptied Redis, and from a job that gave up. Cheap: a few indexed queries, no calls
 * outside. Also forgets events that can no longer come again.
 */
export async function ringWaitingWork(deps: RingWaitingWorkDeps): Promise<string> {
  const payments = await ringPayments(deps);
  const transfers = await ringTransfers(deps);
  const refunds = await ringRefunds(deps, rowsPerRound);
  const shops = await ringShops(deps);
  const sellers = await ringSellers(deps);
  await ringReconciliation(deps);
  const events = await ringEvents(deps);
  const notifications = deps.notifies ? await ringNotifications(deps) : 0;
  const sweeps = await ringFailedSweeps(deps);
  const money = `${payments} payments, ${transfers} transfers, ${refunds} refunds`;
  return `${money}, ${shops} shops, ${sellers} sellers to be settled, ${events} events, ${notifications} notifications and ${sweeps} failed sweeps rung again`;
}

async function ringPayments({ db, queues, now }: RingWaitingWorkDeps): Promise<number> {
  const paymentIds = await takeOperationsWithoutJob(db, paymentLedger, { now: now(), limit: rowsPerRound });
  await enqueue(
    queues,
    'payment-validation.capture-payment',
    paymentIds.map((paymentId) => ({ paymentId })),
  );
  const toRelease = await takeOrdersToRelease(db, now(), rowsPerRound);
  await enqueue(
    queues,
    'payment-split.release-order',
    toRelease.map((commercialOrderId) => ({ commercialOrderId })),
  );
  return paymentIds.length + toRelease.length;
}

async function ringTransfers({ db, queues, now }: RingWaitingWorkDeps): Promise<number> {
  const transferIds = await takeOperationsWithoutJob(db, transferLedger, {
    now: now(),
    limit: rowsPerRound,
    types: splitTypes,
  });
  await enqueue(
    queues,
    'payment-split.send-transfer',
    transferIds.map((transferId) => ({ transferId })),
  );
  return transferIds.length;
}

async function ringShops({ db, queues, now }: RingWaitingWorkDeps): Promise<number> {
  const shops = await takeShopsWithoutJob(db, now(), rowsPerRound);
  const waitForLink = shops.filter(({ status }) => status === 'link-due');
  const waitForAccount = shops.filter(({ status }) => status !== 'link-due').map(({ shopId }) => ({ shopId }));
  await enqueue(queues, 'onboarding.onboard-seller', waitForAccount);
  if (waitForLink.length > 0) await enqueue(queues, 'onboarding.write-links', [{}]);
  if (await hasDueUpdates(db, now())) await enqueue(queues, 'kyc.write-shops', [{}]);
  const toRelease = await takeShopsToRelease(db, now(), rowsPerRound);
  await enqueue(
    queues,
    'payment-split.release-shop',
    toRelease.map((shopId) => ({ shopId })),
  );
  return shops.length + toRelease.length;
}

/** Also those whose time to be tried again has come: nobody else rings for them between two listings of invoices. */
async function ringSellers({ db, queues, now }: RingWaitingWorkDeps): Promise<number> {
  const shopIds = await findShopsToSettle(db, now(), rowsPerRound);
  await enqueue(
    queues,
    'settlement.settle-seller',
    shopIds.map((shopId) => ({ shopId })),
  );
  return shopIds.length;
}

/** A comparison that was begun and is not carried on. */
async function ringReconciliation({ db, queues, now }: RingWaitingWorkDeps): Promise<void> {
  if (await takeStalledRun(db, now())) await enqueue(queues, 'reconciliation.compare', [{}]);
}

async function ringEvents({ db, queues, now }: RingWaitingWorkDeps): Promise<number> {
  const events = await takeEventsWithoutJob(db, now(), rowsPerRound);
  for (const event of events) {
    const subject = subjectOf(event);
    if (subject) await enqueueFollowUp(queues, subject);
  }
  await deleteHandledEvents(db, new Date(now().getTime() - eventsAreKeptMs), rowsPerRound);
  return events.length;
}

async function ringNotifications({ db, queues, now }: RingWaitingWorkDeps): Promise<number> {
  const ids = await takeNotificationsWithoutJob(db, now(), rowsPerRound);
  await enqueue(
    queues,
    'notifications.deliver',
    ids.map((notificationId) => ({ notificationId })),
  );
  return ids.length;
}
