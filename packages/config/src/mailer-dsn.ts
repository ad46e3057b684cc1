import { z } from 'zod';

export type MailServer = {
  readonly host: string;
  readonly port: number;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly encryption: 'ssl' | 'tls' | 'none';
};

/**
 * Where mail is handed in, as the old connector writes it: `smtp://user:pass@host:port/?encryption=ssl&auth_mode=login`;
 * `smtp://null` and `null://…` switch mail off.
 */
export const mailerDsn = z.string().transform((value, context): MailServer | 'off' => {
  if (/^(null:\/\/|smtp:\/\/null\b)/.test(value)) return 'off';
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const scheme = url?.protocol;
  if (!url || (scheme !== 'smtp:' && scheme !== 'smtps:') || url.hostname === '') {
    context.addIssue('must be a DSN such as smtp://user:password@host:587/?encryption=tls, or smtp://null');
    return z.NEVER;
  }
  const encryption = scheme === 'smtps:' ? 'ssl' : encryptions.get(url.searchParams.get('encryption') ?? '');
  if (encryption === undefined) {
    context.addIssue('must have encryption=ssl, encryption=tls, or none');
    return z.NEVER;
  }
  const [username, password] = [decode(url.username), decode(url.password)];
  if (username === undefined || password === undefined) {
    context.addIssue('has a % in user or password that is not written as %25');
    return z.NEVER;
  }
  return {
    host: url.hostname,
    port: Number(url.port) || (encryption === 'ssl' ? 465 : 587),
    username: username || undefined,
    password: password || undefined,
    encryption,
  };
});

/** Ours by the DSN's words; one that is mistyped must not send mail in the clear. */
const encryptions: ReadonlyMap<string, MailServer['encryption']> = new Map([
  ['ssl', 'ssl'],
  ['tls', 'tls'],
  ['none', 'none'],
  ['null', 'none'],
  ['', 'none'],
]);

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
