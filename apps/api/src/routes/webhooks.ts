import { isConnectorError } from '@connector/kernel';
import type { Logger } from '@connector/observability';
import { verifyWebhook } from '@connector/stripe';
import { type ReceiveEventDeps, receiveEvent, type WebhookEndpoint } from '@connector/workflows';
import express, { type Request, type RequestHandler, type Response, Router } from 'express';

export type WebhooksDeps = ReceiveEventDeps & {
  readonly log: Logger;
  readonly webhookSecrets: Readonly<Record<WebhookEndpoint, string>>;
};

/** Stripe's events have a few kilobytes. */
const bodyLimit = '1mb';

/**
 * What Stripe calls when something has changed (docs.stripe.com/webhooks). Stands before the JSON parser, because the signature
 * is over the bytes as they came. Nothing is kept of what is not signed, and the answer does not wait for any work.
 */
export function webhooks(deps: WebhooksDeps): Router {
  const raw = express.raw({ type: () => true, limit: bodyLimit });
  const path = '/api/public/webhook';
  return Router()
    .post(`${path}/sellers`, raw, receive(deps, 'sellers'))
    .post(`${path}/operator`, raw, receive(deps, 'operator'))
    .post(path, raw, receive(deps, 'sellers'));
}

function receive(deps: WebhooksDeps, endpoint: WebhookEndpoint): RequestHandler {
  return async (request, response) => {
    const event = verified(deps, endpoint, request);
    if (typeof event === 'string') return answer(response, 400, event);
    const { accepted, text } = await receiveEvent(deps, endpoint, event);
    deps.log.debug({ endpoint, eventId: event.id, type: event.type, accepted, text }, 'event received');
    answer(response, accepted ? 200 : 400, text);
  };
}

/** The event, or why it is none, in the words that the old connector used. */
function verified({ webhookSecrets, now, log }: WebhooksDeps, endpoint: WebhookEndpoint, request: Request) {
  const body: unknown = request.body;
  try {
    return verifyWebhook({
      body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
      signature: request.get('stripe-signature'),
      secrets: [webhookSecrets[endpoint]],
      now: now(),
    });
  } catch (error) {
    if (!isConnectorError(error)) throw error;
    log.warn({ endpoint, code: error.code }, 'webhook refused');
    return error.code === 'webhook_signature_invalid' ? 'Invalid signature.' : 'Invalid payload.';
  }
}

function answer(response: Response, status: number, text: string): void {
  response.status(status).type('text/plain').send(text);
}
