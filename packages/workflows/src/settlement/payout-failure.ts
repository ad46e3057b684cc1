/** Codes that the seller can do something about, and nobody else (docs.stripe.com/api/payouts/failures). */
const untilAccountChanges: ReadonlySet<string> = new Set([
  'account_closed',
  'account_frozen',
  'bank_account_restricted',
  'bank_ownership_changed',
  'debit_not_authorized',
  'incorrect_account_holder_address',
  'incorrect_account_holder_name',
  'incorrect_account_holder_tax_id',
  'incorrect_account_type',
  'invalid_account_number',
  'invalid_account_number_length',
  'invalid_currency',
  'no_account',
  'unsupported_card',
]);

/**
 * Whether another payout to the same bank account would come back as well: then it waits until the seller's account changes or
 * a person asks for it (lessons.md, L11). What we do not know may be better the next day.
 */
export function isBankAccountDead(failureCode: string | undefined): boolean {
  return failureCode !== undefined && untilAccountChanges.has(failureCode);
}
