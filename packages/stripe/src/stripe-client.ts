import { ConnectorError } from '@connector/kernel';
import type { Logger } from '@connector/observability';
import Stripe from 'stripe';
import type { StripeEndpoint } from './rate-limits.ts';
import type { StripeLimiter } from './stripe-limiter.ts';

/** A call that has ended, for the metrics. */
export type ObservedStripeCall = {
  readonly endpoint: StripeEndpoint;
  /** Undefined if no answer came, or none of Stripe's. */
  readonly status: number | undefined;
  /** Without the wait for its turn. */
  readonly durationMs: number;
  readonly requestId: string | undefined;
  readonly rateLimitedReason?: string | undefined;
};

export type StripeClientOptions = {
  /** A secret or restricted key of the platform account. */
  readonly apiKey: string;
  /** Another place than Stripe's own, such as `http://127.0.0.1:12111`. Without a path. */
  readonly apiBase?: string | undefined;
  /**
   * How long to wait for a silent connection: 30 seconds unless given. An operation may need two calls, and each is sent
   * twice if its connection breaks; all of that belongs into the time for which its row is claimed.
   */
  readonly timeoutMs?: number;
  readonly limiter: StripeLimiter;
  readonly log: Logger;
  readonly observe?: (call: ObservedStripeCall) => void;
  /** The connector's version, which Stripe is told. */
  readonly version: string;
};

/** Reaches the inside of a client; only for this package. */
export const internals: unique symbol = Symbol('stripe client');

/** The way to Stripe, to hand to the functions of this package. */
export type StripeClient = {
  /** A function, so that a client that is printed shows nothing: the SDK's object holds the API key. */
  readonly [internals]: () => Pick<StripeClientOptions, 'limiter' | 'log' | 'observe'> & { readonly sdk: Stripe };
};

/**
 * A client for the platform account, with the API version that the SDK is made for. Opens no connection yet. Retries are
 * left to the jobs, which do them with the stored idempotency key; only a connection that breaks under a request makes the
 * SDK send it once more, with the same key. Throws `stripe_api_base_invalid`.
 */
export function createStripeClient(options: StripeClientOptions): StripeClient {
  const { limiter, log, observe } = options;
  const sdk = new Stripe(options.apiKey, {
    ...(options.apiBase === undefined ? {} : addressOf(options.apiBase)),
    maxNetworkRetries: 0,
    timeout: options.timeoutMs ?? 30_000,
    telemetry: false,
    appInfo: { name: 'stripe-mirakl-connector', version: options.version },
  });
  return { [internals]: () => ({ sdk, limiter, log, ...(observe === undefined ? {} : { observe }) }) };
}

function addressOf(apiBase: string): Pick<Stripe.StripeConfig, 'protocol' | 'host' | 'port'> {
  const url = URL.parse(apiBase);
  const protocol = url?.protocol === 'https:' ? 'https' : 'http';
  if (url?.protocol !== `${protocol}:` || url.pathname !== '/' || url.search !== '' || url.username !== '') {
    throw new ConnectorError('The base address of Stripe must look like https://host or http://host:port', {
      code: 'stripe_api_base_invalid',
      retryable: false,
    });
  }
  return { protocol, host: url.hostname, port: url.port || (protocol === 'https' ? 443 : 80) };
}
