import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from './create-logger.ts';
import type { Metrics } from './create-metrics.ts';
import { redactText } from './redact.ts';

/** Each rejects when something that the app needs is not there. */
export type HealthChecks = Readonly<Record<string, () => Promise<void>>>;

export type HealthOptions = { readonly metrics: Metrics; readonly checks: HealthChecks };

const checkTimeoutMs = 2_000;

/**
 * Answers `GET /healthz` (the process lives), `/readyz` (what it needs is there; 503 if not) and `/metrics`; false for any
 * other path. Fits node:http and express alike.
 */
export async function answerHealth(
  options: HealthOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const path = request.url?.split('?', 1)[0];
  if (path === '/healthz') sendJson(response, 200, { status: 'alive' });
  else if (path === '/readyz') await answerReadiness(options.checks, response);
  else if (path === '/metrics') await answerMetrics(options.metrics, response);
  else return false;
  return true;
}

export type HealthServer = { readonly port: number; close(): Promise<void> };

/** Serves nothing but health and metrics, for apps without pages of their own. Port 0 takes a free one. */
export async function startHealthServer(
  options: HealthOptions & { readonly port: number; readonly log: Logger },
): Promise<HealthServer> {
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

async function answerReadiness(checks: HealthChecks, response: ServerResponse): Promise<void> {
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => [name, await outcomeOf(check)] as const),
  );
  const ready = results.every(([, result]) => result.ok);
  sendJson(response, ready ? 200 : 503, {
    status: ready ? 'ready' : 'not ready',
    checks: Object.fromEntries(results),
  });
}

async function outcomeOf(check: () => Promise<void>): Promise<{ ok: boolean; message?: string }> {
  const timeout = Promise.withResolvers<never>();
  const timer = setTimeout(() => timeout.reject(new Error('no answer in time')), checkTimeoutMs);
  try {
    await Promise.race([check(), timeout.promise]);
    return { ok: true };
  } catch (error) {
    return { ok: false, message: redactText(error instanceof Error ? error.message : String(error)) };
  } finally {
    clearTimeout(timer);
  }
}

async function answerMetrics({ registry }: Metrics, response: ServerResponse): Promise<void> {
  const text = await registry.metrics();
  response.writeHead(200, { 'content-type': registry.contentType }).end(text);
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
