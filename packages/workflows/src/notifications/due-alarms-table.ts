import type { Database } from '@connector/database';
import { type AlarmSubject, type PresentState, type Told, type ToldKind, toldKinds } from './alarm.ts';

export type DueAlarm = AlarmSubject & { readonly told: Told; readonly timesTold: number };

/**
 * Takes alarms that somebody should look at, the longest due first. They stay locked until the transaction ends: a change of
 * the operation that comes meanwhile makes its alarm due again afterwards.
 */
export async function takeDueAlarms(db: Database, now: Date, limit: number): Promise<DueAlarm[]> {
  const rows = await db
    .selectFrom('operation_alarm')
    .select(['kind', 'operation_id', 'told_status', 'told_reason', 'times_told'])
    .where('due_at', '<=', now)
    .where('kind', 'in', toldKinds)
    .orderBy('due_at')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute();
  return rows.map((row) => ({
    kind: row.kind as ToldKind,
    operationId: row.operation_id,
    told: { status: row.told_status, reason: row.told_reason },
    timesTold: row.times_told,
  }));
}

/** Notes that an alarm was looked at and that there is nothing to tell. */
export async function quietAlarm(db: Database, alarm: AlarmSubject): Promise<void> {
  await ofAlarm(db, alarm).set({ due_at: null }).execute();
}

/** Notes what the operator is told of the operation now. */
export async function noteTold(
  db: Database,
  alarm: DueAlarm,
  { status, reason }: PresentState,
  now: Date,
): Promise<void> {
  await ofAlarm(db, alarm)
    .set({ due_at: null, told_status: status, told_reason: reason, told_at: now, times_told: alarm.timesTold + 1 })
    .execute();
}

/** Notes that what the operator was told counts no more: should the operation fail again, that is news. */
export async function forgetTold(db: Database, alarm: AlarmSubject): Promise<void> {
  await ofAlarm(db, alarm).set({ due_at: null, told_status: null, told_reason: null }).execute();
}

function ofAlarm(db: Database, { kind, operationId }: AlarmSubject) {
  return db.updateTable('operation_alarm').where('kind', '=', kind).where('operation_id', '=', operationId);
}
