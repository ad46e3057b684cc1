import { ConnectorError } from '@connector/kernel';
import { createTransport } from 'nodemailer';
import type { Mail } from './mails/mail.ts';

/** Sends mail to the operator. */
export type Mailer = {
  /** Hands one mail in. Throws `mail_not_sent` if the server does not take it. */
  send(mail: Mail): Promise<void>;
  /** Connects and logs in, and sends nothing. Throws `mail_not_sent` like `send`. */
  check(): Promise<void>;
};

export type MailerOptions = {
  readonly server: {
    readonly host: string;
    readonly port: number;
    readonly username: string | undefined;
    readonly password: string | undefined;
    /** `ssl`: from the first byte; `tls`: STARTTLS, or no mail; `none`: STARTTLS if the server offers it, with whatever certificate. */
    readonly encryption: 'ssl' | 'tls' | 'none';
  };
  readonly from: string;
  readonly to: string;
  /** What handing in one mail may take altogether; 30 seconds unless given. */
  readonly timeoutMs?: number;
};

/** A way to send mail through this server. Opens nothing before the first mail, and a connection for each. */
export function createMailer({ server, from, to, timeoutMs = 30_000 }: MailerOptions): Mailer {
  const { host, port, username, password } = server;
  const waitMs = Math.min(10_000, timeoutMs);
  const transport = createTransport({
    ...{ host, port, ...encryptionOptions[server.encryption] },
    ...(username === undefined ? {} : { auth: { user: username, pass: password ?? '' } }),
    ...{ dnsTimeout: waitMs, connectionTimeout: waitMs, greetingTimeout: waitMs, socketTimeout: timeoutMs },
    // A mail is what we say, never a file or page that its text names.
    ...{ disableFileAccess: true, disableUrlAccess: true },
  });
  const translated = (error: unknown): never => {
    throw notSent(`${host}:${port}`, error as NodemailerFacts);
  };
  // RFC 3834: nobody's absence notice should come back.
  const headers = { 'Auto-Submitted': 'auto-generated' };
  return {
    async send({ subject, html, text }) {
      const signal = AbortSignal.timeout(timeoutMs);
      await transport.sendMail({ from, to, subject, html, text, headers, signal }).catch(translated);
    },
    async check() {
      await transport.verify().catch(translated);
    },
  };
}

const encryptionOptions = {
  ssl: { secure: true },
  tls: { secure: false, requireTLS: true },
  none: { secure: false, opportunisticTLS: true, tls: { rejectUnauthorized: false } },
};

/** What nodemailer says of an error. Its message holds the server's words, which may quote addresses or credentials. */
type NodemailerFacts = {
  readonly code?: string;
  /** The system's, such as `ECONNREFUSED`. */
  readonly originalCode?: string;
  /** SMTP. */
  readonly responseCode?: number;
};

function notSent(where: string, { code = 'unknown', originalCode, responseCode }: NodemailerFacts): ConnectorError {
  const facts = [originalCode ?? code, ...(responseCode === undefined ? [] : [`answer ${responseCode}`])].join(', ');
  const advice = adviceOn[code];
  return new ConnectorError(
    `Mail cannot be sent through ${where} (${facts})${advice === undefined ? '' : `: ${advice}`}`,
    {
      code: 'mail_not_sent',
      retryable: true,
    },
  );
}

const isItThere = 'check host, port and encryption in MAILER_DSN, and that the server runs';

const adviceOn: Readonly<Record<string, string>> = {
  EAUTH: 'check user and password in MAILER_DSN',
  EENVELOPE: 'check TECHNICAL_ALERT_EMAIL and TECHNICAL_ALERT_EMAIL_FROM',
  ...{ EABORT: isItThere, ECONNECTION: isItThere, EDNS: isItThere, ESOCKET: isItThere, ETIMEDOUT: isItThere },
  ETLS: 'check encryption in MAILER_DSN, and the certificate of the server',
};
