import type { Money } from '@connector/kernel';
import type Stripe from 'stripe';
import { callStripe, type WithRequestId } from './call-stripe.ts';
import { idOf } from './id-of.ts';
import { type CreatedRange, createdParameter, listAll } from './list-all.ts';
import type { StripeClient } from './stripe-client.ts';
import { stripeMoney } from './stripe-money.ts';

export type Refund = {
  readonly id: string;
  /**
   * `pending` for as long as the buyer's bank or the platform's balance makes it wait; `requires_action` if the buyer must
   * act. What has succeeded can still become `failed` (docs.stripe.com/refunds#failed-refunds).
   */
  readonly status: 'succeeded' | 'pending' | 'failed' | 'requires_action' | 'canceled' | { readonly unknown: string };
  readonly amount: Money;
  readonly chargeId: string | undefined;
  readonly paymentIntentId: string | undefined;
  /** It only lets go of money that was authorised and not taken: nothing moves. */
  readonly isRelease: boolean;
  /** Stripe's own word, for example `expired_or_canceled_card`; undefined unless it has failed. */
  readonly failureReason: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly createdAt: Date;
};

/** The body of `POST /v1/refunds`, as it is stored with its key and sent. `amount` in minor units. */
export type RefundRequest = { readonly charge: string; readonly amount: number } & Readonly<
  Pick<Stripe.RefundCreateParams, 'metadata'>
>;

/**
 * The refund made by this request, or by an earlier one with the same key (docs.stripe.com/api/refunds/create). An answer is
 * no proof that the buyer gets his money: that is what `status` says.
 */
export async function createRefund(
  stripe: StripeClient,
  input: { readonly request: RefundRequest; readonly idempotencyKey: string },
): Promise<WithRequestId<Refund>> {
  const { answer, requestId } = await callStripe(stripe, {
    endpoint: 'POST /v1/refunds',
    object: 'refund',
    effect: 'creates',
    send: (sdk) => sdk.refunds.create(input.request, { idempotencyKey: input.idempotencyKey }),
  });
  return { ...refundOf(answer), requestId };
}

/** A refund as it is now (docs.stripe.com/api/refunds/retrieve). */
export async function retrieveRefund(stripe: StripeClient, id: string): Promise<WithRequestId<Refund>> {
  const { answer, requestId } = await callStripe(stripe, {
    endpoint: 'GET /v1/refunds/:id',
    object: 'refund',
    effect: 'none',
    send: (sdk) => sdk.refunds.retrieve(id),
  });
  return { ...refundOf(answer), requestId };
}

/**
 * The newest refund of the charge that matches; undefined if there is none. For a call whose outcome is unknown and whose
 * key Stripe may have forgotten (docs.stripe.com/api/refunds/list). What was authorised and let go of is on the list too.
 */
export async function findRefund(
  stripe: StripeClient,
  input: {
    readonly chargeId: string;
    /** From when on it was created; any time unless given. */
    readonly createdFrom?: Date | undefined;
    readonly matches: (refund: Refund) => boolean;
  },
): Promise<WithRequestId<Refund> | undefined> {
  const { chargeId: charge, createdFrom } = input;
  const query = createdFrom === undefined ? { charge } : { charge, created: createdParameter({ createdFrom }) };
  const refunds = listAll(stripe, 'GET /v1/refunds', (sdk, page) => sdk.refunds.list({ ...query, ...page }));
  for await (const { item, requestId } of refunds) {
    const refund = refundOf(item);
    if (input.matches(refund)) return { ...refund, requestId };
  }
  return undefined;
}

/**
 * The platform's refunds of that time, the newest first, 100 a call (docs.stripe.com/api/refunds/list). What was authorised and
 * let go of is on the list too.
 */
export async function* listRefunds(stripe: StripeClient, range: CreatedRange): AsyncGenerator<Refund> {
  const created = createdParameter(range);
  const refunds = listAll(stripe, 'GET /v1/refunds', (sdk, page) => sdk.refunds.list({ created, ...page }));
  for await (const { item } of refunds) yield refundOf(item);
}

function refundOf(refund: Stripe.Refund): Refund {
  return {
    id: refund.id,
    status: statusOf(refund.status),
    amount: stripeMoney(refund.amount, refund.currency),
    chargeId: idOf(refund.charge),
    paymentIntentId: idOf(refund.payment_intent),
    // What waits for money to pay it has no balance transaction yet; what moves none never gets one.
    isRelease: refund.status === 'succeeded' && refund.balance_transaction === null,
    failureReason: refund.failure_reason,
    metadata: refund.metadata ?? {},
    createdAt: new Date(refund.created * 1_000),
  };
}

function statusOf(status: string | null): Refund['status'] {
  switch (status) {
    case 'succeeded':
    case 'pending':
    case 'failed':
    case 'requires_action':
    case 'canceled':
      return status;
    default:
      return { unknown: String(status) };
  }
}
