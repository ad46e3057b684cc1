import { type Decimal, sumDecimals } from '@connector/kernel';
import type { ProductOrder, ProductOrderLine, TaxMode, UnknownValue } from '@connector/mirakl';
import { isUnknown } from '../order/is-unknown.ts';
import { type OrderProgress, productOrderProgress } from '../order/order-progress.ts';
import { productOrderSums } from '../order/order-sums.ts';
import type { CaptureSums, OrderFacts } from './order-facts.ts';

/** The facts of a product order (OR11). */
export function productOrderFacts(order: ProductOrder): OrderFacts {
  const progress = isUnknown(order.state) ? order.state : productOrderProgress(order.state);
  return {
    id: order.id,
    commercialId: order.commercialId,
    progress,
    state: isUnknown(order.state) ? order.state.unknown : order.state,
    debit: debitOf(order),
    currency: order.currency,
    sums: sumsOf(order, progress),
  };
}

/** Where Mirakl never asks for it, there is nothing to wait for (OR11, `payment_workflow`). */
function debitOf({ customerDebited, paymentWorkflow, state }: ProductOrder): OrderFacts['debit'] {
  if (customerDebited || paymentWorkflow === 'NO_CUSTOMER_PAYMENT_CONFIRMATION') return 'done';
  return state === 'WAITING_DEBIT_PAYMENT' ? 'awaited' : 'not asked for';
}

function sumsOf(order: ProductOrder, progress: OrderProgress | UnknownValue): CaptureSums | UnknownValue {
  const { taxMode } = order;
  if (isUnknown(taxMode)) return taxMode;
  const isGone = progress === 'refused';
  // Without its lines nobody knows what was refused: that must not pass for nothing.
  if (isGone && order.lines.length === 0) return { unknown: '(missing)', field: 'order_lines' };
  const gone: Decimal[] = [];
  for (const line of order.lines) {
    const ofLine = goneOf(line, isGone, taxMode);
    if (isUnknown(ofLine)) return ofLine;
    gone.push(ofLine);
  }
  const left = isGone ? nothing : productOrderSums(order);
  return isUnknown(left) ? left : { due: left.due, gone: sumDecimals(gone) };
}

const nothing = { due: sumDecimals([]) };

/**
 * What the buyer will not get of a line: of a refused one everything, of any other what was cancelled of it (lessons.md, L18).
 * A line that was cancelled as a whole, without a word on what, is treated like a refused one.
 */
function goneOf(line: ProductOrderLine, isOrderGone: boolean, taxMode: TaxMode): Decimal | UnknownValue {
  if (isUnknown(line.state)) return line.state;
  if (isUnknown(line.cancelations)) return line.cancelations;
  const isCanceled = line.state === 'CANCELED';
  const isRefused = line.state === 'REFUSED' || (isOrderGone && !isCanceled);
  if (isRefused || (isCanceled && line.cancelations.length === 0)) {
    return sumDecimals([line.totalPrice, ...onTop(line, taxMode)]);
  }
  return sumDecimals(
    line.cancelations.flatMap((part) => [part.amount, part.shippingAmount, part.fees, ...onTop(part, taxMode)]),
  );
}

type Taxed = { readonly taxes: Decimal; readonly shippingTaxes: Decimal };

function onTop({ taxes, shippingTaxes }: Taxed, taxMode: TaxMode): Decimal[] {
  return taxMode === 'included' ? [] : [taxes, shippingTaxes];
}
