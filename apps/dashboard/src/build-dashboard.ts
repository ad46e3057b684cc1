import { fileURLToPath } from 'node:url';
import type { Database } from '@connector/database';
import { answerHealth, type HealthChecks, type Logger, type Metrics } from '@connector/observability';
import type { Queues } from '@connector/queues';
import { readOverview } from '@connector/workflows';
import express, { type ErrorRequestHandler, type Express } from 'express';
import helmet from 'helmet';
import { login } from './login.ts';
import { bullBoard } from './mount-bull-board.ts';
import { overviewPage } from './overview-page.ts';
import { createPages } from './pages.ts';
import { countQueues } from './queue-counts.ts';
import { sameOrigin } from './same-origin.ts';
import { requireLogin, sessions } from './session.ts';

export type DashboardDeps = {
  readonly db: Database;
  readonly queues: Queues;
  readonly password: string;
  /** Whether browsers reach it over https only. */
  readonly secure: boolean;
  readonly checks: HealthChecks;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly now: () => Date;
};

/** The operator's console. Everything but health, login and looks is behind the login. */
export function buildDashboard(deps: DashboardDeps): Express {
  const { log, now } = deps;
  const pages = createPages();
  const app = express().disable('x-powered-by').use(securityHeaders(deps.secure));
  app.use(async (request, response, next) => {
    if (!(await answerHealth(deps, request, response))) next();
  });
  app.use('/static', express.static(fileURLToPath(new URL('static', import.meta.url)), { maxAge: '1h' }));
  app.use(sameOrigin, sessions(deps.password, deps.secure), login({ password: deps.password, pages, log, now }));
  app.use(requireLogin(now));
  app.use('/queues', bullBoard(deps.queues, log));
  app.get('/', async (_request, response) => {
    const [overview, queues] = await Promise.all([readOverview(deps.db, now()), countQueues(deps.queues)]);
    response.set('cache-control', 'no-store').send(pages.overview(overviewPage(overview, queues)));
  });
  app.use((_request, response) => void response.status(404).send(pages.message('Not found', 'There is no such page.')));
  const onError: ErrorRequestHandler = (error, _request, response, _next) => {
    log.error({ err: error }, 'page failed');
    response
      .status(500)
      .send(pages.message('That did not work', 'The database or Redis may be away. See /readyz and the log.'));
  };
  return app.use(onError);
}

/** Nothing from elsewhere, no scripts in pages. Bull Board sets styles from its scripts. */
function securityHeaders(secure: boolean) {
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
    strictTransportSecurity: secure,
    referrerPolicy: { policy: 'same-origin' },
  });
}
