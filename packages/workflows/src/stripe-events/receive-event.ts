import type { Database } from '@connector/database';
import { type Clock, errorMessage } from '@connector/kernel';
import type { Logger } from '@connector/observability';
import type { Queues } from '@connector/queues';
import { decideEvent, type IncomingEvent, type WebhookEndpoint } from './decide-event.ts';
import { enqueueFollowUp } from './follow-up.ts';
import { insertEvent, isMapped } from './stripe-events-table.ts';

export type ReceiveEventDeps = {
  readonly db: Database;
  readonly queues: Queues;
  readonly now: Clock;
  readonly log: Logger;
  /** Under which the shop frontend puts the commercial order's id. */
  readonly metadataKey: string;
};

/** What Stripe is answered: whether the event was taken note of, or need not be, and a short text. */
export type EventReceipt = { readonly accepted: boolean; readonly text: string };

/**
 * Takes note of an event whose signature is right, once, and has its object looked at by a job. Only the ledger decides the
 * answer: a Redis that is away costs minutes (the recovery sweep rings), not the event. Throws what the database throws;
 * Stripe then sends the event again.
 */
export async function receiveEvent(
  deps: ReceiveEventDeps,
  endpoint: WebhookEndpoint,
  event: IncomingEvent,
): Promise<EventReceipt> {
  const decision = decideEvent(endpoint, event, deps);
  if (decision.kind !== 'follow') return { accepted: decision.kind === 'ignore', text: decision.text };
  const { subject } = decision;
  if ('accountId' in subject && !(await isMapped(deps.db, subject.accountId))) {
    return { accepted: true, text: 'Ignored: no shop is mapped to this account' };
  }
  if (!(await insertEvent(deps.db, event, deps.now()))) return { accepted: true, text: 'Event was received before' };
  try {
    await enqueueFollowUp(deps.queues, subject);
  } catch (error) {
    deps.log.warn({ eventId: event.id, reason: errorMessage(error) }, 'event waits for the recovery sweep');
  }
  return { accepted: true, text: 'Event received' };
}
