import { randomUUID } from 'node:crypto';
import type { Logger } from '@connector/observability';
import type { Request, RequestHandler } from 'express';

const header = 'x-request-id';

/** Long enough for what proxies make up, and nothing that a log or a header could stumble over. */
const saneId = /^[\w.:-]{1,128}$/;

/**
 * Gives each request an id, which stands in its answer and in our logs, and logs how it was answered. Without the query: it
 * may hold a token.
 */
export function traceRequests(log: Logger): RequestHandler {
  return (request, response, next) => {
    const requestId = idFromProxy(request) ?? randomUUID();
    response.set(header, requestId);
    const { method, path } = request;
    const startedAt = performance.now();
    response.on('close', () => {
      const status = response.writableFinished ? response.statusCode : 'broken off';
      log.debug({ requestId, method, path, status, durationMs: performance.now() - startedAt }, 'request answered');
    });
    next();
  };
}

/** The id that a proxy has given it, if the one who connects to us is a proxy whose word is believed. */
function idFromProxy(request: Request): string | undefined {
  const isTrusted = request.app.get('trust proxy fn') as (address: string | undefined, hop: number) => boolean;
  const id = request.get(header);
  return id !== undefined && saneId.test(id) && isTrusted(request.socket.remoteAddress, 0) ? id : undefined;
}
