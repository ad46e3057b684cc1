import type { Money } from '@connector/kernel';
import type Stripe from 'stripe';
import { callStripe, type WithRequestId } from './call-stripe.ts';
import { idOf } from './id-of.ts';
import { type CreatedRange, createdParameter, listAll } from './list-all.ts';
import { onBehalfOf } from './on-behalf-of.ts';
import type { StripeClient } from './stripe-client.ts';
import { stripeMoney } from './stripe-money.ts';
import { reversalOf, type TransferReversal } from './transfer-reversals.ts';

export type Transfer = {
  readonly id: string;
  readonly amount: Money;
  readonly amountReversed: Money;
  /** The account that the money went to. */
  readonly destination: string | undefined;
  /** The charge that the money came from; undefined for the balance. */
  readonly sourceTransaction: string | undefined;
  readonly transferGroup: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly createdAt: Date;
};

/** A transfer with what was taken back of it. */
export type TransferWithReversals = Transfer & {
  /** The newest ten. */
  readonly reversals: readonly TransferReversal[];
  /** Whether there are more. */
  readonly hasMoreReversals: boolean;
};

/** The body of `POST /v1/transfers`, as it is stored with its key and sent. `amount` in minor units. */
export type TransferRequest = { readonly amount: number } & Readonly<
  Pick<
    Stripe.TransferCreateParams,
    'currency' | 'description' | 'destination' | 'metadata' | 'source_transaction' | 'transfer_group'
  >
>;

/**
 * The transfer made by this request, or by an earlier one with the same key (docs.stripe.com/api/transfers/create). It
 * leaves the platform's balance, or that of `stripeAccount`.
 */
export async function createTransfer(
  stripe: StripeClient,
  input: {
    readonly request: TransferRequest;
    readonly idempotencyKey: string;
    readonly stripeAccount?: string | undefined;
  },
): Promise<WithRequestId<{ readonly transferId: string }>> {
  const { answer, requestId } = await callStripe(stripe, {
    endpoint: 'POST /v1/transfers',
    object: 'transfer',
    effect: 'creates',
    send: (sdk) =>
      sdk.transfers.create(input.request, {
        idempotencyKey: input.idempotencyKey,
        ...onBehalfOf(input.stripeAccount),
      }),
  });
  return { transferId: answer.id, requestId };
}

/**
 * A transfer as it is now, with how much was taken back of it (docs.stripe.com/api/transfers/retrieve): one of the platform, or
 * of `stripeAccount`.
 */
export async function retrieveTransfer(
  stripe: StripeClient,
  id: string,
  stripeAccount?: string,
): Promise<WithRequestId<Transfer>> {
  const { answer, requestId } = await callStripe(stripe, {
    endpoint: 'GET /v1/transfers/:id',
    object: 'transfer',
    effect: 'none',
    send: (sdk) => sdk.transfers.retrieve(id, {}, onBehalfOf(stripeAccount)),
  });
  return { ...transferOf(answer), requestId };
}

/**
 * The newest transfer to `destination` of that time that matches; undefined if there is none. For a call whose outcome is
 * unknown and whose key Stripe may have forgotten (docs.stripe.com/api/transfers/list).
 */
export async function findTransfer(
  stripe: StripeClient,
  input: CreatedRange & {
    readonly destination: string;
    readonly matches: (transfer: Transfer) => boolean;
    readonly stripeAccount?: string | undefined;
  },
): Promise<WithRequestId<{ readonly transferId: string }> | undefined> {
  const query = { destination: input.destination, created: createdParameter(input) };
  const transfers = listAll(stripe, 'GET /v1/transfers', (sdk, page) =>
    sdk.transfers.list({ ...query, ...page }, onBehalfOf(input.stripeAccount)),
  );
  for await (const { item, requestId } of transfers) {
    if (input.matches(transferOf(item))) return { transferId: item.id, requestId };
  }
  return undefined;
}

/**
 * The transfers that left the platform's balance, or that of `stripeAccount`, in that time, the newest first, 100 a call
 * (docs.stripe.com/api/transfers/list).
 */
export async function* listTransfers(
  stripe: StripeClient,
  input: CreatedRange & { readonly stripeAccount?: string | undefined },
): AsyncGenerator<TransferWithReversals> {
  const created = createdParameter(input);
  const transfers = listAll(stripe, 'GET /v1/transfers', (sdk, page) =>
    sdk.transfers.list({ created, ...page }, onBehalfOf(input.stripeAccount)),
  );
  for await (const { item } of transfers) {
    const { data, has_more: hasMoreReversals } = item.reversals;
    yield { ...transferOf(item), reversals: data.map(reversalOf), hasMoreReversals };
  }
}

function transferOf(transfer: Stripe.Transfer): Transfer {
  return {
    id: transfer.id,
    amount: stripeMoney(transfer.amount, transfer.currency),
    amountReversed: stripeMoney(transfer.amount_reversed, transfer.currency),
    destination: idOf(transfer.destination),
    sourceTransaction: idOf(transfer.source_transaction),
    transferGroup: transfer.transfer_group ?? undefined,
    metadata: transfer.metadata,
    createdAt: new Date(transfer.created * 1_000),
  };
}
