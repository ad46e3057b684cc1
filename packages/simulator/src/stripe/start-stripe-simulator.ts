import { type Clock, systemClock } from '@connector/kernel';
import type { Stripe } from 'stripe';
import { createFaults, type Faults } from '../http/faults.ts';
import { createRequestLog, type RecordedRequest } from '../http/request-log.ts';
import { seededRandom } from '../http/seeded-random.ts';
import { startHttpServer } from '../http/start-http-server.ts';
import type { ApiKey, Permission } from './api-keys.ts';
import { type Controls, createControls } from './controls.ts';
import type { EventOptions } from './events.ts';
import { createGiven, type Given } from './given.ts';
import { type AccountFields, newAccount, onboard, overwrite } from './new-account.ts';
import { newId } from './new-id.ts';
import { createRateLimiter, type RateLimits } from './rate-limits.ts';
import { createReaders, type Readers } from './readers.ts';
import { createState, nowInSeconds } from './state.ts';
import { stripeListener } from './stripe-listener.ts';

export type StripeSimulatorOptions = {
  /** A free port unless given. */
  readonly port?: number;
  /** Decides all times of objects and the age of idempotency keys; the machine's clock unless given. */
  readonly clock?: Clock;
  /** The keys that open it; `sk_test_simulator` unless given. */
  readonly apiKeys?: readonly ApiKey[];
  /** How long every request takes at least, in real time; 0 unless given. */
  readonly latencyMs?: number;
  /** Fields of the platform's own account, such as `id`. */
  readonly platform?: AccountFields;
  /** No limits unless given. */
  readonly rateLimits?: RateLimits;
  /** How events reach webhook endpoints. */
  readonly events?: EventOptions;
  /** Gives numbers from 0 to below 1 for faults with a probability; seeded with 1 unless given. */
  readonly random?: () => number;
};

/** A request that reached the simulated Stripe. */
export type StripeRequest = RecordedRequest & {
  readonly idempotencyKey: string | undefined;
  /** The `Stripe-Account` header: the connected account that the request was made for. */
  readonly stripeAccount: string | undefined;
  readonly stripeVersion: string | undefined;
  /** Whether the answer was that of an earlier request with the same key. */
  readonly replayed: boolean;
};

/** A running Stripe simulator and all that a test or a demo can do with it. */
export type StripeSimulator = Readers &
  Controls & {
    /** For example `http://127.0.0.1:40123`. */
    readonly url: string;
    readonly port: number;
    /** The first of the keys that open it. */
    readonly apiKey: string;
    readonly platform: Stripe.Account;
    readonly given: Given;
    readonly faults: Faults;
    requests(): readonly StripeRequest[];
    /** Lets the first key do no more than this from now on, or everything again. */
    limitKey(granted: readonly Permission[] | undefined): void;
    /** Lets go of what is held and stops listening. */
    close(): Promise<void>;
  };

/** Starts a Stripe that lives in memory, behaves like the real one, and fails on demand. */
export async function startStripeSimulator(options: StripeSimulatorOptions = {}): Promise<StripeSimulator> {
  const { clock = systemClock, apiKeys = [{ key: 'sk_test_simulator' }] } = options;
  const state = createState(clock, newPlatform(clock, options.platform), options.events);
  const faults = createFaults(options.random ?? seededRandom(1));
  const log = createRequestLog(clock);
  const known = new Map(apiKeys.map((apiKey) => [apiKey.key, apiKey]));
  const first = apiKeys[0]?.key ?? '';
  const listener = stripeListener({
    ...{ state, faults, log },
    apiKeys: known,
    countRequest: createRateLimiter(options.rateLimits ?? {}),
    latencyMs: options.latencyMs ?? 0,
  });
  const server = await startHttpServer(listener, options.port ?? 0);
  state.url = server.url;

  return {
    url: server.url,
    port: server.port,
    apiKey: first,
    platform: state.platform,
    given: createGiven(state),
    faults,
    ...createReaders(state),
    ...createControls(state),
    requests: () => log.all().map(stripeRequest),
    limitKey: (granted) => void known.set(first, { key: first, granted }),
    async close() {
      faults.clear();
      await state.events.close();
      await server.close();
    },
  };
}

function newPlatform(clock: Clock, overrides: AccountFields = {}): Stripe.Account {
  const created = nowInSeconds({ clock });
  const platform = newAccount({ id: newId('acct'), created, type: 'standard', email: 'platform@example.com' });
  onboard(platform);
  overwrite(platform, overrides);
  return platform;
}

function stripeRequest(record: RecordedRequest): StripeRequest {
  return {
    ...record,
    idempotencyKey: headerOf(record, 'idempotency-key'),
    stripeAccount: headerOf(record, 'stripe-account'),
    stripeVersion: headerOf(record, 'stripe-version'),
    replayed: record.answerHeaders['idempotent-replayed'] === 'true',
  };
}

function headerOf({ headers }: RecordedRequest, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}
