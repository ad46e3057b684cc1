import type { Stripe } from 'stripe';
import { publish } from './events.ts';
import { newId } from './new-id.ts';
import { Refusal } from './refusal.ts';
import { nowInSeconds, type StripeState } from './state.ts';

export type PayoutRequest = {
  /** In minor units. */
  readonly amount: number;
  readonly currency: string;
  readonly description?: string | undefined;
  readonly metadata?: Stripe.Metadata | undefined;
};

/** How long a payout is said to take. */
const transitSeconds = 2 * 24 * 60 * 60;

/**
 * Sends money of this account to its bank and gives the payout, which is pending (docs.stripe.com/api/payouts/create). Its
 * payouts must be enabled, and the available balance must suffice. Throws the refusals of Stripe.
 */
export function createPayout(state: StripeState, account: Stripe.Account, request: PayoutRequest): Stripe.Payout {
  const { amount, currency } = request;
  demandPayable(state, account, request);
  state.balances.add(account.id, currency, 'available', -amount);
  const created = nowInSeconds(state);
  const payout: Stripe.Payout = {
    id: newId('po'),
    object: 'payout',
    amount,
    application_fee: null,
    application_fee_amount: null,
    arrival_date: created + transitSeconds,
    automatic: false,
    balance_transaction: newId('txn'),
    created,
    currency,
    description: request.description ?? null,
    destination: account.id.replace(/^[a-z]+/, 'ba'),
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    livemode: false,
    metadata: request.metadata ?? {},
    method: 'standard',
    original_payout: null,
    payout_method: null,
    reconciliation_status: 'not_applicable',
    reversed_by: null,
    source_type: 'card',
    statement_descriptor: null,
    status: 'pending',
    trace_id: null,
    type: 'bank_account',
  };
  state.payouts.add({ owner: account.id, object: payout });
  publish(state, 'payout.created', payout, account.id);
  return payout;
}

function demandPayable({ balances }: StripeState, { id, payouts_enabled }: Stripe.Account, request: PayoutRequest) {
  if (!payouts_enabled) {
    throw new Refusal(400, 'Payouts are not allowed: they have been disabled on this account.', {
      code: 'payouts_not_allowed',
    });
  }
  if (balances.of(id, request.currency).available >= request.amount) return;
  throw new Refusal(
    400,
    'You have insufficient funds in your Stripe account for this transfer. Your card balance is too low.  You can use the /v1/balance endpoint to view your Stripe balance (for more details, see stripe.com/docs/api#balance).',
    { code: 'balance_insufficient' },
  );
}
