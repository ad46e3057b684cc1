import { z } from 'zod';

type Node = { readonly host: string; readonly port: number };
type Login = { readonly username: string | undefined; readonly password: string | undefined; readonly tls: boolean };

export type RedisTarget =
  | { readonly kind: 'single'; readonly url: string }
  | ({
      readonly kind: 'sentinel';
      readonly sentinels: readonly Node[];
      readonly masterName: string;
      readonly db: number | undefined;
    } & Login)
  | ({ readonly kind: 'cluster'; readonly nodes: readonly Node[] } & Login);

/**
 * One server: `redis://[user:password@]host:6379[/0]`, `rediss://` with TLS.
 * Sentinel: `redis+sentinel://[user:password@]host:26379,host:26379/master-name[/0]`.
 * Cluster: `redis+cluster://[user:password@]host:6379,host:6379`. Both with TLS as `rediss+…`.
 */
export const redisUrl = z.string().transform((value, context): RedisTarget => {
  const [, scheme = '', credentials, hosts = '', path = ''] =
    /^(rediss?(?:\+sentinel|\+cluster)?):\/\/(?:([^@/]*)@)?([^/?]+)(?:\/([^?]*))?/.exec(value) ?? [];
  const defaultPort = scheme.endsWith('sentinel') ? 26_379 : 6_379;
  const nodes = hosts.split(',').map((host) => nodeOf(host, defaultPort));
  if (scheme === '' || nodes.some((node) => node === undefined)) {
    context.addIssue('must be a URL such as redis://host:6379, redis+sentinel://… or redis+cluster://…');
    return z.NEVER;
  }
  if (!scheme.includes('+')) return { kind: 'single', url: value };
  const [username, password] = (credentials ?? '').split(':').map(decodeURIComponent);
  const login = { username: username || undefined, password: password || undefined, tls: scheme.startsWith('rediss') };
  const known = nodes.filter((node) => node !== undefined);
  if (scheme.endsWith('cluster')) return { kind: 'cluster', nodes: known, ...login };
  const [masterName = '', db] = path.split('/');
  if (masterName === '') {
    context.addIssue('must name the master: redis+sentinel://host:26379/master-name');
    return z.NEVER;
  }
  return { kind: 'sentinel', sentinels: known, masterName, db: db === undefined ? undefined : Number(db), ...login };
});

function nodeOf(text: string, defaultPort: number): Node | undefined {
  const [, host, port] = /^([^:]+|\[[^\]]+\])(?::(\d{1,5}))?$/.exec(text.trim()) ?? [];
  return host === undefined ? undefined : { host, port: Number(port ?? defaultPort) };
}
