import type { Money } from '@connector/kernel';
import type Stripe from 'stripe';
import { callStripe, type WithRequestId } from './call-stripe.ts';
import { type CreatedRange, createdParameter, listAll } from './list-all.ts';
import type { StripeClient } from './stripe-client.ts';
import { stripeMoney } from './stripe-money.ts';

export type Payout = {
  readonly id: string;
  /** What was `paid` can still become `failed`, days later (docs.stripe.com/api/payouts/object). */
  readonly status: 'pending' | 'in_transit' | 'paid' | 'failed' | 'canceled' | { readonly unknown: string };
  readonly amount: Money;
  /** Stripe's own word, for example `account_closed`; undefined unless it has failed. */
  readonly failureCode: string | undefined;
  readonly failureMessage: string | undefined;
  /** Made by Stripe, by the schedule of the account. */
  readonly isAutomatic: boolean;
  /** When the money is expected at the bank. */
  readonly arrivalDate: Date;
  readonly metadata: Readonly<Record<string, string>>;
  readonly createdAt: Date;
};

/** The body of `POST /v1/payouts`, as it is stored with its key and sent. `amount` in minor units. */
export type PayoutRequest = { readonly amount: number } & Readonly<
  Pick<Stripe.PayoutCreateParams, 'currency' | 'description' | 'metadata'>
>;

/**
 * The payout made by this request, or by an earlier one with the same key: money of the connected account leaves for the
 * seller's bank (docs.stripe.com/api/payouts/create). `stripe_refused` with `balance_insufficient` or `payouts_not_allowed`.
 */
export async function createPayout(
  stripe: StripeClient,
  input: { readonly request: PayoutRequest; readonly idempotencyKey: string; readonly stripeAccount: string },
): Promise<WithRequestId<Payout>> {
  const { request, idempotencyKey, stripeAccount } = input;
  const { answer, requestId } = await callStripe(stripe, {
    endpoint: 'POST /v1/payouts',
    object: 'payout',
    effect: 'creates',
    send: (sdk) => sdk.payouts.create(request, { idempotencyKey, stripeAccount }),
  });
  return { ...payoutOf(answer), requestId };
}

/** A payout of the connected account as it is now (docs.stripe.com/api/payouts/retrieve). */
export async function retrievePayout(
  stripe: StripeClient,
  input: { readonly id: string; readonly stripeAccount: string },
): Promise<WithRequestId<Payout>> {
  const { answer, requestId } = await callStripe(stripe, {
    endpoint: 'GET /v1/payouts/:id',
    object: 'payout',
    effect: 'none',
    send: (sdk) => sdk.payouts.retrieve(input.id, {}, { stripeAccount: input.stripeAccount }),
  });
  return { ...payoutOf(answer), requestId };
}

/**
 * The newest payout of the connected account of that time that matches; undefined if there is none. For a call whose outcome
 * is unknown and whose key Stripe may have forgotten (docs.stripe.com/api/payouts/list).
 */
export async function findPayout(
  stripe: StripeClient,
  input: CreatedRange & { readonly stripeAccount: string; readonly matches: (payout: Payout) => boolean },
): Promise<WithRequestId<Payout> | undefined> {
  const created = createdParameter(input);
  const payouts = listAll(stripe, 'GET /v1/payouts', (sdk, page) =>
    sdk.payouts.list({ created, ...page }, { stripeAccount: input.stripeAccount }),
  );
  for await (const { item, requestId } of payouts) {
    const payout = payoutOf(item);
    if (input.matches(payout)) return { ...payout, requestId };
  }
  return undefined;
}

/** The payouts of the connected account in that time, the newest first, 100 a call (docs.stripe.com/api/payouts/list). */
export async function* listPayouts(
  stripe: StripeClient,
  input: CreatedRange & { readonly stripeAccount: string },
): AsyncGenerator<Payout> {
  const { stripeAccount } = input;
  const created = createdParameter(input);
  const payouts = listAll(stripe, 'GET /v1/payouts', (sdk, page) =>
    sdk.payouts.list({ created, ...page }, { stripeAccount }),
  );
  for await (const { item } of payouts) yield payoutOf(item);
}

function payoutOf(payout: Stripe.Payout): Payout {
  return {
    id: payout.id,
    status: statusOf(payout.status),
    amount: stripeMoney(payout.amount, payout.currency),
    failureCode: payout.failure_code ?? undefined,
    failureMessage: payout.failure_message ?? undefined,
    isAutomatic: payout.automatic,
    arrivalDate: new Date(payout.arrival_date * 1_000),
    metadata: payout.metadata ?? {},
    createdAt: new Date(payout.created * 1_000),
  };
}

function statusOf(status: string): Payout['status'] {
  switch (status) {
    case 'pending':
    case 'in_transit':
    case 'paid':
    case 'failed':
    case 'canceled':
      return status;
    default:
      return { unknown: status };
  }
}
