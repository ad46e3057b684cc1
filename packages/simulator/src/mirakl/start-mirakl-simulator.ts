import { type Clock, systemClock } from '@connector/kernel';
import express, { type ErrorRequestHandler, type Request } from 'express';
import type { Answer } from '../http/answer.ts';
import { exchange } from '../http/exchange.ts';
import { createFaults, type Faults } from '../http/faults.ts';
import { createRequestLog, type RecordedRequest } from '../http/request-log.ts';
import { seededRandom } from '../http/seeded-random.ts';
import { startHttpServer } from '../http/start-http-server.ts';
import { createAuthentication, type OauthClient } from './authenticate.ts';
import { createFrequencyGuard } from './call-frequency.ts';
import { createGiven, type MiraklGiven } from './given.ts';
import type { SimulatedDebit, SimulatedProductOrder, SimulatedServiceOrder, SimulatedShop } from './objects.ts';
import { listDebits, listProductOrders, listServiceOrders } from './orders.ts';
import { BadRequest, refusal } from './refusal.ts';
import { listAdditionalFields, listShops, updateShops } from './shops.ts';
import { createMiraklState, type MiraklState, type ShopField } from './state.ts';

export type MiraklSimulatorOptions = {
  /** A free port unless given. */
  readonly port?: number;
  /** Decides the dates of changes, the age of tokens and the call frequency; the machine's clock unless given. */
  readonly clock?: Clock;
  readonly apiKey?: string;
  readonly oauth?: OauthClient;
  /** Listings of orders (OR11) that come sooner are refused with 429; no limit unless given. */
  readonly ordersEveryMs?: number;
  /** How long every request takes at least, in real time; 0 unless given. */
  readonly latencyMs?: number;
  readonly random?: () => number;
};

/** A running Mirakl simulator and all that a test or a demo can do with it. What readers give back is alive. */
export type MiraklSimulator = {
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
  debits(): readonly SimulatedDebit[];
  /** Every request that arrived, oldest first. */
  requests(): readonly RecordedRequest[];
  /** What a person does on Mirakl: changes an additional field of a shop, which thereby counts as updated. */
  setAdditionalField(shopId: number, code: string, value: string): void;
  /** Overwrites fields of an order, which thereby counts as updated. Throws if there is none. */
  changeProductOrder(id: string, fields: Partial<Omit<SimulatedProductOrder, 'id' | 'createdAt'>>): void;
  changeServiceOrder(id: string, fields: Partial<Omit<SimulatedServiceOrder, 'id' | 'createdAt'>>): void;
  removeProductOrder(id: string): void;
  /** From now on updates of this shop (S07) are refused with this message; undefined lets them through again. */
  refuseShopUpdates(shopId: number, message: string | undefined): void;
  /** Defines an additional field of shops, or takes it away. */
  defineShopField(code: string, field: Omit<ShopField, 'code'> | undefined): void;
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
  const tooSoon = createFrequencyGuard(options.ordersEveryMs ?? 0, clock);

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
  app.get('/api/orders', endpoint(listProductOrders));
  app.get('/api/mms/orders', endpoint(listServiceOrders));
  app.get('/api/mms/debits', endpoint(listDebits));
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
    given: createGiven(state),
    faults,
    shops: () => [...state.shops.values()],
    productOrders: () => state.productOrders.all(),
    serviceOrders: () => state.serviceOrders.all(),
    debits: () => [...state.debits.values()].flat(),
    requests: () => log.all(),
    setAdditionalField(shopId, code, value) {
      const shop = known(state.shops.get(shopId), shopId);
      shop.additionalFields[code] = value;
      shop.updatedAt = clock();
    },
    changeProductOrder(id, fields) {
      Object.assign(known(state.productOrders.get(id), id), { updatedAt: clock(), ...fields });
    },
    changeServiceOrder: (id, fields) => void Object.assign(known(state.serviceOrders.get(id), id), fields),
    removeProductOrder: (id) => state.productOrders.remove(id),
    refuseShopUpdates(shopId, message) {
      if (message === undefined) state.refusedShops.delete(shopId);
      else state.refusedShops.set(shopId, message);
    },
    defineShopField(code, field) {
      if (field === undefined) state.shopFields.delete(code);
      else state.shopFields.set(code, { code, ...field });
    },
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

function known<T>(object: T | undefined, id: string | number): T {
  if (object === undefined) throw new Error(`the simulated Mirakl has no ${id}`);
  return object;
}
