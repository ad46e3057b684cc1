import { randomUUID } from 'node:crypto';
import { answerHealth, type HealthChecks, type Logger, type Metrics } from '@connector/observability';
import express, { type ErrorRequestHandler, type Express } from 'express';
import helmet from 'helmet';

export type ApiDeps = { readonly checks: HealthChecks; readonly metrics: Metrics; readonly log: Logger };

/** The public HTTP app: health and metrics for now; each further route is a file of its own. */
export function buildApi({ checks, metrics, log }: ApiDeps): Express {
  const app = express().disable('x-powered-by').use(helmet());
  app.use((_request, response, next) => {
    response.set('x-request-id', randomUUID());
    next();
  });
  app.use(async (request, response, next) => {
    if (!(await answerHealth({ checks, metrics }, request, response))) next();
  });
  app.use((_request, response) => void response.status(404).json({ message: 'Not Found' }));
  const onError: ErrorRequestHandler = (error, _request, response, _next) => {
    log.error({ err: error, requestId: response.get('x-request-id') }, 'request failed');
    response.status(500).json({ message: 'Internal Server Error' });
  };
  return app.use(onError);
}
