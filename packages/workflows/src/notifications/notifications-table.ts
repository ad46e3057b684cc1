import type { Database } from '@connector/database';
import { fitReason } from '../status-reason.ts';

/** A notification that this worker alone is delivering. */
export type ClaimedNotification = {
  readonly id: number;
  readonly type: string;
  /** What it is about; the receiver knows a repeat by it. */
  readonly about: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** Tries so far, this one included. */
  readonly attempts: number;
};

/** How long a worker has before another one may take over; a call to the endpoint ends well before. */
const leaseMs = 30_000;

/**
 * Takes a notification for one try: one that is new, whose pause is over, or that was given up and is asked for again.
 * Undefined if there is nothing to do now. `next_try_at` is the end of the lease while somebody is at it.
 */
export async function claimNotification(db: Database, id: number, now: Date): Promise<ClaimedNotification | undefined> {
  return db
    .updateTable('notification')
    .set((row) => ({
      status: 'pending',
      attempts: row('attempts', '+', 1),
      next_try_at: new Date(now.getTime() + leaseMs),
    }))
    .where('id', '=', id)
    .where((row) =>
      row.or([
        row('status', '=', 'failed'),
        row.and([
          row('status', '=', 'pending'),
          // Before its first try, next_try_at says when the recovery sweep rings for it.
          row.or([row('attempts', '=', 0), row('next_try_at', '<=', now)]),
        ]),
      ]),
    )
    .returning(['id', 'type', 'about', 'payload', 'attempts'])
    .executeTakeFirst();
}

/** Notes that the endpoint has taken it. */
export async function recordDelivered(db: Database, { id }: ClaimedNotification, now: Date): Promise<void> {
  await db
    .updateTable('notification')
    .set({ status: 'delivered', delivered_at: now, next_try_at: null, last_error: null })
    .where('id', '=', id)
    .where('status', '!=', 'delivered')
    .execute();
}

/** Notes why this try failed, and when the next one is due; without one the notification is given up. */
export async function recordFailedTry(
  db: Database,
  { id, attempts }: ClaimedNotification,
  failure: { readonly error: string; readonly nextTryAt: Date | undefined },
): Promise<void> {
  await db
    .updateTable('notification')
    .set({
      status: failure.nextTryAt ? 'pending' : 'failed',
      last_error: fitReason(failure.error),
      next_try_at: failure.nextTryAt ?? null,
    })
    .where('id', '=', id)
    .where('status', '=', 'pending')
    .where('attempts', '=', attempts)
    .execute();
}

/** How far a notification is; undefined if there is none of this id. */
export async function findNotification(db: Database, id: number) {
  return db
    .selectFrom('notification')
    .select(['type', 'payload', 'status', 'last_error', 'next_try_at'])
    .where('id', '=', id)
    .executeTakeFirst();
}

/** A job that waits for the end of a pause is on its way: it is looked for only after this. */
const jobIsLateMs = 60_000;

/** Notifications whose job should have tried by now. Each is asked for again in a minute, so that the next call gets others. */
export async function takeNotificationsWithoutJob(db: Database, now: Date, limit: number): Promise<number[]> {
  const late = db
    .selectFrom('notification')
    .select('id')
    .where('status', '=', 'pending')
    .where('next_try_at', '<=', new Date(now.getTime() - jobIsLateMs))
    .orderBy('next_try_at')
    .limit(limit)
    .forUpdate()
    .skipLocked();
  const rows = await db
    .updateTable('notification')
    .set({ next_try_at: now })
    .where('id', 'in', late)
    .returning('id')
    .execute();
  return rows.map((row) => row.id);
}

const keptMs = 90 * 86_400_000;
const deletedAtOnce = 1_000;

/** Deletes some of the notifications that were delivered and are older than 90 days, and gives back how many. */
export async function deleteOldNotifications(db: Database, now: Date): Promise<number> {
  const old = db
    .selectFrom('notification')
    .select('id')
    .where('status', '=', 'delivered')
    .where('created_at', '<', new Date(now.getTime() - keptMs))
    .orderBy('created_at')
    .limit(deletedAtOnce);
  const { numDeletedRows } = await db.deleteFrom('notification').where('id', 'in', old).executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}
