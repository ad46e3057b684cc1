import { type Clock, systemClock } from '@connector/kernel';
import express, { type ErrorRequestHandler, type Request } from 'express';
import type { Answer } from '../http/answer.ts';
import { exchange } from '../http/exchange.ts';
import { createFaults, type Faults } from '../http/faults.ts';
import { createRequestLog, type RecordedRequest } from '../http/request-log.ts';
import { seededRandom } from '../http/seeded-random.ts';
import { startHttpServer } from '../http/start-http-server.ts';
import { createActions, type MiraklActions } from './actions.ts';
import { createAuthentication, type OauthClient } from './authenticate.ts';
import { createFrequencyGuard } from './call-frequency.ts';
import { confirmDebits, listPendingDebits } from './debits.ts';
import { createGiven, type MiraklGiven } from './given.ts';
import { listInvoices } from './invoices.ts';
import type {
  SimulatedDebit,
  SimulatedInvoice,
  SimulatedProductOrder,
  SimulatedRefund,
  SimulatedServiceOrder,
  SimulatedShop,
} from './objects.ts';
import { listProductOrders, listServiceOrders } from './orders.ts';
import { confirmRefunds, listPendingRefunds } from './refunds.ts';
import { BadRequest, refusal } from './refusal.ts';
import { confirmServiceDebits, listDebits } from './service-debits.ts';
import { confirmServiceRefunds, listServiceRefunds } from './service-refunds.ts';
import { listAdditionalFields, listShops, updateShops } from './shops.ts';
import { createMiraklState, type MiraklState } from './state.ts';

export type MiraklSimulatorOptions = {
  /** A free port unless given. */
  readonly port?: number;
  /** Decides the dates of changes, the age of tokens and the call frequency; the machine's clock unless given. */
  readonly clock?: Clock;
  readonly apiKey?: string;
  readonly oauth?: OauthClient;
  /** Listings of orders (OR11) that come sooner are refused with 429; no limit unless given. */
  readonly ordersEveryMs?: number;
  /** The same for accounting documents (IV01). */
  readonly invoicesEveryMs?: number;
  /** How long every request takes at least, in real time; 0 unless given. */
  readonly latencyMs?: number;
  readonly random?: () => number;
};

/** A running Mirakl simulator and all that a test or a demo can do with it. What readers give back is alive. */
export type MiraklSimulator = MiraklActions & {
  /** For example `http://127.0.0.1:40123`. */
  readonly url: string;
  readonly port: number;
  readonly apiKey: string;
  readonly oauth: OauthClient & { readonly tokenUrl: string };
  readonly given: MiraklGiven;
  readonly faults: Faults;
  shops(): readonly SimulatedShop[];
  productOrders(): readonly SimulatedProductOrder[];
  serviceOrders(): readonly SimulatedServiceOrder[];
  /** Of service orders, as they were given or confirmed (SPA01). */
  debits(): readonly SimulatedDebit[];
  refunds(): readonly SimulatedRefund[];
  invoices(): readonly SimulatedInvoice[];
  /** Every request that arrived, oldest first. */
  requests(): readonly RecordedRequest[];
  /** Lets go of what is held and stops listening. */
  close(): Promise<void>;
};

const tokenPath = '/oauth/token';

/** Starts a Mirakl that lives in memory, behaves like the real one, and fails on demand. */
export async function startMiraklSimulator(options: MiraklSimulatorOptions = {}): Promise<MiraklSimulator> {
  const { clock = systemClock, apiKey = 'mirakl-simulator-key' } = options;
  const oauth = options.oauth ?? { clientId: 'simulator-client', clientSecret: 'simulator-secret' };
  const state = createMiraklState(clock);
  const faults = createFaults(options.random ?? seededRandom(1));
  const log = createRequestLog(clock);
  const authentication = createAuthentication(apiKey, oauth, clock);
  const { ordersEveryMs = 0, invoicesEveryMs = 0 } = options;
  const tooSoon = createFrequencyGuard({ '/api/orders': ordersEveryMs, '/api/invoices': invoicesEveryMs }, clock);

  const app = express().disable('x-powered-by').disable('etag').set('query parser', 'simple');
  app.use(express.json({ limit: '1mb' }), express.urlencoded({ extended: false }));
  const deps = { faults, log, latencyMs: options.latencyMs ?? 0 };
  const endpoint = (respond: (state: MiraklState, request: Request) => Answer) =>
    exchange(deps, {
      admit: (request) => authentication.admit(request) ?? tooSoon(request),
      respond: (request) => understood(() => respond(state, request)),
    });
  app.post(tokenPath, exchange(deps, { respond: authentication.issueToken }));
  app.get('/api/shops', endpoint(listShops));
  app.put('/api/shops', endpoint(updateShops));
  app.get('/api/additional_fields', endpoint(listAdditionalFields));
  app.get('/api/invoices', endpoint(listInvoices));
  app.get('/api/orders', endpoint(listProductOrders));
  app.get('/api/mms/orders', endpoint(listServiceOrders));
  app.get('/api/mms/debits', endpoint(listDebits));
  app.put('/api/mms/debits', endpoint(confirmServiceDebits));
  app.get('/api/mms/refunds', endpoint(listServiceRefunds));
  app.put('/api/mms/refunds', endpoint(confirmServiceRefunds));
  app.get('/api/payment/debit', endpoint(listPendingDebits));
  app.put('/api/payment/debit', endpoint(confirmDebits));
  app.get('/api/payment/refund', endpoint(listPendingRefunds));
  app.put('/api/payment/refund', endpoint(confirmRefunds));
  app.get(
    '/api/version',
    endpoint(() => ({ status: 200, body: { version: '3.0.0-simulated' } })),
  );
  app.use(endpoint((_state, { method, path }) => refusal(404, `${method} ${path} does not exist`)));
  app.use(unreadable);
  const server = await startHttpServer(app, options.port ?? 0);

  return {
    url: server.url,
    port: server.port,
    apiKey,
    oauth: { ...oauth, tokenUrl: `${server.url}${tokenPath}` },
    ...createActions(state),
    given: createGiven(state),
    faults,
    shops: () => [...state.shops.values()],
    productOrders: () => state.productOrders.all(),
    serviceOrders: () => state.serviceOrders.all(),
    debits: () => [...state.debits.values()].flat(),
    refunds: () => state.refunds.all(),
    invoices: () => state.invoices.all(),
    requests: () => log.all(),
    async close() {
      faults.clear();
      await server.close();
    },
  };
}

function understood(respond: () => Answer): Answer {
  try {
    return respond();
  } catch (error) {
    if (error instanceof BadRequest) return refusal(400, error.message);
    throw error;
  }
}

/** A body that is no JSON gets Mirakl's kind of answer, not the framework's page. */
const unreadable: ErrorRequestHandler = (_error, _request, response, _next) => {
  const { status, body } = refusal(400, 'the body cannot be read');
  response.status(status).json(body);
};
