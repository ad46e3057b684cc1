import { isSameSecret } from '@connector/kernel';
import type { Logger } from '@connector/observability';
import express, { Router } from 'express';
import { rateLimit } from 'express-rate-limit';
import type { Pages } from './pages.ts';
import { logIn, operator, type Session } from './session.ts';

export type LoginDeps = {
  readonly password: string;
  readonly pages: Pages;
  readonly log: Logger;
  readonly now: () => Date;
};

const windowMs = 15 * 60_000;
const wrongTries = 10;

/** The login page, what it posts to, and the way out. Ten wrong passwords in a quarter of an hour are enough. */
export function login({ password, pages, log, now }: LoginDeps): Router {
  const throttle = rateLimit({
    windowMs,
    limit: wrongTries,
    skipSuccessfulRequests: true,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    handler: (_request, response) =>
      void response.status(429).send(pages.login('Too many tries. Wait a quarter of an hour.')),
  });
  return Router()
    .get('/login', (_request, response) => void response.send(pages.login()))
    .post('/login', throttle, express.urlencoded({ extended: false, limit: '4kb' }), (request, response) => {
      const given: unknown = (request.body as { password?: unknown } | undefined)?.password;
      if (typeof given !== 'string' || !isSameSecret(given, password)) {
        log.warn({ ip: request.ip }, 'login refused');
        response.status(403).send(pages.login('That is not the password.'));
        return;
      }
      logIn(request.session as Session, now());
      log.info({ actor: operator, ip: request.ip }, 'logged in');
      response.redirect(303, '/');
    })
    .post('/logout', (request, response) => {
      request.session = null;
      response.redirect(303, '/login');
    });
}
