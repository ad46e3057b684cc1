import type { Database } from '@connector/database';
import { failuresMail, type Mailer, mostRowsInMail } from '@connector/outbound';
import { noteToldPayments, readFailures } from './failures-table.ts';
import { readOpenDifferences } from './open-differences-table.ts';

export type MailFailuresDeps = {
  readonly db: Database;
  /** Undefined: mail is off. */
  readonly mailer: Mailer | undefined;
};

/**
 * Sends the operator one mail with everything that is failed now, with payments by buyers that were or will be lost, and with
 * differences that the last reconciliation has found, or none if there is nothing (workflows.md, section 7). Throws `mail_not_sent` if the mail server does not take it.
 */
export async function mailFailures({ db, mailer }: MailFailuresDeps): Promise<string> {
  if (!mailer) return 'mail is off';
  const failures = await readFailures(db, mostRowsInMail);
  const differences = await readOpenDifferences(db, mostRowsInMail);
  const total = Object.values(failures).reduce((sum, ofKind) => sum + ofKind.total, 0);
  if (total + differences.total === 0) return 'nothing is failed';
  await mailer.send(failuresMail({ ...failures, differences }));
  await noteToldPayments(
    db,
    failures.payments.rows.map(({ internalId }) => internalId),
  );
  return differences.total === 0
    ? `${total} failures mailed`
    : `${total} failures, ${differences.total} differences mailed`;
}
