import { isSameSecret } from '@connector/kernel';
import type { Logger } from '@connector/observability';
import { type RequestHandler, Router } from 'express';
import { rateLimit } from 'express-rate-limit';

const windowMs = 15 * 60_000;
const wrongTokens = 20;

/**
 * Lets in who knows the operator's token. Twenty wrong ones in a quarter of an hour are answered, further ones from the same
 * address put off. The right one is never put off: others may share the address.
 */
export function requireToken({ token, log }: { readonly token: string; readonly log: Logger }): Router {
  const check: RequestHandler = (request, response, next) => {
    const given = request.get('x-auth-token');
    if (!given) response.status(401).json({ message: 'Authentication Required' });
    else if (isSameSecret(given, token)) next('router');
    else next();
  };
  const throttle = rateLimit({
    windowMs,
    limit: wrongTokens,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    // Anybody can send X-Forwarded-For; from strangers it is not looked at, and is nothing to complain of.
    validate: { xForwardedForHeader: false, forwardedHeader: false },
    handler: (_request, response) =>
      void response.status(429).json({ message: 'Too many wrong tokens. Wait a quarter of an hour.' }),
  });
  const refuse: RequestHandler = (request, response) => {
    log.warn({ requestId: response.get('x-request-id'), ip: request.ip }, 'token refused');
    response.status(403).json({ message: 'That is not the token of this API' });
  };
  return Router().use(check, throttle, refuse);
}
