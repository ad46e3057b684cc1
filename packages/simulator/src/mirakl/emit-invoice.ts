import { amount } from './amount.ts';
import { toTheSecond } from './date.ts';
import { type InvoicePart, invoiceParts } from './invoice-parts.ts';
import type { SimulatedInvoice, SimulatedShop } from './objects.ts';

/** An accounting document as IV01 answers it. Manual ones have no summary: their sums are in the next automatic one. */
export function emitInvoice(
  invoice: SimulatedInvoice,
  shop: Pick<SimulatedShop, 'name'> | undefined,
): Record<string, unknown> {
  const { shopId, issuedBy, paymentState } = invoice;
  const created = toTheSecond(invoice.createdAt);
  return {
    id: invoice.id,
    invoice_id: invoice.invoiceId ?? undefined,
    type: invoice.type,
    state: invoice.state,
    currency_iso_code: invoice.currency,
    date_created: created,
    issue_date: invoice.invoiceId === null ? undefined : created,
    issuing_user: { type: issuedBy, information: issuedBy === 'BATCH' ? 'Automatic action' : 'Sam Operator' },
    details: [],
    pay_out_psp_code: invoice.payOutPsp,
    payment: { state: paymentState, reference: null, transaction_date: null },
    payment_voucher_number: invoice.paymentVoucherNumber ?? undefined,
    seller_billing_cycle_id: invoice.billingCycleId ?? undefined,
    shop_id: shopId ?? undefined,
    shop_name: shop?.name ?? `Shop ${shopId}`,
    shop_model: invoice.shopModel,
    shop_operator_internal_id: internalIdOf(invoice),
    summary: invoice.type === 'AUTO_INVOICE' ? emitSummary(invoice) : undefined,
    ...invoice.raw,
  };
}

/** What the operator calls the shop. */
export function internalIdOf({ shopId }: SimulatedInvoice): string {
  return `internal-id-of-${shopId}`;
}

/** All parts with and without taxes; which of it are taxes is of no use here. */
function emitSummary(invoice: SimulatedInvoice) {
  const summary: Record<string, unknown> = {
    amount_transferred: amount(invoice.amountTransferred),
    amount_transferred_to_operator: amount(invoice.amountTransferredToOperator),
  };
  for (const [part, name] of Object.entries(invoiceParts)) {
    const value = amount(invoice.parts[part as InvoicePart] ?? '0');
    summary[name.replace(/_incl_tax$/, '_excl_tax')] = value;
    summary[name] = value;
  }
  return summary;
}
