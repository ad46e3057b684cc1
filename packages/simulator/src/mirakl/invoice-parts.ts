/**
 * The parts of an accounting document that include taxes or are taxes, by our words for them, with their names in IV01. The
 * refunds of orders are those of payable and of other orders together.
 */
export const invoiceParts = {
  payableOrders: 'total_payable_orders_incl_tax',
  nonPayableOrders: 'total_non_payable_orders_incl_tax',
  refundOrders: 'total_refund_orders_incl_tax',
  refundPayableOrders: 'total_refund_payable_orders_incl_tax',
  refundNonPayableOrders: 'total_refund_non_payable_orders_incl_tax',
  commissions: 'total_commissions_incl_tax',
  refundCommissions: 'total_refund_commissions_incl_tax',
  fee: 'total_fee_incl_tax',
  refundFee: 'total_refund_fee_incl_tax',
  feeOperatorRemitted: 'total_fee_operator_remitted_incl_tax',
  refundFeeOperatorRemitted: 'total_refund_fee_operator_remitted_incl_tax',
  operatorPaidShippingCharges: 'total_operator_paid_shipping_charges_incl_tax',
  refundOperatorPaidShippingCharges: 'total_refund_operator_paid_shipping_charges_incl_tax',
  operatorRemittedTaxes: 'total_operator_remitted_taxes',
  refundOperatorRemittedTaxes: 'total_refund_operator_remitted_taxes',
  purchaseTaxes: 'total_purchase_taxes',
  refundPurchaseTaxes: 'total_refund_purchase_taxes',
  sellerFeesOnOrders: 'total_seller_fees_on_orders_incl_tax',
  sellerPenaltyFees: 'total_seller_penalty_fees_incl_tax',
  subscription: 'total_subscription_incl_tax',
  otherCredits: 'total_other_credits_incl_tax',
  otherInvoices: 'total_other_invoices_incl_tax',
} as const;

export type InvoicePart = keyof typeof invoiceParts;
