import type { Clock } from '@connector/kernel';
import type { Stripe } from 'stripe';
import { defaultApiVersion } from './api-version.ts';
import type { Collection } from './collection.ts';
import { type DeliveryAttempt, deliverEvent } from './deliver-event.ts';
import { newId } from './new-id.ts';
import type { StripeState } from './state.ts';
import type { WebhookEndpointRecord } from './webhook-endpoints.ts';

/** An event and what became of it. */
export type PublishedEvent = {
  readonly event: Stripe.EventBase;
  /** The attempts to deliver it that have ended, oldest first. */
  readonly deliveries: readonly DeliveryAttempt[];
};

export type EventOptions = {
  /** `automatic` unless given: to all endpoints that want it, as soon as it happens. `manual`: only by `resend`. */
  readonly deliver?: 'automatic' | 'manual';
  /** How long to wait, in real time, before each further attempt to deliver what was not answered with 2xx. */
  readonly retryPausesMs?: readonly number[];
  /** How long to wait for an answer, in real time; 10 seconds unless given. */
  readonly timeoutMs?: number;
};

/** What happens on the simulated Stripe, and its way to the webhook endpoints. */
export type Events = {
  publish(type: Stripe.Event.Type, object: object, account?: string): Stripe.EventBase;
  all(): readonly PublishedEvent[];
  /** Delivers an event now, without further attempts, and gives back how that ended. Throws if there is none. */
  resend(eventId: string): Promise<readonly DeliveryAttempt[]>;
  /** How what happens from now on is delivered. */
  setDelivery(mode: 'automatic' | 'manual'): void;
  /** Gives up on what is under way and on what is to be tried again. */
  close(): Promise<void>;
};

type OpenEvent = PublishedEvent & { readonly deliveries: DeliveryAttempt[] };

/**
 * Stripe's webhooks (docs.stripe.com/webhooks): an endpoint is sent one event after the other in the order in which they
 * happened; one that it does not take is tried again later, while others pass.
 */
export function createEvents(
  clock: Clock,
  endpoints: Collection<WebhookEndpointRecord>,
  options: EventOptions = {},
): Events {
  const { retryPausesMs = [100, 500, 2_000, 5_000], timeoutMs = 10_000 } = options;
  let { deliver = 'automatic' } = options;
  const published = new Map<string, OpenEvent>();
  const lines = new Map<WebhookEndpointRecord, Promise<void>>();
  const retries = new Set<NodeJS.Timeout>();
  const closing = new AbortController();

  async function attempt({ event, deliveries }: OpenEvent, endpoint: WebhookEndpointRecord): Promise<DeliveryAttempt> {
    const made = await deliverEvent(event, endpoint, { clock, timeoutMs, signal: closing.signal });
    deliveries.push(made);
    return made;
  }

  function standInLine(open: OpenEvent, endpoint: WebhookEndpointRecord, failures: number): void {
    const line = lines.get(endpoint) ?? Promise.resolve();
    lines.set(endpoint, line.then(takeTurn));

    async function takeTurn(): Promise<void> {
      if (closing.signal.aborted) return;
      const { status = 0 } = await attempt(open, endpoint);
      const pauseMs = retryPausesMs[failures];
      if ((status >= 200 && status < 300) || pauseMs === undefined || closing.signal.aborted) return;
      const retry = setTimeout(() => {
        retries.delete(retry);
        standInLine(open, endpoint, failures + 1);
      }, pauseMs);
      retries.add(retry);
    }
  }

  return {
    publish(type, object, account) {
      const wanting = endpointsFor(endpoints, type, account);
      const event: Stripe.EventBase = {
        id: newId('evt'),
        object: 'event',
        ...(account === undefined ? {} : { account, context: account }),
        api_version: defaultApiVersion,
        created: Math.floor(clock().getTime() / 1_000),
        data: { object: structuredClone(object) },
        livemode: false,
        pending_webhooks: wanting.length,
        request: { id: null, idempotency_key: null },
        type,
      };
      const open: OpenEvent = { event, deliveries: [] };
      published.set(event.id, open);
      if (deliver === 'automatic') for (const endpoint of wanting) standInLine(open, endpoint, 0);
      return event;
    },
    all: () => [...published.values()],
    async resend(eventId) {
      const open = published.get(eventId);
      if (open === undefined) throw new Error(`the simulated Stripe has no event ${eventId}`);
      const wanting = endpointsFor(endpoints, open.event.type, open.event.account);
      return Promise.all(wanting.map((endpoint) => attempt(open, endpoint)));
    },
    setDelivery(mode) {
      deliver = mode;
    },
    async close() {
      closing.abort();
      for (const retry of retries) clearTimeout(retry);
      await Promise.all(lines.values());
    },
  };
}

/** Says that something has happened to this object, as it is now: of a connected account, or of the platform. */
export function publish(
  { events, platform }: StripeState,
  type: Stripe.Event.Type,
  object: object,
  owner = platform.id,
): void {
  events.publish(type, object, owner === platform.id ? undefined : owner);
}

/** Endpoints of connected accounts hear of nothing else, and the platform's own of none of them. */
function endpointsFor(
  endpoints: Collection<WebhookEndpointRecord>,
  type: string,
  account: string | undefined,
): WebhookEndpointRecord[] {
  return endpoints.all().filter(({ object: { application, enabled_events: wanted, status } }) => {
    if (status !== 'enabled' || (application !== null) !== (account !== undefined)) return false;
    return wanted.includes('*') || wanted.includes(type);
  });
}
