import type { Stripe } from 'stripe';
import { shownAmount } from './amounts.ts';
import { findCharge } from './charges.ts';
import { newId } from './new-id.ts';
import { invalidParameter, noSuchReference, Refusal } from './refusal.ts';
import { type ChargeRecord, nowInSeconds, type StripeState } from './state.ts';

export type NewTransfer = {
  /** The account that pays. */
  readonly from: string;
  /** In minor units. */
  readonly amount: number;
  readonly currency: string;
  readonly destination: string;
  readonly source_transaction?: string | undefined;
  readonly source_type?: string | undefined;
  readonly transfer_group?: string | undefined;
  readonly description?: string | undefined;
  readonly metadata?: Stripe.Metadata | undefined;
};

/**
 * Moves money between two accounts and gives the transfer (docs.stripe.com/connect/separate-charges-and-transfers).
 * With a source charge it may be made before the charge's money is available, but all transfers of the charge
 * together must not exceed it; without one the available balance must suffice. Throws the refusals of Stripe.
 */
export function createTransfer(state: StripeState, input: NewTransfer): Stripe.Transfer {
  const { from, amount, currency, destination } = input;
  demandDestination(state, from, destination);
  const source =
    input.source_transaction === undefined ? undefined : findSource(state, input, input.source_transaction);
  if (source === undefined) demandAvailable(state, input);
  const group = source === undefined ? (input.transfer_group ?? null) : joinGroup(state, source, input.transfer_group);

  const funds = source?.funds ?? 'available';
  if (source !== undefined) source.transferred += amount;
  state.balances.add(from, currency, funds, -amount);
  state.balances.add(destination, currency, funds, amount);
  const id = newId('tr');
  const transfer: Stripe.Transfer = {
    id,
    object: 'transfer',
    amount,
    amount_reversed: 0,
    balance_transaction: newId('txn'),
    created: nowInSeconds(state),
    currency,
    description: input.description ?? null,
    destination,
    destination_payment: newId('py'),
    livemode: false,
    metadata: input.metadata ?? {},
    reversals: { object: 'list', data: [], has_more: false, url: `/v1/transfers/${id}/reversals` },
    reversed: false,
    source_transaction: source?.object.id ?? null,
    source_type: input.source_type ?? 'card',
    transfer_group: group,
  };
  state.transfers.add({ owner: from, object: transfer, funds });
  return transfer;
}

/** The platform reaches its connected accounts, a connected account reaches its platform. */
function demandDestination({ accounts, platform }: StripeState, from: string, destination: string): void {
  const isReached = from === platform.id ? accounts.get(destination) !== undefined : destination === platform.id;
  if (!isReached) throw noSuchReference('destination', destination, 'destination');
  if (destination === platform.id || accounts.get(destination)?.object.capabilities?.transfers === 'active') return;
  throw invalidParameter(
    'destination',
    'Your destination account needs to have at least one of the following capabilities enabled: transfers, crypto_transfers, legacy_payments',
    'insufficient_capabilities_for_transfer',
  );
}

function findSource(state: StripeState, input: NewTransfer, id: string): ChargeRecord {
  const source = findCharge(state, input.from, id);
  if (source === undefined) throw noSuchReference('charge', id, 'source_transaction');
  const { status, captured, currency, amount, amount_refunded } = source.object;
  if (status !== 'succeeded') {
    throw invalidParameter('source_transaction', `Cannot use a charge that is ${status} as a source_transaction.`);
  }
  if (!captured) {
    throw invalidParameter('source_transaction', 'Cannot use an uncaptured charge as a source_transaction.');
  }
  if (currency !== input.currency) {
    throw new Refusal(
      400,
      `The currency of source_transaction's balance transaction (${currency}) must be the same as the transfer currency (${input.currency})`,
    );
  }
  const limit = amount - amount_refunded;
  if (source.transferred + input.amount > limit) {
    const used =
      source.transferred === 0
        ? ''
        : ` (There are already transfers using this source, amounting to ${shownAmount(source.transferred, currency)}.)`;
    throw new Refusal(
      400,
      `Transfers using this transaction as a source must not exceed the source amount of ${shownAmount(limit, currency)}.${used}`,
    );
  }
  return source;
}

function demandAvailable({ balances }: StripeState, { from, currency, amount }: NewTransfer): void {
  if (balances.of(from, currency).available >= amount) return;
  throw new Refusal(
    400,
    'You have insufficient available funds in your Stripe account. Try adding funds directly to your available balance by creating Charges using the 4000000000000077 test card. See: https://stripe.com/docs/testing#available-balance',
    { code: 'balance_insufficient' },
  );
}

/**
 * The group of a transfer with a source: the charge's. A charge without one gets the transfer's, or `group_` and its
 * PaymentIntent's id; it keeps it, and a transfer that names another one is refused.
 */
function joinGroup(state: StripeState, { object: charge }: ChargeRecord, wanted: string | undefined): string {
  const intent = typeof charge.payment_intent === 'string' ? charge.payment_intent : undefined;
  const group = charge.transfer_group ?? wanted ?? `group_${intent ?? charge.id}`;
  if (wanted !== undefined && wanted !== group) {
    const message = `The transfer_group must be that of the source_transaction: '${group}'.`;
    throw invalidParameter('transfer_group', message);
  }
  charge.transfer_group = group;
  const paymentIntent = intent === undefined ? undefined : state.paymentIntents.get(intent);
  if (paymentIntent !== undefined) paymentIntent.object.transfer_group = group;
  return group;
}
