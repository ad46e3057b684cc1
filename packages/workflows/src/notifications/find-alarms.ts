import type { Database } from '@connector/database';
import { assertNever, type Clock } from '@connector/kernel';
import { enqueue, type Queues } from '@connector/queues';
import { addNotices, type Notice } from '../notice/notices-table.ts';
import type { SweepRound } from '../sweep/run-sweep.ts';
import { type PresentState, toldKinds } from './alarm.ts';
import { decideAlarm } from './decide-alarm.ts';
import { type DueAlarm, forgetTold, noteTold, quietAlarm, takeDueAlarms } from './due-alarms-table.ts';
import { deleteOldNotifications } from './notifications-table.ts';
import { readPresentStates } from './present-states-table.ts';

export type FindAlarmsDeps = { readonly db: Database; readonly queues: Queues; readonly now: Clock };

const pageSize = 200;

/**
 * Looks at the operations whose state has changed since the operator was told of it, and tells him what he does not know yet
 * (L32). What was decided and what is to be told is saved together; a crash before the jobs are added costs a few minutes.
 */
export async function findAlarms(deps: FindAlarmsDeps, round: SweepRound): Promise<string> {
  const { db, queues, now } = deps;
  const startedAt = now();
  let looked = 0;
  let told = 0;
  for (let more = true; more; ) {
    const page = await db.transaction().execute((transaction) => lookAtPage(transaction, startedAt, now()));
    const ids = page.noticeIds.map((notificationId) => ({ notificationId }));
    await enqueue(queues, 'notifications.deliver', ids);
    looked += page.looked;
    told += ids.length;
    more = page.looked === pageSize;
    await round.renew();
  }
  const deleted = await deleteOldNotifications(db, startedAt);
  return `${looked} operations looked at, ${told} notices, ${deleted} old ones deleted`;
}

async function lookAtPage(db: Database, startedAt: Date, now: Date): Promise<{ looked: number; noticeIds: number[] }> {
  const alarms = await takeDueAlarms(db, startedAt, pageSize);
  const notices: Notice[] = [];
  for (const kind of toldKinds) {
    const ofKind = alarms.filter((alarm) => alarm.kind === kind);
    const present = await readPresentStates(
      db,
      kind,
      ofKind.map(({ operationId }) => operationId),
    );
    for (const alarm of ofKind) {
      const notice = await settleAlarm(db, alarm, present.get(alarm.operationId), now);
      if (notice) notices.push(notice);
    }
  }
  return { looked: alarms.length, noticeIds: await addNotices(db, notices, now) };
}

/** Records what is decided about one alarm; gives back the notice, if one is due. */
async function settleAlarm(
  db: Database,
  alarm: DueAlarm,
  present: PresentState | undefined,
  now: Date,
): Promise<Notice | undefined> {
  const decision = decideAlarm(alarm.told, present);
  switch (decision.kind) {
    case 'tell':
      await noteTold(db, alarm, decision.present, now);
      return noticeOf(alarm, decision.news, decision.present);
    case 'forget':
      await forgetTold(db, alarm);
      return undefined;
    case 'keep':
      await quietAlarm(db, alarm);
      return undefined;
    default:
      return assertNever(decision);
  }
}

function noticeOf({ kind, operationId, timesTold }: DueAlarm, news: 'failed' | 'recovered', { payload }: PresentState) {
  return { type: `${kind}.${news}`, about: `${kind}/${operationId}/${timesTold + 1}`, payload } as const;
}
