import type { Stripe } from 'stripe';
import { z } from 'zod';
import type { Owned } from './collection.ts';
import { defineEndpoint, type Endpoint } from './endpoint.ts';
import { listPage, pageParameters } from './list-page.ts';
import { newId } from './new-id.ts';
import { anyEndpoint } from './parameters.ts';
import { noSuchObject } from './refusal.ts';
import { nowInSeconds, type StripeState } from './state.ts';

/** A webhook endpoint, and what the API shows at its creation only. */
export type WebhookEndpointRecord = Owned<Stripe.WebhookEndpoint> & { readonly secret: string };

export type GivenWebhookEndpoint = {
  /** Where events are sent. */
  readonly url: string;
  /** Signs them. */
  readonly secret: string;
  /** Whether it hears of the connected accounts, or else of the platform's own. */
  readonly connect: boolean;
  /** The types of events that it is sent; `*` for all. */
  readonly events: readonly string[];
  /** `enabled` unless given. */
  readonly status?: 'enabled' | 'disabled';
  /** In which its events are said to be written; the account's default unless given. */
  readonly apiVersion?: string;
};

/** Webhook endpoints (docs.stripe.com/api/webhook_endpoints): retrieve, list. */
export const webhookEndpointEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/v1/webhook_endpoints',
    permission: 'rak_webhook_read',
    parameters: z.strictObject(pageParameters),
    run: ({ webhookEndpoints }, { account, parameters: page }) =>
      listPage(webhookEndpoints, webhookEndpoints.filed(account), {
        url: '/v1/webhook_endpoints',
        kind: 'webhook_endpoint',
        page,
      }),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/v1/webhook_endpoints/:id',
    permission: 'rak_webhook_read',
    parameters: z.strictObject(anyEndpoint),
    run({ webhookEndpoints }, { id, account }) {
      const record = webhookEndpoints.get(id);
      if (record?.owner !== account) throw noSuchObject('webhook endpoint', id, 'webhook_endpoint');
      return record.object;
    },
  }),
];

/** Adds an endpoint of the platform, as somebody does on Stripe's dashboard. */
export function addWebhookEndpoint(state: StripeState, given: GivenWebhookEndpoint): Stripe.WebhookEndpoint {
  const { platform } = state;
  const object: Stripe.WebhookEndpoint = {
    id: newId('we'),
    object: 'webhook_endpoint',
    api_version: given.apiVersion ?? null,
    application: given.connect ? platform.id.replace('acct', 'ca') : null,
    created: nowInSeconds(state),
    description: null,
    enabled_events: [...given.events],
    livemode: false,
    metadata: {},
    status: given.status ?? 'enabled',
    url: given.url,
  };
  state.webhookEndpoints.add({ owner: platform.id, object, secret: given.secret });
  return object;
}
