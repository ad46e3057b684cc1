import type { Stripe } from 'stripe';
import type { Funds } from './balances.ts';
import { createPayout, type PayoutRequest } from './create-payout.ts';
import { createRefund, type RefundRequest } from './create-refund.ts';
import { createReversal, type ReversalRequest } from './create-reversal.ts';
import { createTransfer, type NewTransfer } from './create-transfer.ts';
import { publish } from './events.ts';
import { type AccountFields, newAccount, onboard, overwrite } from './new-account.ts';
import { newCharge, newPaymentIntent } from './new-charge.ts';
import { newId } from './new-id.ts';
import { type ChargeRecord, nowInSeconds, type StripeState } from './state.ts';
import { addWebhookEndpoint, type GivenWebhookEndpoint } from './webhook-endpoints.ts';

export type GivenCharge = {
  /** In minor units. */
  readonly amount: number;
  /** In lower case. */
  readonly currency: string;
  /** `succeeded` unless given. */
  readonly status?: 'succeeded' | 'pending' | 'failed';
  /** True unless given. */
  readonly captured?: boolean;
  /** In minor units; 0 unless given. */
  readonly amountRefunded?: number;
  readonly metadata?: Stripe.Metadata;
  readonly transferGroup?: string;
  /** True unless given. */
  readonly withPaymentIntent?: boolean;
  /** `ch` unless given; other payment methods than cards give `py`. */
  readonly prefix?: 'ch' | 'py';
  /** Where the money lies: `available` unless given. */
  readonly funds?: Funds;
  /** How a refund of it begins: `succeeded` unless given; with some payment methods it takes days. */
  readonly refundsBegin?: ChargeRecord['refundsBegin'];
};

/** Puts things into the simulated Stripe that nobody made over its API. */
export type Given = {
  /** An Express account, onboarded with all its capabilities active, but for what is overridden. */
  account(overrides?: AccountFields): Stripe.Account;
  /**
   * A charge of the platform with its PaymentIntent; the money of a captured one is added to the platform's balance. An event
   * says that it was made.
   */
  charge(charge: GivenCharge): { readonly chargeId: string; readonly paymentIntentId: string | undefined };
  /** A transfer that somebody else makes; the platform's unless given. Throws what Stripe would refuse. */
  transfer(transfer: Omit<NewTransfer, 'from'> & { readonly from?: string }): Stripe.Transfer;
  /** The same for a reversal, */
  reversal(reversal: ReversalRequest & { readonly transfer: string }): Stripe.TransferReversal;
  /** a refund of a charge of the platform, */
  refund(refund: Omit<RefundRequest, 'account'>): Stripe.Refund;
  /** and a payout; `automatic`: by Stripe itself. */
  payout(payout: PayoutRequest & { readonly account: string; readonly automatic?: boolean }): Stripe.Payout;
  /** Money in the available balance of an account, the platform's unless given. `amount` in minor units. */
  funds(funds: { readonly amount: number; readonly currency: string; readonly account?: string }): void;
  /** An endpoint that is sent what happens from now on. */
  webhookEndpoint(endpoint: GivenWebhookEndpoint): Stripe.WebhookEndpoint;
};

/** The builders for this state. */
export function createGiven(state: StripeState): Given {
  return {
    account(overrides = {}) {
      const account = newAccount({ id: newId('acct'), created: nowInSeconds(state), type: 'express' });
      onboard(account);
      overwrite(account, overrides);
      state.accounts.add({ owner: state.platform.id, object: account });
      return account;
    },
    charge: (charge) => addCharge(state, charge),
    transfer: (transfer) => createTransfer(state, { from: state.platform.id, ...transfer }),
    reversal({ transfer, ...request }) {
      return createReversal(state, known(state.transfers.get(transfer), transfer), request);
    },
    refund: (refund) => createRefund(state, { account: state.platform.id, ...refund }),
    payout({ account, automatic = false, ...request }) {
      const payout = createPayout(state, known(state.accounts.get(account), account).object, request);
      return Object.assign(payout, { automatic });
    },
    funds({ amount, currency, account = state.platform.id }) {
      state.balances.add(account, currency, 'available', amount);
    },
    webhookEndpoint: (endpoint) => addWebhookEndpoint(state, endpoint),
  };
}

function known<T>(object: T | undefined, id: string): T {
  if (object === undefined) throw new Error(`the simulated Stripe has no ${id}`);
  return object;
}

function addCharge(state: StripeState, given: GivenCharge): ReturnType<Given['charge']> {
  const { amount, currency, status = 'succeeded', captured = true, amountRefunded = 0, funds = 'available' } = given;
  const owner = state.platform.id;
  const paymentIntentId = given.withPaymentIntent === false ? undefined : newId('pi');
  const charge = newCharge({
    ...{ amount, currency, status, captured, amountRefunded, paymentIntentId },
    id: newId(given.prefix ?? 'ch'),
    created: nowInSeconds(state),
    metadata: given.metadata ?? {},
    transferGroup: given.transferGroup ?? null,
  });
  const { refundsBegin = 'succeeded' } = given;
  state.charges.add({ owner, object: charge, funds, transferred: 0, refundsBegin, expired: false });
  if (paymentIntentId !== undefined) {
    state.paymentIntents.add({ owner, object: newPaymentIntent(paymentIntentId, charge) });
  }
  if (status === 'succeeded' && captured) state.balances.add(owner, currency, funds, amount - amountRefunded);
  publish(state, `charge.${status}`, charge);
  return { chargeId: charge.id, paymentIntentId };
}
