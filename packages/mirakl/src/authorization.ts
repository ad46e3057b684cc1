import type { Clock } from '@connector/kernel';
import { z } from 'zod';
import type { Exchange } from './exchange.ts';
import { unexpectedAnswer } from './mirakl-error.ts';

/** Mirakl's three ways: the bare key (older instances), an operator's bearer token, OAuth 2 client credentials. */
export type MiraklAuth =
  | { readonly scheme: 'key' | 'bearer'; readonly apiKey: string }
  | { readonly scheme: 'oauth'; readonly clientId: string; readonly clientSecret: string; readonly tokenUrl: string };

/**
 * Gives the `Authorization` header. `refused` is the header that Mirakl has just refused: another one comes back if
 * there can be one.
 */
export type Authorize = (refused?: string) => Promise<string>;

/** A token is renewed so long before it runs out, for requests that are under way. */
const renewAheadMs = 60_000;

type Token = { readonly header: string; readonly renewAt: number };

/** The way to the `Authorization` header. Calls made at the same time share one request for a token. */
export function authorization(auth: MiraklAuth, exchange: Exchange, clock: Clock): Authorize {
  if (auth.scheme !== 'oauth') {
    const header = auth.scheme === 'bearer' ? `Bearer ${auth.apiKey}` : auth.apiKey;
    return () => Promise.resolve(header);
  }
  let token: Token | undefined;
  let renewal: Promise<Token> | undefined;
  const renew = async () => {
    token = await requestToken(auth, exchange, clock);
    return token;
  };
  return async (refused) => {
    if (token && token.header !== refused && clock().getTime() < token.renewAt) return token.header;
    renewal ??= renew().finally(() => {
      renewal = undefined;
    });
    return (await renewal).header;
  };
}

const tokenAnswer = z.object({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().positive().default(3_600),
});

async function requestToken(
  auth: MiraklAuth & { readonly scheme: 'oauth' },
  exchange: Exchange,
  clock: Clock,
): Promise<Token> {
  const form = { grant_type: 'client_credentials', client_id: auth.clientId, client_secret: auth.clientSecret };
  const { body, statusCode } = await exchange('token', auth.tokenUrl, { method: 'POST', form });
  const answer = parseToken(body);
  if (!answer) throw unexpectedAnswer('token', 'no access_token; is MIRAKL_AUTH_URL right?', statusCode);
  const lifetimeMs = answer.expires_in * 1_000;
  return {
    header: `Bearer ${answer.access_token}`,
    renewAt: clock().getTime() + lifetimeMs - Math.min(renewAheadMs, lifetimeMs / 10),
  };
}

function parseToken(body: string): z.output<typeof tokenAnswer> | undefined {
  try {
    return tokenAnswer.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}
