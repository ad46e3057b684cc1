import { z } from 'zod';

export type DatabaseTarget = {
  /** `postgres://…` without the parameters that only the old connector understands. */
  readonly url: string;
  /** Undefined: without TLS. */
  readonly ssl: { readonly rejectUnauthorized: boolean } | undefined;
};

const forTheOldConnector = ['charset', 'serverVersion'];

/**
 * A PostgreSQL URL, the old connector's spelling included. TLS by `sslmode` as libpq means it: `require` encrypts without
 * looking at the certificate, `verify-ca` and `verify-full` look at it.
 */
export const databaseUrl = z.string().transform((value, context): DatabaseTarget => {
  const spelled = value.replace(/^(pgsql|postgresql):/, 'postgres:');
  if (!URL.canParse(spelled) || !spelled.startsWith('postgres://')) {
    context.addIssue('must be a URL such as postgres://user:password@host:5432/name');
    return z.NEVER;
  }
  const url = new URL(spelled);
  const mode = url.searchParams.get('sslmode') ?? 'disable';
  for (const name of [...forTheOldConnector, 'sslmode']) url.searchParams.delete(name);
  switch (mode) {
    case 'disable':
    case 'allow':
    case 'prefer':
      return { url: url.href, ssl: undefined };
    case 'require':
    case 'no-verify':
      return { url: url.href, ssl: { rejectUnauthorized: false } };
    case 'verify-ca':
    case 'verify-full':
      return { url: url.href, ssl: { rejectUnauthorized: true } };
    default:
      context.addIssue('has an sslmode that is none of disable, require, verify-ca, verify-full');
      return z.NEVER;
  }
});
