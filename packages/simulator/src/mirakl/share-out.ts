import type { InvoicePart } from './invoice-parts.ts';
import { less, sumOf } from './sum.ts';

/** What the operator does not pay out, or what stands there once more. */
const notPaidOut: ReadonlySet<InvoicePart> = new Set(['nonPayableOrders', 'refundOrders', 'refundNonPayableOrders']);

/** What Mirakl's published examples (IV01, SBC11) add up to `amount_transferred_to_operator`, with the other sign. */
const keptByOperator: ReadonlySet<InvoicePart> = new Set([
  ...(['commissions', 'refundCommissions', 'feeOperatorRemitted', 'refundFeeOperatorRemitted'] as const),
  ...(['operatorPaidShippingCharges', 'refundOperatorPaidShippingCharges', 'operatorRemittedTaxes'] as const),
  ...(['refundOperatorRemittedTaxes', 'sellerFeesOnOrders', 'sellerPenaltyFees', 'subscription'] as const),
  ...(['otherCredits', 'otherInvoices'] as const),
]);

/** What the parts of an accounting document leave for the seller, nothing if he owes something, and what the operator keeps. */
export function shareOut(parts: Readonly<Partial<Record<InvoicePart, string>>>): {
  readonly seller: string;
  readonly operator: string;
} {
  const amounts = Object.entries(parts) as [InvoicePart, string][];
  const sum = (isCounted: (part: InvoicePart) => boolean) =>
    sumOf(amounts.filter(([part]) => isCounted(part)).map(([, amount]) => amount));
  const due = sum((part) => !notPaidOut.has(part));
  return {
    seller: due.startsWith('-') ? '0' : due,
    operator: less(
      '0',
      sum((part) => keptByOperator.has(part)),
    ),
  };
}
