import type { Money } from '@connector/kernel';
import type Stripe from 'stripe';
import { callStripe, type WithRequestId } from './call-stripe.ts';
import { inSeconds, listAll } from './list-all.ts';
import { onBehalfOf } from './on-behalf-of.ts';
import type { StripeClient } from './stripe-client.ts';
import { stripeMoney } from './stripe-money.ts';

export type TransferReversal = {
  readonly id: string;
  readonly amount: Money;
  readonly metadata: Readonly<Record<string, string>>;
  readonly createdAt: Date;
};

/** The body of `POST /v1/transfers/:id/reversals`, as it is stored with its key and sent. `amount` in minor units. */
export type TransferReversalRequest = { readonly amount: number } & Readonly<
  Pick<Stripe.TransferCreateReversalParams, 'description' | 'metadata'>
>;

/**
 * The reversal made by this request, or by an earlier one with the same key: money of a transfer of the platform comes back
 * from the seller's balance (docs.stripe.com/api/transfer_reversals/create). `stripe_refused` with `balance_insufficient` if
 * the seller does not have it.
 */
export async function createTransferReversal(
  stripe: StripeClient,
  input: { readonly transferId: string; readonly request: TransferReversalRequest; readonly idempotencyKey: string },
): Promise<WithRequestId<{ readonly reversalId: string }>> {
  const { transferId, request, idempotencyKey } = input;
  const { answer, requestId } = await callStripe(stripe, {
    endpoint: 'POST /v1/transfers/:id/reversals',
    object: 'transfer_reversal',
    effect: 'creates',
    send: (sdk) => sdk.transfers.createReversal(transferId, request, { idempotencyKey }),
  });
  return { reversalId: answer.id, requestId };
}

/**
 * The newest reversal of the transfer that matches; undefined if there is none. For a call whose outcome is unknown and whose
 * key Stripe may have forgotten (docs.stripe.com/api/transfer_reversals/list).
 */
export async function findTransferReversal(
  stripe: StripeClient,
  input: {
    readonly transferId: string;
    /** From when on it was created; any time unless given. Stripe's list cannot be narrowed to a time. */
    readonly createdFrom?: Date | undefined;
    readonly matches: (reversal: TransferReversal) => boolean;
  },
): Promise<WithRequestId<{ readonly reversalId: string }> | undefined> {
  const { transferId, createdFrom = new Date(0), matches } = input;
  const reversals = listAll(stripe, 'GET /v1/transfers/:id/reversals', (sdk, page) =>
    sdk.transfers.listReversals(transferId, page),
  );
  for await (const { item, requestId } of reversals) {
    if (item.created < inSeconds(createdFrom)) return undefined;
    if (matches(reversalOf(item))) return { reversalId: item.id, requestId };
  }
  return undefined;
}

/** All reversals of a transfer of the platform, or of `stripeAccount`, the newest first (docs.stripe.com/api/transfer_reversals/list). */
export async function* listTransferReversals(
  stripe: StripeClient,
  input: { readonly transferId: string; readonly stripeAccount?: string | undefined },
): AsyncGenerator<TransferReversal> {
  const reversals = listAll(stripe, 'GET /v1/transfers/:id/reversals', (sdk, page) =>
    sdk.transfers.listReversals(input.transferId, page, onBehalfOf(input.stripeAccount)),
  );
  for await (const { item } of reversals) yield reversalOf(item);
}

/** Stripe's reversal in our words. */
export function reversalOf(reversal: Stripe.TransferReversal): TransferReversal {
  return {
    id: reversal.id,
    amount: stripeMoney(reversal.amount, reversal.currency),
    metadata: reversal.metadata ?? {},
    createdAt: new Date(reversal.created * 1_000),
  };
}
