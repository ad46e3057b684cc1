import { takeRefund } from './create-refund.ts';
import { publish } from './events.ts';
import { newId } from './new-id.ts';
import type { ChargeRecord, RefundRecord, StripeState } from './state.ts';

/** What can become of a refund. */
export type RefundEnd = 'succeeded' | 'failed' | 'canceled';

/**
 * Ends a refund that is pending or waits for the buyer, as the buyer's bank does after days. One that has succeeded can
 * still fail (docs.stripe.com/refunds#failed-refunds): the money returns to the balance, and the charge can be refunded
 * again. Throws if the refund is not in a state for it, or if the balance still does not suffice.
 */
export function settleRefund(state: StripeState, id: string, end: RefundEnd): void {
  const record = state.refunds.get(id);
  const charge = typeof record?.object.charge === 'string' ? state.charges.get(record.object.charge) : undefined;
  if (record === undefined || charge === undefined) throw new Error(`the simulated Stripe has no refund ${id}`);
  if (!mayEnd(record, end)) {
    throw new Error(`the simulated refund ${id} has the status ${record.object.status} and cannot be ${end}`);
  }
  if (end === 'succeeded') succeed(state, record, charge);
  else giveUp(state, record, charge, end);
  publish(state, 'refund.updated', record.object, record.owner);
  if (end === 'failed') publish(state, 'refund.failed', record.object, record.owner);
}

function mayEnd({ object: { status }, taken }: RefundRecord, end: RefundEnd): boolean {
  if (status === 'pending' || status === 'requires_action') return true;
  return status === 'succeeded' && taken && end === 'failed';
}

function succeed(state: StripeState, record: RefundRecord, charge: ChargeRecord): void {
  const { object: refund } = record;
  if (!record.taken) {
    if (!takeRefund(state, charge, refund.amount)) {
      throw new Error(`the simulated balance does not suffice for the refund ${refund.id}`);
    }
    record.taken = true;
    refund.balance_transaction = newId('txn');
  }
  refund.status = 'succeeded';
  delete refund.pending_reason;
}

function giveUp(
  { balances }: StripeState,
  record: RefundRecord,
  { object: charge }: ChargeRecord,
  end: 'failed' | 'canceled',
): void {
  const { owner, object: refund } = record;
  if (record.taken) {
    balances.add(owner, refund.currency, 'available', refund.amount);
    record.taken = false;
    refund.failure_balance_transaction = newId('txn');
  }
  refund.status = end;
  refund.failure_reason = end === 'failed' ? 'expired_or_canceled_card' : 'merchant_request';
  delete refund.pending_reason;
  charge.amount_refunded -= refund.amount;
  charge.refunded = false;
}
