import type { Database } from '@connector/database';

/** Mails that must not come too often. */
export type MailTopic = 'notification-endpoint-down';

/**
 * Takes the turn to send a mail on this topic; false if one was sent less than `cooldownMs` ago, by whichever worker. 0: there
 * is always a turn.
 */
export async function takeMailTurn(db: Database, topic: MailTopic, cooldownMs: number, now: Date): Promise<boolean> {
  const turn = { last_sent_at: now };
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('mail_sent')
    .values({ topic, ...turn })
    .onConflict((conflict) => {
      const update = conflict.column('topic').doUpdateSet(turn);
      return cooldownMs === 0
        ? update
        : update.where('mail_sent.last_sent_at', '<=', new Date(now.getTime() - cooldownMs));
    })
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

/** Gives back a turn that was taken at that moment and led to no mail. */
export async function giveMailTurnBack(db: Database, topic: MailTopic, takenAt: Date): Promise<void> {
  await db.deleteFrom('mail_sent').where('topic', '=', topic).where('last_sent_at', '=', takenAt).execute();
}
