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
  const asked = url.searchParams.get('encryption');
  const encryption = scheme === 'smtps:' || asked === 'ssl' ? 'ssl' : asked === 'tls' ? 'tls' : 'none';
  return {
    host: url.hostname,
    port: Number(url.port) || (encryption === 'ssl' ? 465 : 587),
    username: decodeURIComponent(url.username) || undefined,
    password: decodeURIComponent(url.password) || undefined,
    encryption,
  };
});
