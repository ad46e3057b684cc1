import type { Database } from '@connector/database';
import type { Clock } from '@connector/kernel';
import { endpointDownMail, type Mailer } from '@connector/outbound';
import type { NotificationEndpoint } from './deliver-notification.ts';
import { giveMailTurnBack, takeMailTurn } from './mail-turns-table.ts';
import { findNotification } from './notifications-table.ts';

export type MailEndpointDownDeps = {
  readonly db: Database;
  readonly now: Clock;
  readonly endpoint: NotificationEndpoint | undefined;
  /** Undefined: mail is off. */
  readonly mailer: Mailer | undefined;
  /** Between two mails, over all workers together; 0 for no pause. */
  readonly mailCooldownMs: number;
};

const topic = 'notification-endpoint-down';

/**
 * Sends the mail about a notification that could not be delivered, unless one was sent lately. Throws `mail_not_sent` if the
 * mail server does not take it; the turn is then given back.
 */
export async function mailEndpointDown(
  { db, now, endpoint, mailer, mailCooldownMs }: MailEndpointDownDeps,
  { notificationId }: { notificationId: number },
): Promise<string> {
  if (!endpoint || !mailer) return 'switched off';
  const notification = await findNotification(db, notificationId);
  if (!notification || notification.status === 'delivered') return 'delivered meanwhile';
  const takenAt = now();
  if (!(await takeMailTurn(db, topic, mailCooldownMs, takenAt))) return 'a mail was sent lately';
  const { type, payload, last_error } = notification;
  try {
    await mailer.send(
      endpointDownMail({ url: endpoint.url, error: last_error ?? 'unknown', notification: { type, payload } }),
    );
  } catch (error) {
    await giveMailTurnBack(db, topic, takenAt);
    throw error;
  }
  return 'mailed';
}
