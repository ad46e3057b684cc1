import { isDeepStrictEqual } from 'node:util';
import type { Stripe } from 'stripe';
import { publish } from './events.ts';
import type { StripeState } from './state.ts';

/**
 * Overwrites fields of a charge, and says so with the event that Stripe has for such a change; none if nothing has changed.
 * Moves no money. Throws if there is no such charge.
 */
export function changeCharge(state: StripeState, id: string, fields: Partial<Omit<Stripe.Charge, 'id'>>): void {
  const record = state.charges.get(id);
  if (record === undefined) throw new Error(`the simulated Stripe has no charge ${id}`);
  const before = structuredClone(record.object);
  Object.assign(record.object, fields);
  if (isDeepStrictEqual(before, record.object)) return;
  publish(state, changeOf(before, record.object), record.object, record.owner);
}

function changeOf(before: Stripe.Charge, after: Stripe.Charge): Stripe.Event.Type {
  if (before.status !== after.status) return after.status === 'failed' ? 'charge.failed' : 'charge.succeeded';
  if (!before.captured && after.captured) return 'charge.captured';
  return before.amount_refunded < after.amount_refunded ? 'charge.refunded' : 'charge.updated';
}
