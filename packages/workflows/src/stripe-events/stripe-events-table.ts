import type { Database } from '@connector/database';
import { jobHasMs } from '../retry-pauses.ts';
import type { IncomingEvent } from './decide-event.ts';

/** Notes that an event has come; false if it has come before. */
export async function insertEvent(
  db: Database,
  event: Pick<IncomingEvent, 'id' | 'type' | 'account' | 'objectId'>,
  now: Date,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('stripe_event')
    .values({
      id: event.id,
      type: event.type,
      account: event.account ?? null,
      object_id: event.objectId ?? null,
      received_at: now,
      next_try_at: new Date(now.getTime() + jobHasMs),
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

/** Whether the account is one of ours. */
export async function isMapped(db: Database, accountId: string): Promise<boolean> {
  const row = await db
    .selectFrom('account_mapping')
    .select('id')
    .where('stripe_account_id', '=', accountId)
    .executeTakeFirst();
  return row !== undefined;
}

/** The ids of the events about this object that nobody has dealt with, oldest first. */
export async function findUnhandledEvents(db: Database, objectId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('stripe_event')
    .select('id')
    .where('object_id', '=', objectId)
    .where('handled_at', 'is', null)
    .orderBy('received_at')
    .execute();
  return rows.map(({ id }) => id);
}

/** Notes that these events were dealt with, and in a few words what became of them. */
export async function markEventsHandled(
  db: Database,
  eventIds: readonly string[],
  outcome: string,
  now: Date,
): Promise<void> {
  if (eventIds.length === 0) return;
  await db
    .updateTable('stripe_event')
    .set({ handled_at: now, outcome, next_try_at: null })
    .where('id', 'in', eventIds)
    .where('handled_at', 'is', null)
    .execute();
}

/** Events whose job should have dealt with them by now; each is asked for again in a few minutes. */
export async function takeEventsWithoutJob(
  db: Database,
  now: Date,
  limit: number,
): Promise<Pick<IncomingEvent, 'id' | 'type' | 'account' | 'objectId'>[]> {
  const due = db
    .selectFrom('stripe_event')
    .select('id')
    .where('handled_at', 'is', null)
    .where('next_try_at', '<=', now)
    .orderBy('next_try_at')
    .limit(limit)
    .forUpdate()
    .skipLocked();
  const rows = await db
    .updateTable('stripe_event')
    .set({ next_try_at: new Date(now.getTime() + jobHasMs) })
    .where('id', 'in', due)
    .returning(['id', 'type', 'account', 'object_id'])
    .execute();
  return rows.map(({ object_id, account, ...row }) => ({
    ...row,
    account: account ?? undefined,
    objectId: object_id ?? undefined,
  }));
}

/** Forgets events that were dealt with before that moment, a limited number at a time; gives back how many. */
export async function deleteHandledEvents(db: Database, before: Date, limit: number): Promise<number> {
  const old = db
    .selectFrom('stripe_event')
    .select('id')
    .where('received_at', '<', before)
    .where('handled_at', 'is not', null)
    .limit(limit);
  const { numDeletedRows } = await db.deleteFrom('stripe_event').where('id', 'in', old).executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}
