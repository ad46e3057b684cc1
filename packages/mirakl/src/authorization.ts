import type { Clock } from '@connector/kernel';
import type { Got } from 'got';
import { z } from 'zod';
import { MiraklError } from './mirakl-error.ts';
import { translateError } from './translate-error.ts';

/** Mirakl's three ways: the bare key (older instances), an operator's bearer token, OAuth 2 client credentials. */
export type MiraklAuth =
  | { readonly scheme: 'key' | 'bearer'; readonly apiKey: string }
  | { readonly scheme: 'oauth'; readonly clientId: string; readonly clientSecret: string; readonly tokenUrl: string };

/** Gives the `Authorization` header. With `refresh` a token that was refused is replaced. */
export type Authorize = {
  (http: Got, options: { refresh: boolean }): Promise<string>;
  readonly canRefresh: boolean;
};

/** A token is renewed so long before it runs out, for requests that are under way. */
const renewAheadMs = 60_000;

type Token = { readonly header: string; readonly validUntil: number };

/** The way to the `Authorization` header. Calls made at the same time share one request for a token. */
export function authorization(auth: MiraklAuth, clock: Clock): Authorize {
  if (auth.scheme !== 'oauth') {
    const header = auth.scheme === 'bearer' ? `Bearer ${auth.apiKey}` : auth.apiKey;
    return Object.assign(() => Promise.resolve(header), { canRefresh: false });
  }
  let token: Promise<Token> | undefined;
  const authorize = async (http: Got, { refresh }: { refresh: boolean }) => {
    const current = refresh ? undefined : await token?.catch(() => undefined);
    if (!current || current.validUntil <= clock().getTime()) token = requestToken(http, auth, clock);
    const asked = token ?? requestToken(http, auth, clock);
    return (await asked).header;
  };
  return Object.assign(authorize, { canRefresh: true });
}

const tokenAnswer = z.object({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().positive().default(3_600),
});

async function requestToken(http: Got, auth: MiraklAuth & { scheme: 'oauth' }, clock: Clock): Promise<Token> {
  const form = { grant_type: 'client_credentials', client_id: auth.clientId, client_secret: auth.clientSecret };
  try {
    const { body } = await http.post(auth.tokenUrl, { form, responseType: 'text', retry: { methods: ['POST'] } });
    const answer = tokenAnswer.parse(JSON.parse(body));
    return {
      header: `Bearer ${answer.access_token}`,
      validUntil: clock().getTime() + answer.expires_in * 1_000 - renewAheadMs,
    };
  } catch (error) {
    if (!(error instanceof z.ZodError || error instanceof SyntaxError)) throw translateError(error, 'token');
    throw new MiraklError('the token endpoint of Mirakl gave an answer without access_token: check MIRAKL_AUTH_URL', {
      code: 'mirakl_unexpected_answer',
      operation: 'token',
      retryable: false,
    });
  }
}
