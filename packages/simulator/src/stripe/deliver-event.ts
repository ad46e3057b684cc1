import { createHmac } from 'node:crypto';
import { type Clock, errorMessage } from '@connector/kernel';
import type { Stripe } from 'stripe';
import { defaultApiVersion } from './api-version.ts';
import { newId } from './new-id.ts';
import type { WebhookEndpointRecord } from './webhook-endpoints.ts';

/** One attempt to hand an event to an endpoint. */
export type DeliveryAttempt = {
  readonly endpointId: string;
  /** When it began. */
  readonly at: Date;
  /** What the endpoint answered; undefined if it did not. */
  readonly status: number | undefined;
  readonly answer: string;
  /** Why there was no answer. */
  readonly problem: string | undefined;
};

export type DeliveryOptions = {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** Ends the attempt at once. */
  readonly signal: AbortSignal;
};

/**
 * Sends an event to an endpoint, once, signed with the present moment (docs.stripe.com/webhooks/signature). Never throws: what
 * goes wrong is part of the attempt. Redirections are not followed.
 */
export async function deliverEvent(
  event: Stripe.EventBase,
  { object: endpoint, secret }: WebhookEndpointRecord,
  options: DeliveryOptions,
): Promise<DeliveryAttempt> {
  const at = options.clock();
  const attempt = { endpointId: endpoint.id, at };
  // Over several lines, as Stripe writes it: whoever signs anything but the raw body gets another signature.
  const body = JSON.stringify({ ...event, api_version: endpoint.api_version ?? defaultApiVersion }, undefined, 2);
  try {
    const response = await fetch(endpoint.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'stripe-signature': signature(body, secret, at),
        'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
        connection: 'close',
      },
      body,
      redirect: 'manual',
      signal: AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs)]),
    });
    return { ...attempt, status: response.status, answer: await response.text(), problem: undefined };
  } catch (error) {
    const reason = error instanceof Error && error.cause !== undefined ? error.cause : error;
    return { ...attempt, status: undefined, answer: '', problem: errorMessage(reason) };
  }
}

/** With a signature of a scheme that must not count, as Stripe adds one to events of test mode. */
function signature(body: string, secret: string, at: Date): string {
  const seconds = Math.floor(at.getTime() / 1_000);
  const v1 = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  return `t=${seconds},v1=${v1},v0=${newId('').slice(1)}`;
}
