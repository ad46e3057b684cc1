/** Whether it is the id of a payment on Stripe; anything else in `transaction_number` is somebody else's bookkeeping. */
export function isPaymentId(text: string): boolean {
  return /^(pi|ch|py)_\w+$/.test(text);
}
