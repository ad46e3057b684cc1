import type { Stripe } from 'stripe';
import { type AccountFields, type Capability, onboard, overwrite } from './new-account.ts';
import type { StripeState } from './state.ts';

/** Makes happen what happens at Stripe, at banks and with sellers without a request. Ids that are unknown throw. */
export type Controls = {
  /** Does what a seller does who fills in all forms: details submitted, all capabilities active. */
  completeOnboarding(accountId: string): void;
  setCapability(accountId: string, capability: Capability, status: 'active' | 'inactive' | 'pending'): void;
  /** Overwrites fields of an account, for example its requirements. */
  changeAccount(accountId: string, fields: AccountFields): void;
};

/** The controls of this state. */
export function createControls(state: StripeState): Controls {
  return {
    completeOnboarding: (accountId) => onboard(connectedAccount(state, accountId)),
    setCapability(accountId, capability, status) {
      const account = connectedAccount(state, accountId);
      account.capabilities = { ...account.capabilities, [capability]: status };
    },
    changeAccount: (accountId, fields) => overwrite(connectedAccount(state, accountId), fields),
  };
}

function connectedAccount({ accounts }: StripeState, id: string): Stripe.Account {
  const record = accounts.get(id);
  if (record === undefined) throw new Error(`the simulated Stripe has no account ${id}`);
  return record.object;
}
