import type Stripe from 'stripe';
import { listAll } from './list-all.ts';
import type { StripeClient } from './stripe-client.ts';

/** Where Stripe sends events. */
export type WebhookEndpoint = {
  readonly id: string;
  readonly url: string;
  readonly status: 'enabled' | 'disabled' | { readonly unknown: string };
  /** The types of events that it is sent; `*` stands for all. */
  readonly enabledEvents: readonly string[];
  /** The version in which its events are written; undefined for the account's default. */
  readonly apiVersion: string | undefined;
  /** Whether it hears of the connected accounts, or else of the platform's own. */
  readonly isConnect: boolean;
  readonly livemode: boolean;
};

/** All webhook endpoints of the platform, the newest first (docs.stripe.com/api/webhook_endpoints/list). There are 16 at most. */
export async function listWebhookEndpoints(stripe: StripeClient): Promise<WebhookEndpoint[]> {
  const endpoints: WebhookEndpoint[] = [];
  const listed = listAll(stripe, 'GET /v1/webhook_endpoints', (sdk, page) => sdk.webhookEndpoints.list(page));
  for await (const { item } of listed) endpoints.push(webhookEndpointOf(item));
  return endpoints;
}

function webhookEndpointOf(endpoint: Stripe.WebhookEndpoint): WebhookEndpoint {
  const { id, url, livemode } = endpoint;
  return {
    ...{ id, url, livemode },
    status: statusOf(endpoint.status),
    enabledEvents: endpoint.enabled_events,
    apiVersion: endpoint.api_version ?? undefined,
    isConnect: endpoint.application !== null,
  };
}

function statusOf(status: string): WebhookEndpoint['status'] {
  return status === 'enabled' || status === 'disabled' ? status : { unknown: status };
}
