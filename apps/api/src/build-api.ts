import { randomUUID } from 'node:crypto';
import { answerHealth, type HealthChecks, type Logger, type Metrics } from '@connector/observability';
import express, { type ErrorRequestHandler, type Express } from 'express';
import helmet from 'helmet';

export type ApiDeps = { readonly checks: HealthChecks; readonly metrics: Metrics; readonly log: Logger };

/** No request of ours comes near it; a longer body is answered with 413. */
const bodyLimit = '100kb';

/**
 * The public HTTP app: health and metrics for now. Each further route is a file of its own. One that needs the bytes of a
 * body as they came, to check their signature, stands before the JSON parser; all others after it.
 */
export function buildApi({ checks, metrics, log }: ApiDeps): Express {
  const app = express().disable('x-powered-by').use(helmet());
  app.use((_request, response, next) => {
    response.set('x-request-id', randomUUID());
    next();
  });
  app.use(async (request, response, next) => {
    if (!(await answerHealth({ checks, metrics }, request, response))) next();
  });
  app.use(express.json({ limit: bodyLimit }));
  app.use((_request, response) => void response.status(404).json({ message: 'Not Found' }));
  const onError: ErrorRequestHandler = (error, _request, response, next) => {
    if (response.headersSent) return next(error);
    const { status, type } = error as { status?: unknown; type?: unknown };
    if (typeof status === 'number' && status < 500) {
      const message = type === 'entity.parse.failed' ? 'Invalid JSON format' : 'The request cannot be read';
      response.status(status).json({ message });
      return;
    }
    log.error({ err: error, requestId: response.get('x-request-id') }, 'request failed');
    response.status(500).json({ message: 'Internal Server Error' });
  };
  return app.use(onError);
}
