import express, { type Express, type Request } from 'express';
import type { Answer } from '../http/answer.ts';
import { type Exchange, type ExchangeDeps, exchange } from '../http/exchange.ts';
import { accountLinkEndpoints } from './account-links.ts';
import { accountEndpoints, findAccount } from './accounts.ts';
import { type ApiKey, authenticate, demandPermission, presentedKey } from './api-keys.ts';
import { defaultApiVersion } from './api-version.ts';
import { balanceEndpoints } from './balance.ts';
import { chargeEndpoints } from './charges.ts';
import type { Endpoint } from './endpoint.ts';
import { createIdempotency, type Idempotency } from './idempotency.ts';
import { loginLinkEndpoints } from './login-links.ts';
import { newId } from './new-id.ts';
import { onboardingPages } from './onboarding-pages.ts';
import { paymentIntentEndpoints } from './payment-intents.ts';
import { payoutEndpoints } from './payouts.ts';
import type { CountRequest } from './rate-limits.ts';
import { refundEndpoints } from './refunds.ts';
import { Refusal, refusable } from './refusal.ts';
import { reversalEndpoints } from './reversals.ts';
import type { StripeState } from './state.ts';
import { transferEndpoints } from './transfers.ts';
import { webhookEndpointEndpoints } from './webhook-endpoints.ts';

/** Every endpoint of the simulated Stripe. A resource is a file; its endpoints are added here. */
export const endpoints: readonly Endpoint[] = [
  ...accountEndpoints,
  ...accountLinkEndpoints,
  ...loginLinkEndpoints,
  ...chargeEndpoints,
  ...paymentIntentEndpoints,
  ...refundEndpoints,
  ...transferEndpoints,
  ...reversalEndpoints,
  ...payoutEndpoints,
  ...balanceEndpoints,
  ...webhookEndpointEndpoints,
];

export type StripeListenerDeps = ExchangeDeps & {
  readonly state: StripeState;
  readonly apiKeys: ReadonlyMap<string, ApiKey>;
  readonly countRequest: CountRequest;
};

/** The simulated Stripe as a request listener. */
export function stripeListener(deps: StripeListenerDeps): Express {
  const idempotency = createIdempotency(deps.state.clock);
  const app = express().disable('x-powered-by').disable('etag').set('query parser', 'extended');
  app.use(onboardingPages(deps.state));
  app.use(express.urlencoded({ extended: true, limit: '1mb' }), (request, response, next) => {
    response.set({ 'request-id': newId('req'), 'stripe-version': request.get('stripe-version') ?? defaultApiVersion });
    const key = request.get('idempotency-key');
    if (key !== undefined) response.set('idempotency-key', key);
    next();
  });
  for (const endpoint of endpoints) {
    const handler = exchange(deps, stagesOf(deps, idempotency, endpoint));
    if (endpoint.method === 'GET') app.get(endpoint.path, handler);
    else app.post(endpoint.path, handler);
  }
  app.use(exchange(deps, { admit: (request) => admit(deps, request), respond: unknownUrl }));
  return app;
}

/** The order of Stripe's own stages: key and limits, idempotency, parameters, execution. */
function stagesOf(deps: StripeListenerDeps, idempotency: Idempotency, endpoint: Endpoint): Exchange {
  const { state } = deps;
  return {
    admit: (request) => admit(deps, request, endpoint),
    around: (request, effect) => idempotency(request, accountOf(state, request), effect),
    respond(request) {
      const execute = refusable(() => endpoint.prepare(request.method === 'GET' ? request.query : request.body));
      if (execute instanceof Refusal) return { ...execute.answer, executed: false };
      const id = String(request.params.id ?? '');
      const apiKey = presentedKey(request) ?? '';
      const object = refusable(() => execute(state, { id, apiKey, account: accountOf(state, request) }));
      return object instanceof Refusal ? object.answer : { status: 200, body: object };
    },
  };
}

function admit(deps: StripeListenerDeps, request: Request, endpoint?: Endpoint): Answer | undefined {
  const { state, apiKeys, countRequest } = deps;
  const refused = refusable(() => {
    const apiKey = authenticate(apiKeys, request);
    countRequest(endpoint === undefined ? request.path : `${endpoint.method} ${endpoint.path}`);
    const account = findAccount(state, accountOf(state, request), apiKey.key);
    if (endpoint?.permission !== undefined) demandPermission(apiKey, endpoint.permission, account.id);
  });
  return refused?.answer;
}

function accountOf({ platform }: StripeState, request: Request): string {
  return request.get('stripe-account') ?? platform.id;
}

function unknownUrl({ method, path }: Request): Answer {
  return new Refusal(
    404,
    `Unrecognized request URL (${method}: ${path}). Please see https://stripe.com/docs or we can help at https://support.stripe.com/.`,
  ).answer;
}
