import type { Config } from '@connector/config';
import { createMailer } from '@connector/outbound';
import type { Finding } from './finding.ts';

/** Whether the operator can be told: the mail server lets us in, and notifications are signed. Sends neither. */
export async function checkTelling({ mail, notifications }: Config): Promise<Finding[]> {
  return [await checkMail(mail), checkNotifications(notifications)];
}

async function checkMail(mail: Config['mail']): Promise<Finding> {
  const subject = 'Mail';
  if (!mail) {
    const hint = 'Set MAILER_DSN, TECHNICAL_ALERT_EMAIL and TECHNICAL_ALERT_EMAIL_FROM to be mailed what fails.';
    return { level: 'note', subject, text: 'is off', hint };
  }
  await createMailer(mail).check();
  return { level: 'good', subject, text: `${mail.server.host}:${mail.server.port} lets us in` };
}

function checkNotifications(notifications: Config['notifications']): Finding {
  const subject = 'Notifications';
  if (!notifications) {
    return { level: 'note', subject, text: 'are off', hint: 'docs/notifications.md says what they are good for.' };
  }
  if (notifications.secret !== undefined) return { level: 'good', subject, text: 'are on, and signed' };
  const hint = 'Set OPERATOR_NOTIFICATION_SECRET, so that their receiver can tell them from forged ones.';
  return { level: 'warning', subject, text: 'are not signed', hint };
}
