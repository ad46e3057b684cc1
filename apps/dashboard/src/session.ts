import { hkdfSync } from 'node:crypto';
import cookieSession from 'cookie-session';
import type { RequestHandler } from 'express';

/** Whom logs name: there is one password, so there is one person. */
export const operator = 'operator';

const sessionMs = 12 * 3_600_000;

/** What the signed cookie says of who is logged in. */
export type Session = { user?: string; expiresAt?: number };

/**
 * Sessions in a signed cookie that scripts cannot read and other sites cannot send. The key comes from the password, so a new
 * password ends all sessions. The cookie is kept to https when the login came over https, as trusted proxies tell it.
 */
export function sessions(password: string): RequestHandler {
  const key = Buffer.from(hkdfSync('sha256', password, '', 'connector dashboard session', 32)).toString('base64url');
  return cookieSession({ name: 'connector', keys: [key], maxAge: sessionMs, httpOnly: true, sameSite: 'strict' });
}

/** Begins a session of the operator. */
export function logIn(session: Session, now: Date): void {
  session.user = operator;
  session.expiresAt = now.getTime() + sessionMs;
}

/** Sends everybody who is not logged in to the login page; programs get 401. */
export function requireLogin(now: () => Date): RequestHandler {
  return (request, response, next) => {
    const session = request.session as Session | null;
    if (session?.user === operator && (session.expiresAt ?? 0) > now().getTime()) return next();
    if (request.method === 'GET' && request.accepts(['html', 'json']) === 'html')
      return response.redirect(303, '/login');
    response.status(401).json({ error: 'Log in first' });
  };
}
