import { amount } from './amount.ts';
import { toTheSecond } from './date.ts';
import type { SimulatedCancelation, SimulatedProductOrder, SimulatedRefund } from './objects.ts';

/** A part of a line that was cancelled, as OR11 answers it. */
export function emitCancelation(order: SimulatedProductOrder, cancelation: SimulatedCancelation) {
  return {
    ...emitParts(cancelation),
    id: cancelation.id,
    created_date: toTheSecond(order.updatedAt),
    commission_amount: 0,
    commission_taxes: [],
    commission_total_amount: 0,
    quantity: 0,
    reason_code: '34',
  };
}

/** A refund of a line, as OR11 answers it. */
export function emitRefund(refund: SimulatedRefund) {
  const commission = amount(refund.commission);
  return {
    ...emitParts(refund),
    id: refund.id,
    created_date: toTheSecond(refund.createdAt),
    commission_amount: commission,
    commission_tax_amount: 0,
    commission_taxes: [],
    commission_total_amount: commission,
    order_refund_id: `refunds-of-${refund.orderId}`,
    quantity: 0,
    reason_code: '19',
    refund_state: refund.state,
    // No longer gets new words (OR11): newer states are those before it.
    state: refund.state === 'WAITING_REFUND_TAX_CONFIRMATION' ? 'WAITING_REFUND' : refund.state,
    transaction_date: refund.confirmedAt ? toTheSecond(refund.confirmedAt) : null,
    transaction_number: refund.transactionNumber,
  };
}

/** The parts that make up what is cancelled or refunded. */
function emitParts(parts: Pick<SimulatedCancelation, 'amount' | 'shippingAmount' | 'taxes' | 'shippingTaxes'>) {
  return {
    amount: amount(parts.amount),
    shipping_amount: amount(parts.shippingAmount),
    fees: [],
    taxes: parts.taxes.map(emitTax),
    shipping_taxes: parts.shippingTaxes.map(emitTax),
  };
}

/** A tax of anything. */
export function emitTax(tax: string) {
  return { amount: amount(tax), code: 'VAT' };
}
