import { type Decimal, sumDecimals } from '@connector/kernel';
import type { InvoiceSummary } from '@connector/mirakl';

/** Sums that cannot be brought together. */
export type Mismatch = { readonly parts: Decimal; readonly transferred: Decimal };

/** What the operator does not pay out, or what is in another part already. */
const notCounted: ReadonlySet<string> = new Set([
  'total_non_payable_orders_incl_tax',
  'total_refund_non_payable_orders_incl_tax',
  // Both are in total_refund_orders_incl_tax, the only one that older instances have.
  'total_refund_payable_orders_incl_tax',
]);

/**
 * What the parts of an accounting document come to, if that is not what it says is transferred to the seller; undefined if it
 * adds up. Mirakl's published examples (IV01, SBC11) show how: refunds stand twice, as a whole and by whether the order was
 * payable; `amount_transferred_to_operator` is what the operator keeps of the orders, and a result below zero is not
 * transferred but carried over. A document whose `amount_transferred` less `amount_transferred_to_operator` is the sum is in
 * order as well.
 */
export function findMismatch(summary: InvoiceSummary): Mismatch | undefined {
  const { amountTransferred: transferred, amountTransferredToOperator: toOperator } = summary;
  const counted = Object.entries(summary.parts).filter(([name]) => !notCounted.has(name));
  const refundsNotPayable = summary.parts.total_refund_non_payable_orders_incl_tax;
  const parts = sumDecimals(counted.map(([, amount]) => amount)).minus(refundsNotPayable);
  const due = parts.isNegative() ? zero : parts;
  if (due.eq(transferred) || transferred.minus(toOperator).eq(parts)) return undefined;
  return { parts, transferred };
}

const zero = sumDecimals([]);
