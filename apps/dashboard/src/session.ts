import { hkdfSync } from 'node:crypto';
import cookieSession from 'cookie-session';
import type { RequestHandler } from 'express';

const sessionMs = 12 * 3_600_000;

/** What the signed cookie says of who is logged in. */
export type Session = { user?: string; expiresAt?: number };

/**
 * Sessions in a signed cookie that scripts cannot read and other sites cannot send. The key comes from the password, so a new
 * password ends all sessions. `secure`: only over https.
 */
export function sessions(password: string, secure: boolean): RequestHandler {
  const key = Buffer.from(hkdfSync('sha256', password, '', 'connector dashboard session', 32)).toString('base64url');
  return cookieSession({
    name: 'connector',
    keys: [key],
    maxAge: sessionMs,
    httpOnly: true,
    sameSite: 'strict',
    secure,
  });
}

/** Begins a session. */
export function logIn(session: Session, user: string, now: Date): void {
  session.user = user;
  session.expiresAt = now.getTime() + sessionMs;
}

/** Who is logged in; undefined if nobody is, or no longer. */
function userOf(session: Session | null | undefined, now: Date): string | undefined {
  return session?.user !== undefined && (session.expiresAt ?? 0) > now.getTime() ? session.user : undefined;
}

/** Sends everybody who is not logged in to the login page; programs get 401. */
export function requireLogin(now: () => Date): RequestHandler {
  return (request, response, next) => {
    if (userOf(request.session as Session, now())) return next();
    if (request.method === 'GET' && request.accepts(['html', 'json']) === 'html')
      return response.redirect(303, '/login');
    response.status(401).json({ error: 'Log in first' });
  };
}
