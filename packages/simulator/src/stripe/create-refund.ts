import type { Stripe } from 'stripe';
import { demandExpressible, shownAmount } from './amounts.ts';
import { cancelIntent } from './cancel-intent.ts';
import { findCharge } from './charges.ts';
import { publish } from './events.ts';
import { newRefund } from './new-refund.ts';
import { invalidParameter, noSuchReference, Refusal } from './refusal.ts';
import { releaseAuthorization } from './release-authorization.ts';
import { type ChargeRecord, nowInSeconds, type StripeState } from './state.ts';

export type RefundRequest = {
  /** The account whose charge it is. */
  readonly account: string;
  readonly charge: string;
  /** In minor units; all that is left unless given. */
  readonly amount?: number | undefined;
  readonly reason?: Stripe.Refund.Reason | undefined;
  readonly metadata?: Stripe.Metadata | undefined;
};

/**
 * Gives money back to the buyer and gives the refund (docs.stripe.com/refunds). It leaves the balance at once; where that
 * does not suffice, the refund is pending. A charge that is authorised only is let go of as a whole, which cancels its
 * PaymentIntent. Throws the refusals of Stripe.
 */
export function createRefund(state: StripeState, request: RefundRequest): Stripe.Refund {
  const record = findCharge(state, request.account, request.charge);
  if (record === undefined) throw noSuchReference('charge', request.charge, 'charge');
  const { object: charge } = record;
  const { reason, metadata, amount = charge.amount - charge.amount_refunded } = request;
  demandRefundable(charge, amount);
  const refund = charge.captured
    ? refundMoney(state, record, { amount, reason, metadata })
    : releaseAuthorization(state, record, { amount, reason, metadata });
  if (!charge.captured) cancelIntent(state, charge.payment_intent);
  publish(state, 'refund.created', refund, record.owner);
  publish(state, 'charge.refunded', charge, record.owner);
  return refund;
}

/** Takes what is refunded from the account's balance; false if there is not enough, and nothing is taken. */
export function takeRefund({ balances }: StripeState, { owner, funds, object }: ChargeRecord, amount: number): boolean {
  const { available, pending } = balances.of(owner, object.currency);
  const fromPending = funds === 'pending' ? Math.min(amount, Math.max(pending, 0)) : 0;
  if (amount - fromPending > available) return false;
  balances.add(owner, object.currency, 'pending', -fromPending);
  balances.add(owner, object.currency, 'available', fromPending - amount);
  return true;
}

function demandRefundable(charge: Stripe.Charge, amount: number): void {
  const { id, status, currency } = charge;
  if (status !== 'succeeded') {
    throw new Refusal(400, `Charge ${id} is ${status} and cannot be refunded.`, { code: 'charge_not_refundable' });
  }
  if (charge.refunded) {
    throw new Refusal(400, `Charge ${id} has already been refunded.`, { code: 'charge_already_refunded' });
  }
  const left = charge.amount - charge.amount_refunded;
  if (amount > left) {
    const [asked, unrefunded] = [shownAmount(amount, currency), shownAmount(left, currency)];
    const message = `Refund amount (${asked}) is greater than unrefunded amount on charge (${unrefunded})`;
    throw invalidParameter('amount', message);
  }
  demandExpressible(amount, currency, 'amount');
  if (!charge.captured && amount < left) {
    const message =
      'You cannot partially refund an uncaptured charge. Instead, capture the charge for an amount less than the original amount';
    throw invalidParameter('amount', message);
  }
}

function refundMoney(
  state: StripeState,
  record: ChargeRecord,
  refund: Pick<RefundRequest, 'reason' | 'metadata'> & { readonly amount: number },
): Stripe.Refund {
  const { owner, object: charge, refundsBegin } = record;
  const taken = takeRefund(state, record, refund.amount);
  const status = taken ? refundsBegin : 'pending';
  const object = newRefund({ ...refund, charge, created: nowInSeconds(state), status, taken });
  state.refunds.add({ owner, object, taken });
  charge.amount_refunded += refund.amount;
  charge.refunded = charge.amount_refunded === charge.amount;
  return object;
}
