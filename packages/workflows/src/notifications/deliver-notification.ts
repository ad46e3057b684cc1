import type { Database } from '@connector/database';
import { type Clock, ConnectorError, isConnectorError } from '@connector/kernel';
import { postNotification } from '@connector/outbound';
import { enqueue, type Queues } from '@connector/queues';
import {
  type ClaimedNotification,
  claimNotification,
  findNotification,
  recordDelivered,
  recordFailedTry,
} from './notifications-table.ts';

/** Where notifications go, and what signs them. */
export type NotificationEndpoint = { readonly url: string; readonly secret: string | undefined };

export type DeliverNotificationDeps = {
  readonly db: Database;
  readonly queues: Queues;
  readonly now: Clock;
  readonly version: string;
  /** Undefined: the operator wants none. */
  readonly endpoint: NotificationEndpoint | undefined;
  /** Whether a mail tells of an endpoint that takes nothing. */
  readonly mailsWhenDown: boolean;
};

/** Between the tries (workflows.md, section 7). */
const pausesMs: readonly number[] = [1_000, 5_000, 25_000];

/** Two clocks that disagree a little must not make a job run in circles. */
const shortestWaitMs = 100;

/**
 * Posts one notification to the operator's endpoint. Tries are counted in the ledger, so that neither a crash nor a lost Redis
 * begins anew; a receiver may still meet a repeat, when the worker dies between his answer and our record.
 *
 * Throws the endpoint's error, to be tried again after the next pause; after the last one it is not retryable, the notification
 * is `failed`, and a mail is asked for. Whoever retries the job then gets one more try.
 */
export async function deliverNotification(
  deps: DeliverNotificationDeps,
  { notificationId }: { notificationId: number },
): Promise<string> {
  const { db, endpoint, now } = deps;
  if (!endpoint) return 'notifications are off';
  const claim = await claimNotification(db, notificationId, now());
  if (!claim) return notClaimed(deps, notificationId);
  const { type, payload, about } = claim;
  try {
    await postNotification(deps, { ...endpoint, id: about, body: JSON.stringify({ type, payload }) });
  } catch (error) {
    throw isConnectorError(error) ? await recordFailure(deps, claim, error) : error;
  }
  await recordDelivered(db, claim, now());
  return 'delivered';
}

/** Puts on record that the try failed, and gives back what the job is to be told. */
async function recordFailure(
  { db, queues, now, mailsWhenDown }: DeliverNotificationDeps,
  claim: ClaimedNotification,
  { message, code }: ConnectorError,
): Promise<ConnectorError> {
  const pauseMs = pausesMs[claim.attempts - 1];
  const nextTryAt = pauseMs === undefined ? undefined : new Date(now().getTime() + pauseMs);
  await recordFailedTry(db, claim, { error: message, nextTryAt });
  if (pauseMs !== undefined) return new ConnectorError(message, { code, retryable: true, retryAfterMs: pauseMs });
  if (mailsWhenDown) await enqueue(queues, 'notifications.mail-endpoint-down', [{ notificationId: claim.id }]);
  return new ConnectorError(message, { code, retryable: false });
}

/** Why there was nothing to claim: it is settled, or somebody else is at it, or its pause is not over. */
async function notClaimed({ db, now }: DeliverNotificationDeps, notificationId: number): Promise<string> {
  const found = await findNotification(db, notificationId);
  if (!found) return 'no such notification';
  if (found.status === 'delivered') return 'already delivered';
  const waitMs = (found.next_try_at?.getTime() ?? 0) - now().getTime();
  const retryAfterMs = Math.max(waitMs, shortestWaitMs);
  throw new ConnectorError('not due yet, or another worker is at it', {
    ...{ code: 'claimed_elsewhere', retryable: true, retryAfterMs },
  });
}
