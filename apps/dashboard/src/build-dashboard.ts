import { fileURLToPath } from 'node:url';
import type { Database } from '@connector/database';
import { answerHealth, type HealthOptions, type Logger, measureReadiness } from '@connector/observability';
import type { Queues } from '@connector/queues';
import { readOverview } from '@connector/workflows';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import { bullBoard } from './bull-board.ts';
import { login } from './login.ts';
import { overviewPage } from './overview-page.ts';
import { createPages } from './pages.ts';
import { readPlannedSweeps, readQueues } from './read-queues.ts';
import { sameOrigin } from './same-origin.ts';
import { requireLogin, sessions } from './session.ts';

export type DashboardDeps = HealthOptions & {
  readonly db: Database;
  readonly queues: Queues;
  readonly password: string;
  /** Proxies whose word on host, protocol and address of the browser is believed. */
  readonly trustedProxies: readonly string[] | number;
  readonly log: Logger;
  readonly now: () => Date;
};

/** The operator's console. Everything but health, login and looks is behind the login. */
export function buildDashboard(deps: DashboardDeps): Express {
  const { db, queues, password, log, now } = deps;
  measureReadiness(deps);
  const pages = createPages();
  const app = express().disable('x-powered-by').set('trust proxy', deps.trustedProxies).use(securityHeaders());
  app.use(async (request, response, next) => {
    if (!(await answerHealth(deps, request, response))) next();
  });
  app.use('/static', express.static(fileURLToPath(new URL('static', import.meta.url)), { maxAge: '1h' }));
  app.use(sameOrigin, sessions(password), login({ password, pages, log, now }));
  app.use(requireLogin(now));
  app.use('/queues', bullBoard(queues, log));
  app.get('/', async (_request, response) => {
    const [overview, queueStates, plannedSweeps] = await Promise.all([
      readOverview(db, now()),
      readQueues(queues),
      readPlannedSweeps(queues),
    ]);
    const page = overviewPage({ overview, queues: queueStates, plannedSweeps });
    response.set('cache-control', 'no-store').send(pages.overview(page));
  });
  app.use((_request, response) => void response.status(404).send(pages.message('Not found', 'There is no such page.')));
  const onError: ErrorRequestHandler = (error, _request, response, next) => {
    if (response.headersSent) return next(error);
    const { status } = error as { status?: unknown };
    if (typeof status === 'number' && status < 500) {
      response
        .status(status)
        .send(pages.message('That cannot be read', 'The request is not one that this page sends.'));
      return;
    }
    log.error({ err: error }, 'page failed');
    response
      .status(500)
      .send(pages.message('That did not work', 'The database or Redis may be away. See /readyz and the log.'));
  };
  return app.use(onError);
}

/** Nothing from elsewhere, no scripts in pages. Bull Board sets styles from its scripts. */
function securityHeaders(): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'self'"],
      },
    },
    referrerPolicy: { policy: 'same-origin' },
  });
}
