/** Which of the two webhook endpoints an event came to: that of connected accounts, or that of the platform itself. */
export type WebhookEndpoint = 'sellers' | 'operator';

/** An event whose signature is right, as far as we look at it: a hint that an object has changed, never the truth about it. */
export type IncomingEvent = {
  readonly id: string;
  readonly type: string;
  /** The connected account that it is about; undefined for the platform's own. */
  readonly account: string | undefined;
  readonly objectId: string | undefined;
  /** The object as it was when the event was made. */
  readonly object: Readonly<Record<string, unknown>>;
};

/** What we look at again when we hear of it. */
export type EventSubject =
  | { readonly kind: 'account'; readonly accountId: string }
  | { readonly kind: 'charge'; readonly chargeId: string }
  | { readonly kind: 'payment-intent'; readonly paymentIntentId: string }
  | { readonly kind: 'refund'; readonly stripeRefundId: string }
  | { readonly kind: 'payout'; readonly payoutId: string; readonly accountId: string };

export type EventDecision =
  | { readonly kind: 'follow'; readonly subject: EventSubject }
  /** Nothing of ours; Stripe is told that all is well, so that it does not disable the endpoint. */
  | { readonly kind: 'ignore'; readonly text: string }
  | { readonly kind: 'refuse'; readonly text: string };

const ofThePlatform = 'Ignored: payments count on the endpoint of the platform account';

const noLongerNeeded = new Set([
  'payment_intent.created',
  'payment_intent.succeeded',
  'payment_intent.amount_capturable_updated',
]);

/**
 * What an event calls for (workflows.md, sections 2, 3, 5 and 6). Charges and refunds count only on the operator's endpoint and without an
 * account: otherwise any seller could claim somebody's order (lessons.md, L6).
 */
export function decideEvent(
  endpoint: WebhookEndpoint,
  event: IncomingEvent,
  options: { readonly metadataKey: string },
): EventDecision {
  if (noLongerNeeded.has(event.type)) return ignore(`${event.type} is no longer needed`);
  const subject = subjectOf(event);
  if (!subject) return ignore('Unhandled event type');
  switch (subject.kind) {
    case 'account':
      if (endpoint !== 'sellers') return ignore('Ignored: account events count on the endpoint of connected accounts');
      if (event.object.details_submitted !== true) return ignore('Ignored: the details have not been submitted yet');
      return { kind: 'follow', subject };
    case 'payout':
      if (endpoint !== 'sellers') return ignore('Ignored: payout events count on the endpoint of connected accounts');
      return { kind: 'follow', subject };
    case 'refund':
      if (endpoint !== 'operator' || event.account !== undefined) return ignore(ofThePlatform);
      return { kind: 'follow', subject };
    case 'charge':
    case 'payment-intent':
      if (endpoint !== 'operator' || event.account !== undefined) return ignore(ofThePlatform);
      if (hasEmptyOrder(event, options.metadataKey)) {
        return { kind: 'refuse', text: `${options.metadataKey} is empty in the metadata` };
      }
      return { kind: 'follow', subject };
  }
}

/** What an event is about, from its type and ids alone; undefined for a type that we do not handle, or without its ids. */
export function subjectOf(event: Pick<IncomingEvent, 'type' | 'account' | 'objectId'>): EventSubject | undefined {
  const { account, objectId } = event;
  if (objectId === undefined) return undefined;
  switch (event.type) {
    case 'account.updated':
      return { kind: 'account', accountId: objectId };
    case 'charge.succeeded':
    case 'charge.updated':
    case 'charge.captured':
    case 'charge.failed':
    case 'charge.expired':
    case 'charge.refunded':
      return { kind: 'charge', chargeId: objectId };
    case 'payment_intent.canceled':
      return { kind: 'payment-intent', paymentIntentId: objectId };
    case 'refund.updated':
    case 'refund.failed':
      return { kind: 'refund', stripeRefundId: objectId };
    case 'payout.failed':
    case 'payout.paid':
      return account === undefined ? undefined : { kind: 'payout', payoutId: objectId, accountId: account };
    default:
      return undefined;
  }
}

function ignore(text: string): EventDecision {
  return { kind: 'ignore', text };
}

function hasEmptyOrder({ object }: IncomingEvent, key: string): boolean {
  const metadata = object.metadata;
  if (typeof metadata !== 'object' || metadata === null) return false;
  const value: unknown = Reflect.get(metadata, key);
  return typeof value === 'string' && value.trim() === '';
}
