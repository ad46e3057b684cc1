import type { KycStatus } from '@connector/mirakl';
import type { Account } from '@connector/stripe';

/** What of an account decides about its KYC status. */
export type KycFacts = Pick<
  Account,
  'currentlyDue' | 'pendingVerification' | 'disabledReason' | 'payoutsEnabled' | 'capabilities'
>;

/**
 * How far the seller is with proving who he is, in Mirakl's words (workflows.md, section 2); the first rule that matches wins.
 * What counts are the capabilities that were asked for: an account for transfers alone never has charges enabled, by design
 * (lessons.md, L17). Undefined if it cannot be told.
 */
export function decideKycStatus(account: KycFacts): KycStatus | undefined {
  if (account.currentlyDue.length > 0) return 'PENDING_SUBMISSION';
  if (account.pendingVerification.length > 0) return 'PENDING_APPROVAL';
  if (account.disabledReason?.startsWith('rejected')) return 'REFUSED';
  if (account.disabledReason !== null && account.disabledReason !== '') return 'PENDING_APPROVAL';
  const requested = [...account.capabilities.values()];
  if (account.payoutsEnabled && requested.every((state) => state === 'active')) return 'APPROVED';
  return undefined;
}
