import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from './create-logger.ts';
import type { Metrics } from './create-metrics.ts';
import { measureReadiness } from './measure-readiness.ts';
import { type HealthChecks, runChecks } from './run-check.ts';

export type HealthOptions = {
  readonly metrics: Metrics;
  /** What the app cannot do its work without. */
  readonly checks: HealthChecks;
  /** What is shown and measured beside that: the app does its work without. */
  readonly watched?: HealthChecks;
};

/**
 * Answers `GET /healthz` (the process lives), `/readyz` (what it needs is there; 503 if not; `degraded` if only something that
 * is watched is not well) and `/metrics`; false for any other path. Fits node:http and express alike.
 */
export async function answerHealth(
  options: HealthOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const path = request.url?.split('?', 1)[0];
  if (path === '/healthz') sendJson(response, 200, { status: 'alive' });
  else if (path === '/readyz') await answerReadiness(options, response);
  else if (path === '/metrics') await answerMetrics(options.metrics, response);
  else return false;
  return true;
}

export type HealthServer = { readonly port: number; close(): Promise<void> };

/** Serves nothing but health and metrics, for apps without pages of their own. Port 0 takes a free one. */
export async function startHealthServer(
  options: HealthOptions & { readonly port: number; readonly log: Logger },
): Promise<HealthServer> {
  measureReadiness(options);
  const server = createServer((request, response) => {
    answerHealth(options, request, response)
      .then((answered) => answered || sendJson(response, 404, { message: 'not found' }))
      .catch((error: unknown) => {
        options.log.error({ err: error }, 'health not answered');
        response.destroy();
      });
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(options.port, resolve);
  await promise;
  return {
    port: (server.address() as AddressInfo).port,
    close: () => new Promise((closed) => server.close(() => closed()).closeAllConnections()),
  };
}

async function answerReadiness({ checks, watched = {} }: HealthOptions, response: ServerResponse): Promise<void> {
  const results = await runChecks({ ...checks, ...watched });
  const isWell = (name: string) => results[name]?.ok ?? false;
  const ready = Object.keys(checks).every(isWell);
  const status = ready && !Object.keys(watched).every(isWell) ? 'degraded' : ready ? 'ready' : 'not ready';
  sendJson(response, ready ? 200 : 503, { status, checks: results });
}

async function answerMetrics({ registry }: Metrics, response: ServerResponse): Promise<void> {
  const text = await registry.metrics();
  response.writeHead(200, { 'content-type': registry.contentType }).end(text);
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
