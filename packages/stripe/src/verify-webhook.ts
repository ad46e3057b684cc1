import { ConnectorError } from '@connector/kernel';
import Stripe from 'stripe';
import { z } from 'zod';

/** Something that has happened on Stripe, as it was at the time: a hint to look at the object again. */
export type WebhookEvent = {
  /** `evt_…`. The same for every delivery of the event. */
  readonly id: string;
  /** For example `account.updated`. There are more than we know. */
  readonly type: string;
  /** The connected account where it happened; undefined for the platform itself. */
  readonly account: string | undefined;
  /** To the second. */
  readonly createdAt: Date;
  readonly livemode: boolean;
  /** The id of what the event is about; a few things, such as balances, have none. */
  readonly objectId: string | undefined;
  /** What the event is about, in the API version of the webhook endpoint, which need not be ours. */
  readonly object: Readonly<Record<string, unknown>>;
};

export type WebhookDelivery = {
  /** To the byte as it arrived. */
  readonly body: Buffer;
  /** The header `Stripe-Signature`. */
  readonly signature: string | undefined;
  /** Any of them may have signed: while a secret is rolled, the old one is good for another day. */
  readonly secrets: readonly string[];
  readonly now: Date;
};

/** How far from our clock the signature's may be, before and after: a delivery that somebody recorded is worth nothing later. */
const toleranceSeconds = 300;

/**
 * The event that Stripe has sent (docs.stripe.com/webhooks/signature). Throws `webhook_signature_invalid` if it was not signed
 * with one of the secrets within five minutes of `now`, and only for what Stripe did sign `webhook_payload_invalid`. Neither
 * message repeats what was sent.
 */
export function verifyWebhook(delivery: WebhookDelivery): WebhookEvent {
  demandSignature(delivery);
  return eventOf(delivery.body);
}

function demandSignature({ body, signature, secrets, now }: WebhookDelivery): void {
  if (signature === undefined) throw signatureInvalid('The header Stripe-Signature is missing');
  if (!secrets.some((secret) => isSignedWith(secret, body, signature))) {
    throw signatureInvalid('The signature was made with none of the webhook secrets');
  }
  // The SDK knows no signature that is too young, so both directions are ours.
  const driftSeconds = Math.floor(now.getTime() / 1_000) - signedAt(signature);
  if (!(Math.abs(driftSeconds) <= toleranceSeconds)) {
    const where = driftSeconds < 0 ? 'ahead of' : 'behind';
    throw signatureInvalid(`The signature is ${Math.abs(driftSeconds)} seconds ${where} our clock`);
  }
}

/** The SDK's own check, in constant time; 0 leaves the age to us. */
function isSignedWith(secret: string, body: Buffer, signature: string): boolean {
  try {
    return Stripe.webhooks.signature?.verifyHeader(body, signature, secret, 0) === true;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeSignatureVerificationError) return false;
    throw error;
  }
}

/** The moment that was signed, in seconds: like the SDK, the last one that the header names. */
function signedAt(signature: string): number {
  const moments = signature.split(',').filter((part) => part.startsWith('t='));
  return Number.parseInt(moments.at(-1)?.slice(2) ?? '', 10);
}

/** Stripe's ids have up to 255 characters (docs.stripe.com/upgrades). */
const id = z.string().min(1).max(255);

/** A snapshot event (docs.stripe.com/api/events/object). Thin ones, `v2.core.event`, carry no object. */
const snapshotEvent = z.object({
  id,
  object: z.literal('event'),
  type: z.string().min(1),
  account: id.nullish(),
  created: z.int(),
  livemode: z.boolean(),
  data: z.object({ object: z.record(z.string(), z.unknown()) }),
});

function eventOf(body: Buffer): WebhookEvent {
  const parsed = snapshotEvent.safeParse(jsonOf(body));
  if (!parsed.success) {
    const fields = parsed.error.issues.map(({ path }) => path.join('.') || 'the whole');
    throw payloadInvalid(`The body is no snapshot event of Stripe: ${[...new Set(fields)].join(', ')}`);
  }
  const { type, account, created, livemode, data } = parsed.data;
  const objectId = data.object.id;
  return {
    ...{ id: parsed.data.id, type, livemode, object: data.object },
    account: account ?? undefined,
    createdAt: new Date(created * 1_000),
    objectId: typeof objectId === 'string' ? objectId : undefined,
  };
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw payloadInvalid('The body is not JSON');
  }
}

function signatureInvalid(message: string): ConnectorError {
  return new ConnectorError(message, { code: 'webhook_signature_invalid', retryable: false });
}

function payloadInvalid(message: string): ConnectorError {
  return new ConnectorError(message, { code: 'webhook_payload_invalid', retryable: false });
}
