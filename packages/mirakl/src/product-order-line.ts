import { type Decimal, sumDecimals } from '@connector/kernel';
import { z } from 'zod';
import { decimal, list, missing, optionalText, word } from './fields.ts';
import { orUnknown } from './or-unknown.ts';

/**
 * The states of a product order and of its lines. An incident or a refund is a state of lines; some older answers give it as
 * that of the order (OR11).
 */
export const productOrderStates = [
  'STAGING',
  'WAITING_ACCEPTANCE',
  'WAITING_DEBIT',
  'WAITING_DEBIT_PAYMENT',
  'SHIPPING',
  'SHIPPED',
  'TO_COLLECT',
  'RECEIVED',
  'CLOSED',
  'REFUSED',
  'CANCELED',
  'INCIDENT_OPEN',
  'WAITING_REFUND',
  'WAITING_REFUND_PAYMENT',
  'REFUNDED',
] as const;

const refundStates = [
  'WAITING_REFUND_TAX_CONFIRMATION',
  'WAITING_REFUND',
  'WAITING_REFUND_PAYMENT',
  'REFUNDED',
] as const;

const none = sumDecimals([]);
const tax = z.object({ amount: decimal });
const sumOf = (parts: readonly { amount: Decimal }[]) => sumDecimals(parts.map(({ amount }) => amount));

/** A sum that is not there is none (OR11 requires none of them). */
const sum = decimal.nullish().transform((amount) => amount ?? none);

/** What a cancelation and a refund are made of, in the names of OR11. Their whole is the sum of all of it. */
const parts = {
  amount: sum,
  shipping_amount: sum,
  fees: list(tax),
  taxes: list(tax),
  shipping_taxes: list(tax),
};

function partsOf(raw: z.output<z.ZodObject<typeof parts>>) {
  return {
    /** Of the goods alone: shipping, fees and, where prices do not include them, taxes come on top. */
    amount: raw.amount,
    shippingAmount: raw.shipping_amount,
    fees: sumOf(raw.fees),
    taxes: sumOf(raw.taxes),
    shippingTaxes: sumOf(raw.shipping_taxes),
  };
}

const cancelation = z.object({ ...parts, id: optionalText }).transform((raw) => ({ id: raw.id, ...partsOf(raw) }));

const refund = z
  .object({
    ...parts,
    id: z.string().min(1),
    commission_total_amount: decimal,
    refund_state: word(refundStates, 'refund_state').nullish(),
    state: word(refundStates, 'refund_state').nullish(),
    transaction_number: optionalText,
  })
  .transform((raw) => ({
    id: raw.id,
    ...partsOf(raw),
    /** What the operator gives back of his commission, its taxes included. */
    commissionTotal: raw.commission_total_amount,
    // `state` is the older field, and gets no new words.
    state: raw.refund_state ?? raw.state ?? missing('refund_state'),
    transactionNumber: raw.transaction_number,
  }));

/** A line of a product order (OR11). What cannot be read of its cancelations or refunds makes no order unreadable. */
export const productOrderLine = z
  .object({
    order_line_id: optionalText,
    order_line_state: word(productOrderStates, 'order_line_state'),
    total_price: decimal,
    taxes: list(tax),
    shipping_taxes: list(tax),
    cancelations: orUnknown(list(cancelation), 'cancelations'),
    refunds: orUnknown(list(refund), 'refunds'),
  })
  .transform((raw) => ({
    id: raw.order_line_id,
    state: raw.order_line_state,
    totalPrice: raw.total_price,
    taxes: sumOf(raw.taxes),
    shippingTaxes: sumOf(raw.shipping_taxes),
    cancelations: raw.cancelations,
    refunds: raw.refunds,
  }));
