import type { Database } from '@connector/database';
import { failuresMail, type Mailer, mostRowsInMail } from '@connector/outbound';
import { noteToldPayments, readFailures } from './failures-table.ts';

export type MailFailuresDeps = {
  readonly db: Database;
  /** Undefined: mail is off. */
  readonly mailer: Mailer | undefined;
};

/**
 * Sends the operator one mail with everything that is failed now and with payments by buyers that were or will be lost, or none if
 * there is nothing (workflows.md, section 7). Throws `mail_not_sent` if the mail server does not take it.
 */
export async function mailFailures({ db, mailer }: MailFailuresDeps): Promise<string> {
  if (!mailer) return 'mail is off';
  const failures = await readFailures(db, mostRowsInMail);
  const total = Object.values(failures).reduce((sum, ofKind) => sum + ofKind.total, 0);
  if (total === 0) return 'nothing is failed';
  await mailer.send(failuresMail(failures));
  await noteToldPayments(
    db,
    failures.payments.rows.map(({ internalId }) => internalId),
  );
  return `${total} failures mailed`;
}
