import { z } from 'zod';
import type { Environment } from './environment.ts';
import { httpsUrl, integer, numbersByName, secret, text, words } from './values.ts';

export type MiraklAuth =
  | { readonly scheme: 'key' | 'bearer'; readonly apiKey: string }
  | { readonly scheme: 'oauth'; readonly clientId: string; readonly clientSecret: string; readonly tokenUrl: string };

export type MiraklConfig = {
  readonly baseUrl: string;
  readonly auth: MiraklAuth;
  readonly timeoutMs: number;
  readonly requestsPerSecond: number;
  /** By operation, where the operator may call more often than Mirakl's contract says. */
  readonly intervalsMs: Readonly<Record<string, number>>;
  readonly payOutPspCodes: ReadonlySet<string>;
  /** Undefined: all. */
  readonly shopModels: ReadonlySet<string> | undefined;
};

/** How to reach Mirakl, and which of its orders and invoices are ours. */
export function readMirakl(env: Environment): MiraklConfig {
  const seconds = env.withDefault('MIRAKL_CALL_INTERVALS', numbersByName, {}) ?? {};
  const models = env.optional('MIRAKL_SHOP_MODELS', words);
  return {
    baseUrl: env.required('MIRAKL_HOST_NAME', httpsUrl),
    auth: readAuth(env),
    timeoutMs: env.withDefault('MIRAKL_TIMEOUT_MS', integer(100, 600_000), 30_000),
    requestsPerSecond: env.withDefault('MIRAKL_RATE_LIMIT_PER_SECOND', integer(1, 1_000), 10),
    intervalsMs: Object.fromEntries(Object.entries(seconds).map(([operation, each]) => [operation, each * 1_000])),
    payOutPspCodes: new Set(env.withDefault('MIRAKL_PAY_OUT_PSP_CODES', words, ['NOT_SPECIFIED', 'OPERATOR'])),
    shopModels: models && new Set(models),
  };
}

function readAuth(env: Environment): MiraklAuth {
  const clientId = env.optional('MIRAKL_CLIENT_ID', text);
  const clientSecret = env.optional('MIRAKL_CLIENT_SECRET', secret(8));
  const tokenUrl = env.optional('MIRAKL_AUTH_URL', httpsUrl);
  const oauth = { MIRAKL_CLIENT_ID: clientId, MIRAKL_CLIENT_SECRET: clientSecret, MIRAKL_AUTH_URL: tokenUrl };
  const missing = Object.entries(oauth).filter(([, value]) => value === undefined);
  if (missing.length === 3) {
    const scheme = env.withDefault('MIRAKL_AUTH_SCHEME', z.enum(['key', 'bearer'], 'must be key or bearer'), 'key');
    return { scheme, apiKey: env.required('MIRAKL_API_KEY', secret(8)) };
  }
  for (const [variable] of missing) env.report(variable, 'is needed beside the other two of OAuth 2');
  return { scheme: 'oauth', clientId: clientId ?? '', clientSecret: clientSecret ?? '', tokenUrl: tokenUrl ?? '' };
}
