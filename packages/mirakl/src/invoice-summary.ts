import { sumDecimals } from '@connector/kernel';
import { z } from 'zod';
import { decimal } from './fields.ts';

/** Those without which nobody knows what to move. */
const required = [
  'total_subscription_incl_tax',
  'total_other_credits_incl_tax',
  'total_other_invoices_incl_tax',
] as const;

const others = [
  'total_payable_orders_incl_tax',
  'total_non_payable_orders_incl_tax',
  'total_refund_orders_incl_tax',
  'total_refund_payable_orders_incl_tax',
  'total_refund_non_payable_orders_incl_tax',
  'total_commissions_incl_tax',
  'total_refund_commissions_incl_tax',
  'total_fee_incl_tax',
  'total_refund_fee_incl_tax',
  'total_fee_operator_remitted_incl_tax',
  'total_refund_fee_operator_remitted_incl_tax',
  'total_operator_paid_shipping_charges_incl_tax',
  'total_refund_operator_paid_shipping_charges_incl_tax',
  'total_operator_remitted_taxes',
  'total_refund_operator_remitted_taxes',
  'total_purchase_taxes',
  'total_refund_purchase_taxes',
  'total_seller_fees_on_orders_incl_tax',
  'total_seller_penalty_fees_incl_tax',
] as const;

const none = sumDecimals([]);

/** Older instances do not have all parts. */
const sum = decimal.nullish().transform((amount) => amount ?? none);

/** The sums of an automatic accounting document (IV01), taxes included. What the seller owes is negative. */
export const invoiceSummary = z
  .object({
    amount_transferred: decimal,
    amount_transferred_to_operator: sum,
    ...fieldsOf(required, decimal),
    ...fieldsOf(others, sum),
  })
  .transform(({ amount_transferred, amount_transferred_to_operator, ...parts }) => ({
    /** What the seller is due. */
    amountTransferred: amount_transferred,
    amountTransferredToOperator: amount_transferred_to_operator,
    totalSubscription: parts.total_subscription_incl_tax,
    totalOtherCredits: parts.total_other_credits_incl_tax,
    totalOtherInvoices: parts.total_other_invoices_incl_tax,
    /** All 22 parts that include taxes or are taxes, these three among them, by Mirakl's names; 0 for one that is not there. */
    parts,
  }));

function fieldsOf<const Name extends string, Schema extends z.ZodType>(names: readonly Name[], schema: Schema) {
  return Object.fromEntries(names.map((name) => [name, schema])) as Record<Name, Schema>;
}
