import type { Database } from '@connector/database';
import { answerHealth, type HealthOptions, type Logger, measureReadiness } from '@connector/observability';
import type { MapAccountDeps } from '@connector/workflows';
import express, { type Express, type RequestHandler } from 'express';
import { createApiDocument } from './document/create-api-document.ts';
import { answerErrors } from './frame/answer-errors.ts';
import { jsonReplacer } from './frame/json-replacer.ts';
import { methodNotAllowed } from './frame/method-not-allowed.ts';
import { requireToken } from './frame/require-token.ts';
import { securityHeaders } from './frame/security-headers.ts';
import { traceRequests } from './frame/trace-requests.ts';
import { createMappingRoute } from './routes/create-mapping.ts';
import { differenceRoutes } from './routes/differences.ts';
import { documentRoutes } from './routes/document.ts';
import { mappingRoutes } from './routes/mappings.ts';
import { type OnboardingRefreshDeps, onboardingRefresh } from './routes/onboarding-refresh.ts';
import { payoutRoutes } from './routes/payouts.ts';
import { refundRoutes } from './routes/refunds.ts';
import { transferRoutes } from './routes/transfers.ts';
import { type WebhooksDeps, webhooks } from './routes/webhooks.ts';

export type ApiDeps = MapAccountDeps &
  OnboardingRefreshDeps &
  WebhooksDeps &
  HealthOptions & {
    readonly db: Database;
    readonly log: Logger;
    /** What operators send as `X-AUTH-TOKEN`. */
    readonly token: string;
    /** Proxies whose word on the caller's address and protocol is believed. */
    readonly trustedProxies: readonly string[] | number;
    readonly version: string;
  };

/**
 * The public HTTP app. Each route is a file of its own, and brings the parser of its body: who checks a signature needs the
 * bytes as they came. Everything below `/api` is behind the token, but for the document and `/api/public`.
 */
export function buildApi(deps: ApiDeps): Express {
  const { log } = deps;
  measureReadiness(deps);
  const document = createApiDocument(deps.version);
  const app = express()
    .disable('x-powered-by')
    .disable('etag')
    .set('trust proxy', deps.trustedProxies)
    .set('json replacer', jsonReplacer)
    .use(securityHeaders(), traceRequests(log));
  app.use(async (request, response, next) => {
    if (!(await answerHealth(deps, request, response))) next();
  });
  app.use(documentRoutes(document));
  app.use('/api', noStore);
  app.use(webhooks(deps), onboardingRefresh(deps));
  app.use('/api/public', methodNotAllowed(document), notFound);
  app.use('/api', requireToken(deps));
  app.use(mappingRoutes(deps), createMappingRoute(deps), transferRoutes(deps), payoutRoutes(deps), refundRoutes(deps));
  app.use(differenceRoutes(deps));
  app.use(methodNotAllowed(document), notFound);
  return app.use(answerErrors(log));
}

/** What is told about money and accounts is for the caller alone. */
const noStore: RequestHandler = (_request, response, next) => {
  response.set('cache-control', 'no-store');
  next();
};

const notFound: RequestHandler = (_request, response) => void response.status(404).json({ message: 'Not Found' });
