import type { Stripe } from 'stripe';
import { type AccountFields, onboard, overwrite } from './new-account.ts';

/**
 * How far Stripe is with getting to know a seller who has submitted his details. `approved`: everything is in order.
 * `needs-information`: something is due, and until then he is paid all the same. `under-review`: it checks what he has
 * submitted, and he is not paid yet. `rejected`: for good. `payouts-paused`: the platform has stopped his payouts.
 */
export type KycState = 'approved' | 'needs-information' | 'under-review' | 'rejected' | 'payouts-paused';

const asked = 'individual.verification.document';

const differences: Readonly<Record<KycState, AccountFields>> = {
  approved: {},
  'needs-information': { requirements: { currently_due: [asked], eventually_due: [asked] } },
  'under-review': {
    charges_enabled: false,
    payouts_enabled: false,
    requirements: { disabled_reason: 'requirements.pending_verification', pending_verification: [asked] },
  },
  rejected: {
    charges_enabled: false,
    payouts_enabled: false,
    requirements: { disabled_reason: 'rejected.fraud' },
  },
  'payouts-paused': { payouts_enabled: false, requirements: { disabled_reason: 'platform_paused' } },
};

const capabilities: Readonly<Record<KycState, 'active' | 'inactive' | 'pending'>> = {
  approved: 'active',
  'needs-information': 'active',
  'under-review': 'pending',
  rejected: 'inactive',
  'payouts-paused': 'active',
};

/** Makes an account one in this state, whatever it was before (docs.stripe.com/connect/handling-api-verification). */
export function enterKycState(account: Stripe.Account, state: KycState): void {
  onboard(account);
  overwrite(account, structuredClone(differences[state]));
  const names = Object.keys(account.capabilities ?? {});
  account.capabilities = Object.fromEntries(names.map((name) => [name, capabilities[state]]));
}
