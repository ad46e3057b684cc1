import { randomBytes } from 'node:crypto';
import type { Clock } from '@connector/kernel';
import type { Request } from 'express';
import type { Answer } from '../http/answer.ts';
import { refusal } from './refusal.ts';

export type OauthClient = { readonly clientId: string; readonly clientSecret: string };

export type Authentication = {
  /** Undefined lets the request in. */
  admit(request: Request): Answer | undefined;
  /** The token endpoint of OAuth 2 client credentials. */
  issueToken(request: Request): Answer;
};

const tokenSeconds = 3_600;

/** Who may ask: the bare key, the key as a bearer token, or a token issued here that has not run out. */
export function createAuthentication(apiKey: string, oauth: OauthClient, clock: Clock): Authentication {
  const validUntil = new Map<string, number>();
  return {
    admit(request) {
      const given = request.get('authorization') ?? '';
      const token = given.replace(/^Bearer /, '');
      if (token === apiKey || (validUntil.get(token) ?? 0) > clock().getTime()) return undefined;
      return refusal(401, 'Unauthorized');
    },
    issueToken({ body }) {
      const { grant_type, client_id, client_secret } = body as Record<string, unknown>;
      const known = client_id === oauth.clientId && client_secret === oauth.clientSecret;
      if (grant_type !== 'client_credentials' || !known) return { status: 401, body: { error: 'invalid_client' } };
      const token = randomBytes(24).toString('base64url');
      validUntil.set(token, clock().getTime() + tokenSeconds * 1_000);
      return { status: 200, body: { access_token: token, token_type: 'bearer', expires_in: tokenSeconds } };
    },
  };
}
