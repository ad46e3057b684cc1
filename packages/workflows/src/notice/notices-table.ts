import type { Database } from '@connector/database';
import { jobHasMs } from '../retry-pauses.ts';

/** Something the operator is to be told (interfaces.md, "Notifications"). */
export type Notice = {
  readonly type: NoticeType;
  /** The event or change it is about, for example `account.updated/evt_1`: a second notice of the same is none. */
  readonly about: string;
  readonly payload: Readonly<Record<string, string | number | null>>;
};

export type NoticeType =
  | 'account.updated'
  | `${'transfer' | 'payout' | 'refund'}.failed`
  | `${'transfer' | 'payout' | 'refund'}.recovered`;

/**
 * Saves notices to be delivered, and gives back the ids of those that are new. To be called in the transaction that records
 * what they tell of; a crash after it loses none.
 */
export async function addNotices(db: Database, notices: readonly Notice[], now: Date): Promise<number[]> {
  if (notices.length === 0) return [];
  const rows = notices.map(({ type, about, payload }) => ({
    ...{ type, about, payload: JSON.stringify(payload), status: 'pending', created_at: now },
    next_try_at: new Date(now.getTime() + jobHasMs),
  }));
  const inserted = await db
    .insertInto('notification')
    .values(rows)
    .onConflict((conflict) => conflict.column('about').doNothing())
    .returning('id')
    .execute();
  return inserted.map(({ id }) => id);
}
