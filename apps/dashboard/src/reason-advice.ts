/** Beginning of a status reason → what it means and what to do. The first that fits counts. */
const advice: readonly (readonly [string, string])[] = [
  [
    'Cannot find Stripe account for shop ID',
    'The seller has no Stripe account yet. It goes on by itself once onboarding has made one.',
  ],
  ['Cannot find Stripe account for ID', 'The tax account has no mapping: map it to shop id 0.'],
  [
    'Payouts are disabled',
    'Stripe wants something from the seller. It goes on by itself once the account is in order.',
  ],
  ['Shop', 'The operator excluded the shop on Mirakl.'],
  ['Order … is not paid out', 'Another provider pays the seller, or the buyer does.'],
  ['Order is not ready', 'Waits for the order to be accepted and paid on Mirakl.'],
  ['Order cannot be processed', 'The order was refused or cancelled on Mirakl. Nothing to do.'],
  ['Payment … is not ready', 'Waits for the buyer’s payment on Stripe.'],
  ['Payment', 'The buyer’s payment is void. Nothing to do.'],
  [
    'Cannot find the ID of the payment',
    'No payment on Stripe is known for the order. If it was paid elsewhere, settle it elsewhere.',
  ],
  ['Amount … ', 'Mirakl sent more decimals than the currency has on Stripe. Correct the order on Mirakl.'],
  ['Amount must be positive', 'Commission and taxes leave nothing for the seller. Nothing to do.'],
  ['Unexpected value', 'Mirakl sent something that this version does not know. Look for an update.'],
  ['Your destination account needs', 'The seller has not finished onboarding on Stripe. It is tried again by itself.'],
];

/** What a reason means, in a sentence; the empty text for what only Stripe or Mirakl can explain. */
export function adviceFor(reason: string): string {
  return advice.find(([beginning]) => reason.startsWith(beginning))?.[1] ?? 'Stripe’s or Mirakl’s own words.';
}
