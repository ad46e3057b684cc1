import type { Stripe } from 'stripe';
import { demandExpressible, shownAmount } from './amounts.ts';
import { newId } from './new-id.ts';
import { invalidParameter, Refusal } from './refusal.ts';
import { nowInSeconds, type StripeState, type TransferRecord } from './state.ts';

export type ReversalRequest = {
  /** In minor units; all that is left of the transfer unless given. */
  readonly amount?: number | undefined;
  readonly metadata?: Stripe.Metadata | undefined;
};

/** How many of its reversals a transfer shows; the list has them all. */
const shownReversals = 10;

/**
 * Takes money of a transfer back from its destination, whose balance must suffice, and gives the reversal
 * (docs.stripe.com/api/transfer_reversals/create). A transfer can be reversed in parts. Throws the refusals of Stripe.
 */
export function createReversal(
  state: StripeState,
  record: TransferRecord,
  request: ReversalRequest,
): Stripe.TransferReversal {
  const { object: transfer } = record;
  const { amount = transfer.amount - transfer.amount_reversed } = request;
  demandReversible(transfer, amount);
  takeBack(state, record, amount);
  const reversal: Stripe.TransferReversal = {
    id: newId('trr'),
    object: 'transfer_reversal',
    amount,
    balance_transaction: newId('txn'),
    created: nowInSeconds(state),
    currency: transfer.currency,
    destination_payment_refund: newId('pyr'),
    metadata: request.metadata ?? {},
    source_refund: null,
    transfer: transfer.id,
  };
  state.reversals.add({ owner: record.owner, object: reversal });
  noteReversal(transfer, reversal);
  return reversal;
}

function demandReversible(transfer: Stripe.Transfer, amount: number): void {
  const { id, currency, reversed } = transfer;
  if (reversed) throw new Refusal(400, `The transfer ${id} is already fully reversed.`);
  const left = transfer.amount - transfer.amount_reversed;
  if (amount > left) {
    const [asked, unreversed] = [shownAmount(amount, currency), shownAmount(left, currency)];
    throw invalidParameter(
      'amount',
      `Reversal amount (${asked}) is greater than unreversed amount on transfer (${unreversed})`,
    );
  }
  demandExpressible(amount, currency, 'amount');
}

/** The money comes from where the transfer has put it, and what is left of the source charge grows by it. */
function takeBack({ balances, charges }: StripeState, { owner, funds, object }: TransferRecord, amount: number): void {
  const { currency, destination, source_transaction: source } = object;
  const recipient = typeof destination === 'string' ? destination : '';
  if (balances.of(recipient, currency)[funds] < amount) {
    throw new Refusal(
      400,
      'The recipient of this transfer does not have sufficient funds in their Stripe balance to reverse this amount.',
      { code: 'balance_insufficient' },
    );
  }
  balances.add(recipient, currency, funds, -amount);
  balances.add(owner, currency, funds, amount);
  const charge = typeof source === 'string' ? charges.get(source) : undefined;
  if (charge !== undefined) charge.transferred -= amount;
}

function noteReversal(transfer: Stripe.Transfer, reversal: Stripe.TransferReversal): void {
  const { reversals } = transfer;
  transfer.amount_reversed += reversal.amount;
  transfer.reversed = transfer.amount_reversed === transfer.amount;
  const data = [reversal, ...reversals.data];
  transfer.reversals = {
    ...reversals,
    data: data.slice(0, shownReversals),
    has_more: reversals.has_more || data.length > shownReversals,
  };
}
