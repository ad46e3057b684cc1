import { randomBytes } from 'node:crypto';
import type { Clock } from '@connector/kernel';
import type { Request } from 'express';
import { z } from 'zod';
import type { Answer } from '../http/answer.ts';
import { refusal } from './refusal.ts';

export type OauthClient = { readonly clientId: string; readonly clientSecret: string };

export type Authentication = {
  /** Undefined lets the request in. */
  admit(request: Request): Answer | undefined;
  /** The token endpoint of OAuth 2 client credentials (RFC 6749, sections 4.4 and 5.2). */
  issueToken(request: Request): Answer;
};

const tokenSeconds = 3_600;

const tokenForm = z.object({ grant_type: z.string(), client_id: z.string(), client_secret: z.string() });

/** Who may ask: the bare key, the key as a bearer token, or a token issued here that has not run out. */
export function createAuthentication(apiKey: string, oauth: OauthClient, clock: Clock): Authentication {
  const validUntil = new Map<string, number>();
  return {
    admit(request) {
      const given = request.get('authorization') ?? '';
      const bearer = /^Bearer (.+)$/.exec(given)?.[1];
      const isKey = given === apiKey || bearer === apiKey;
      const isToken = bearer !== undefined && (validUntil.get(bearer) ?? 0) > clock().getTime();
      return isKey || isToken ? undefined : refusal(401, 'Unauthorized');
    },
    issueToken(request) {
      const form = tokenForm.safeParse(request.is('application/x-www-form-urlencoded') ? request.body : undefined);
      if (!form.success) return { status: 400, body: { error: 'invalid_request' } };
      const { grant_type, client_id, client_secret } = form.data;
      if (grant_type !== 'client_credentials') return { status: 400, body: { error: 'unsupported_grant_type' } };
      const isKnown = client_id === oauth.clientId && client_secret === oauth.clientSecret;
      if (!isKnown) return { status: 401, body: { error: 'invalid_client' } };
      const token = randomBytes(24).toString('base64url');
      validUntil.set(token, clock().getTime() + tokenSeconds * 1_000);
      return { status: 200, body: { access_token: token, token_type: 'bearer', expires_in: tokenSeconds } };
    },
  };
}
