import type { StripeState } from './state.ts';

/** Makes all money that is pending available, on all accounts, as time does at Stripe. */
export function declareAvailable({ balances, charges, transfers }: StripeState): void {
  balances.settle();
  for (const record of [...charges.all(), ...transfers.all()]) record.funds = 'available';
}
