import type { Stripe } from 'stripe';
import { changeAccount } from './change-account.ts';
import { changeBankAccount } from './change-bank-account.ts';
import { changeCharge } from './change-charge.ts';
import { declareAvailable } from './declare-available.ts';
import type { DeliveryAttempt } from './deliver-event.ts';
import { expireAuthorization } from './expire-authorization.ts';
import { enterKycState, type KycState } from './kyc-state.ts';
import { type AccountFields, type Capability, onboard, overwrite } from './new-account.ts';
import { failPayout, type PayoutFailure, settlePayout } from './settle-payout.ts';
import { type RefundEnd, settleRefund } from './settle-refund.ts';
import type { StripeState } from './state.ts';

/** Makes happen what happens at Stripe, at banks and with sellers without a request. Ids that are unknown throw. */
export type Controls = {
  /** Does what a seller does who fills in all forms: details submitted, all capabilities active. */
  completeOnboarding(accountId: string): void;
  setCapability(accountId: string, capability: Capability, status: 'active' | 'inactive' | 'pending'): void;
  /** Overwrites fields of an account, for example its requirements. */
  changeAccount(accountId: string, fields: AccountFields): void;
  /** Has an account paid out to this bank account (`ba_…`) from now on. */
  changeBankAccount(accountId: string, bankAccountId: string): void;
  /** Brings an account into one of the states that Stripe's examination of sellers can come to. */
  setKyc(accountId: string, state: KycState): void;
  /** Overwrites fields of a charge, for example its metadata. Moves no money. */
  changeCharge(chargeId: string, fields: Partial<Omit<Stripe.Charge, 'id'>>): void;
  /** Says that something has happened to an object: of a connected account if one is named, else of the platform. */
  emit(type: Stripe.Event.Type, object: object, of?: { readonly account?: string }): Stripe.EventBase;
  /** Delivers an event now, for the first time or once more, without further attempts; gives back how that ended. */
  resend(eventId: string): Promise<readonly DeliveryAttempt[]>;
  /** `manual`: what happens from now on is delivered only by `resend`. */
  setDelivery(mode: 'automatic' | 'manual'): void;
  /** Ends a refund that is pending or waits for the buyer; one that has succeeded can still fail. */
  settleRefund(refundId: string, end: RefundEnd): void;
  /** Lets an authorisation run out that nobody has captured. */
  expireAuthorization(chargeId: string): void;
  /** Brings a payout on its way; one that is cancelled returns to the balance. */
  settlePayout(payoutId: string, status: 'in_transit' | 'paid' | 'canceled'): void;
  /** Lets a payout fail, also one that was paid: the money returns to the balance. */
  failPayout(payoutId: string, failure: PayoutFailure): void;
  /** Makes all money that is pending available, on all accounts. */
  declareAvailable(): void;
};

/** The controls of this state. */
export function createControls(state: StripeState): Controls {
  return {
    completeOnboarding: (accountId) => changeAccount(state, accountId, onboard),
    setCapability(accountId, capability, status) {
      changeAccount(state, accountId, (account) => {
        account.capabilities = { ...account.capabilities, [capability]: status };
      });
    },
    changeAccount: (accountId, fields) => changeAccount(state, accountId, (account) => overwrite(account, fields)),
    changeBankAccount: (accountId, bankAccountId) =>
      changeAccount(state, accountId, (account) => changeBankAccount(account, bankAccountId)),
    setKyc: (accountId, kyc) => changeAccount(state, accountId, (account) => enterKycState(account, kyc)),
    changeCharge: (chargeId, fields) => changeCharge(state, chargeId, fields),
    emit: (type, object, { account } = {}) => state.events.publish(type, object, account),
    resend: state.events.resend,
    setDelivery: state.events.setDelivery,
    settleRefund: (refundId, end) => settleRefund(state, refundId, end),
    expireAuthorization: (chargeId) => expireAuthorization(state, chargeId),
    settlePayout: (payoutId, status) => settlePayout(state, payoutId, status),
    failPayout: (payoutId, failure) => failPayout(state, payoutId, failure),
    declareAvailable: () => declareAvailable(state),
  };
}
