import type { Stripe } from 'stripe';
import type { Owned } from './collection.ts';
import { publish } from './events.ts';
import { newId } from './new-id.ts';
import type { StripeState } from './state.ts';

/** Why a bank sends a payout back (docs.stripe.com/api/payouts/failures). */
export type PayoutFailure = {
  /** For example `account_closed`. */
  readonly code: string;
  readonly message: string;
};

/** Which status a payout may leave for which. One that was paid can still fail, days later. */
const next: Readonly<Record<string, readonly string[]>> = {
  pending: ['in_transit', 'paid', 'failed', 'canceled'],
  in_transit: ['paid', 'failed'],
  paid: ['failed'],
};

/** Brings a payout on its way; one that is cancelled returns to the balance. Throws if its status does not allow that. */
export function settlePayout(state: StripeState, id: string, status: 'in_transit' | 'paid' | 'canceled'): void {
  const record = leave(state, id, status);
  if (status === 'canceled') giveBack(state, record);
  publish(state, eventOf[status], record.object, record.owner);
}

const eventOf = { in_transit: 'payout.updated', paid: 'payout.paid', canceled: 'payout.canceled' } as const;

/** Lets a payout fail: the money returns to the balance. Throws if its status does not allow that. */
export function failPayout(state: StripeState, id: string, { code, message }: PayoutFailure): void {
  const record = leave(state, id, 'failed');
  record.object.failure_code = code;
  record.object.failure_message = message;
  giveBack(state, record);
  publish(state, 'payout.failed', record.object, record.owner);
}

function leave({ payouts }: StripeState, id: string, status: string): Owned<Stripe.Payout> {
  const record = payouts.get(id);
  if (record === undefined) throw new Error(`the simulated Stripe has no payout ${id}`);
  const { object: payout } = record;
  if (next[payout.status]?.includes(status) !== true) {
    throw new Error(`the simulated payout ${id} has the status ${payout.status} and cannot be ${status}`);
  }
  payout.status = status;
  return record;
}

function giveBack({ balances }: StripeState, { owner, object: payout }: Owned<Stripe.Payout>): void {
  balances.add(owner, payout.currency, 'available', payout.amount);
  payout.failure_balance_transaction = newId('txn');
}
