import { createMailer } from '@connector/outbound';
import { startMailServer } from '@connector/testing/mail-server';
import { onTestFinished } from 'vitest';

/** The operator's mailbox on a real mail server, and a mailer that writes to it. Ends with the test. */
export async function openMailbox() {
  const mailbox = await startMailServer();
  onTestFinished(() => mailbox.close());
  const login = { username: undefined, password: undefined, encryption: 'none' } as const;
  const mailer = createMailer({
    server: { ...login, host: mailbox.host, port: mailbox.port },
    from: 'connector@example.com',
    to: 'operator@example.com',
  });
  return { mailbox, mailer };
}
