/** What a status reason looks like (workflows.md, "Records and their states") → what it means and what to do. */
const advice: readonly (readonly [RegExp, string])[] = [
  [
    /^Cannot find Stripe account for shop ID /,
    'The seller has no Stripe account yet. It goes on by itself once onboarding has made one.',
  ],
  [/^Cannot find Stripe account for ID /, 'The tax account has no mapping: map it to shop id 0.'],
  [/^No stripe account ID provided$/, 'The tax split is on, but STRIPE_TAX_ACCOUNT is not set.'],
  [
    /^Payouts are disabled /,
    'Stripe wants something from the seller. It goes on by itself once the account is in order.',
  ],
  [/^Shop \S+ is ignored$/, 'The operator excluded the shop on Mirakl.'],
  [/^Order \S+ is not paid out through this connector$/, 'Another provider pays the seller, or the buyer does.'],
  [
    /The authorization expires at /,
    'The payment will be lost unless it is captured by then. Have the sellers accept or refuse what they still have to.',
  ],
  [
    /^Authorization of payment \S+ has expired$/,
    'Nobody captured the payment in time. If something is delivered for it, the buyer has to pay again.',
  ],
  [/^Cannot find an order of commercial order /, 'The payment is there, but no order of the buyer on Mirakl yet.'],
  [
    /^(Cannot capture |More than the authorized )/,
    'The payment and the orders on Mirakl do not fit together. Compare them, and capture or cancel the payment on Stripe.',
  ],
  [/^Invoice \S+ is not paid out through this connector$/, 'Another provider pays the seller.'],
  [/^Invoice \S+ is already paid$/, 'Mirakl says that the seller has been paid. Nothing to do.'],
  [
    /^Invoice \S+ does not add up/,
    'The sums on Mirakl contradict each other. Correct the document there, or set SETTLEMENT_PARTS_CHECK to warn.',
  ],
  [
    /^Invoice \S+ was last seen on Mirakl/,
    'Mirakl does not list the invoice any more, or could not be asked for days. It goes on by itself when it does.',
  ],
  [/^No shop ID provided$/, 'The invoice names no shop. Nothing to do here.'],
  [/^TRANSFER_\w+ of invoice \S+ is not ready yet/, 'Waits for a fee or a credit of the same invoice: see there why.'],
  [
    /^Balance of shop ID \S+ is too low/,
    'The seller’s money on Stripe has not settled yet, or orders of the invoice were not split. It goes on by itself.',
  ],
  [
    /^Amount .* cannot be paid out: payouts must be whole amounts$/,
    'Stripe pays out this currency in whole units only. Settle the payout elsewhere, or correct the invoice on Mirakl.',
  ],
  [/^Order is not ready yet/, 'Waits for the order to be accepted and paid on Mirakl.'],
  [/^Order cannot be processed/, 'The order was refused or cancelled on Mirakl. Nothing to do.'],
  [/^Payment \S+ is not ready yet/, 'Waits for the buyer’s payment on Stripe.'],
  [
    /^Payment \S+ (failed|has been canceled|has been fully refunded)$/,
    'There is no payment by the buyer left to share. Nothing to do.',
  ],
  [
    /^Cannot find the ID of the payment of order /,
    'No payment on Stripe is known for the order. If it was paid elsewhere, settle it elsewhere.',
  ],
  [
    /^Cannot find the ID of the payment to be refunded$/,
    'No payment on Stripe is known for the order. If it was paid elsewhere, pay it back there and confirm it on Mirakl.',
  ],
  [
    /^Refund \S+ is not awaited on Mirakl$/,
    'Mirakl no longer lists it: somebody has confirmed or withdrawn it. It is taken up again should Mirakl ask for it.',
  ],
  [/^Refund \S+ (failed|canceled): /, 'The buyer’s bank sent the money back. It is tried again by itself.'],
  [
    /^(Refund \S+ has yet to be validated$|Cannot find StripeRefund with ID )/,
    'The seller gives his share back once the buyer has his money and Mirakl knows.',
  ],
  [/^Refund \S+ has been aborted$/, 'The buyer gets nothing back, and so the seller keeps his share. Nothing to do.'],
  [
    /^Payment split has to occur before /,
    'Waits for the transfer of the order. If the seller was never paid for it, there is nothing to take back.',
  ],
  [
    /^Transfer \S+ has .* left to be reversed, /,
    'More was taken back from the seller already than this refund leaves room for. Settle the rest with him.',
  ],
  [
    /^Amount .* cannot be expressed in Stripe's minor units$/,
    'Mirakl sent more decimals than the currency has on Stripe. Correct the order on Mirakl.',
  ],
  [/^Amount must be positive/, 'There is nothing to move: commission, taxes and fees leave nothing. Nothing to do.'],
  [
    /^(account_closed|account_frozen|bank_\w+|debit_not_authorized|incorrect_\w+|invalid_\w+|no_account|unsupported_card): /,
    'The seller’s bank account takes no payouts. It goes on when he has another one, or when somebody asks for it.',
  ],
  [
    /^(could_not_process|declined|insufficient_funds): /,
    'The bank has sent the payout back. It is tried again by itself as a new payout.',
  ],
  [/^Unexpected value /, 'Mirakl or Stripe sent something that this version does not know. Look for an update.'],
  [/^Your destination account needs/, 'The seller has not finished onboarding on Stripe. It is tried again by itself.'],
];

/** What a reason means and what to do, in a sentence; the empty text if the reason has to speak for itself. */
export function adviceFor(status: string, reason: string): string {
  const known = advice.find(([pattern]) => pattern.test(reason))?.[1];
  const isTriedAgain = status === 'FAILED' || status === 'to_capture';
  return known ?? (isTriedAgain ? 'Stripe’s or Mirakl’s own words. It is tried again by itself.' : '');
}
