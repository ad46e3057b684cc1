import { type Clock, systemClock } from '@connector/kernel';
import express from 'express';
import { exchange } from '../http/exchange.ts';
import { createFaults, type Faults } from '../http/faults.ts';
import { createRequestLog, type RecordedRequest } from '../http/request-log.ts';
import { seededRandom } from '../http/seeded-random.ts';
import { startHttpServer } from '../http/start-http-server.ts';

export type OperatorEndpointOptions = {
  /** A free port unless given. */
  readonly port?: number;
  /** Decides when a request is said to have arrived; the machine's clock unless given. */
  readonly clock?: Clock;
  /** Gives numbers from 0 to below 1 for faults with a probability; seeded with 1 unless given. */
  readonly random?: () => number;
};

/** A request that the operator was sent. */
export type ReceivedNotification = Omit<RecordedRequest, 'body'> & {
  /** The body as it arrived. */
  readonly rawBody: string;
  /** The body, parsed; undefined if it is no JSON. */
  readonly json: unknown;
};

/** A running notification endpoint of an operator. */
export type OperatorEndpoint = {
  /** With a path, for example `http://127.0.0.1:40123/notifications`. */
  readonly url: string;
  /** How it is down, slow, hangs or answers something else: 200 unless a fault says otherwise. */
  readonly faults: Faults;
  /** Everything that arrived, oldest first, also what a fault struck. */
  received(): readonly ReceivedNotification[];
  /** Lets go of what is held and stops listening. */
  close(): Promise<void>;
};

/** Starts an HTTP server in the role of what the operator runs behind `OPERATOR_NOTIFICATION_URL`: it takes every request and keeps it. */
export async function startOperatorEndpoint(options: OperatorEndpointOptions = {}): Promise<OperatorEndpoint> {
  const faults = createFaults(options.random ?? seededRandom(1));
  const log = createRequestLog(options.clock ?? systemClock);
  const app = express().disable('x-powered-by').disable('etag');
  app.use(express.raw({ type: () => true, limit: '1mb' }));
  app.use(exchange({ faults, log, latencyMs: 0 }, { respond: () => ({ status: 200 }) }));
  const server = await startHttpServer(app, options.port ?? 0);
  return {
    url: `${server.url}/notifications`,
    faults,
    received: () => log.all().map(received),
    async close() {
      faults.clear();
      await server.close();
    },
  };
}

function received({ body, ...request }: RecordedRequest): ReceivedNotification {
  const rawBody = Buffer.isBuffer(body) ? body.toString() : '';
  return { ...request, rawBody, json: parsed(rawBody) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
