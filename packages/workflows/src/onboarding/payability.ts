import type { Account } from '@connector/stripe';

/**
 * Why a connected account cannot be paid, in a few words; undefined if it can: payouts are enabled and transfers reach it. A
 * routine request for information, with payouts still enabled, stops nothing (workflows.md, section 2; lessons.md, L9).
 */
export function whyNotPayable(
  account: Pick<Account, 'payoutsEnabled' | 'transfersCapability' | 'disabledReason'>,
): string | undefined {
  if (!account.payoutsEnabled) return `payouts disabled: ${account.disabledReason ?? 'no reason given'}`;
  const transfers = account.transfersCapability;
  // Never asked for: an account that was onboarded elsewhere can be reached by other capabilities.
  if (transfers === undefined || transfers === 'active') return undefined;
  return `capability transfers: ${typeof transfers === 'string' ? transfers : transfers.unknown}`;
}
