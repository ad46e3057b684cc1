import type { SimulatedLine, SimulatedProductOrder, SimulatedServiceOrder } from '../mirakl/objects.ts';
import type { MiraklSimulator } from '../mirakl/start-mirakl-simulator.ts';
import { exactAmount } from './exact-amount.ts';

/** What the rules about buyers' money look at in an order of either kind. */
export type Sale = Pick<
  SimulatedProductOrder & SimulatedServiceOrder,
  'id' | 'commercialId' | 'shopId' | 'state' | 'currency' | 'taxMode' | 'buyerPaysSeller' | 'payOutPsp'
> & {
  readonly kind: 'product' | 'service';
  readonly progress: 'waiting' | 'accepted' | 'refused';
  readonly paid: boolean;
  /** What Mirakl knows of the payment. */
  readonly payment: string | null;
  /** Exact amounts: what the buyer owes, what of it is the operator's, what of it a tax split takes. */
  readonly due: bigint;
  readonly commission: bigint;
  readonly taxes: bigint;
  /** What the buyer would owe besides, had nothing been refused or cancelled. */
  readonly gone: bigint;
};

/** The orders of goods. Their total has no refused lines in it, their taxes stand on the lines. */
export function productSales(mirakl: Pick<MiraklSimulator, 'productOrders'>): Sale[] {
  return mirakl.productOrders().map((order) => {
    const lines = order.lines.filter((line) => !isRefused(line));
    const taxes = sum(lines.flatMap((line) => line.taxes));
    const shippingTaxes = sum(lines.flatMap((line) => line.shippingTaxes));
    const progress = progressOf(order.state);
    return {
      ...order,
      kind: 'product',
      progress,
      paid: order.debited,
      payment: order.transactionNumber,
      due: exactAmount(order.total) + onTop(order, taxes + shippingTaxes),
      commission: exactAmount(order.commission),
      taxes,
      gone: order.lines.reduce((total, line) => total + goneOf(order, line, progress === 'refused'), 0n),
    };
  });
}

/** The orders of services. The buyer has paid when one of the debits says so. */
export function serviceSales(mirakl: Pick<MiraklSimulator, 'serviceOrders' | 'debits'>): Sale[] {
  const settled = new Map(
    mirakl
      .debits()
      .filter(({ state }) => state === 'OK')
      .map((debit) => [debit.orderId, debit]),
  );
  return mirakl.serviceOrders().map((order) => {
    const options = order.options.flatMap((option) => (option.type === 'BOOLEAN' ? [option.amount] : option.values));
    const taxes = onTop(order, sum(order.taxes));
    const due = sum([order.price, ...options]) + taxes;
    const progress = progressOf(order.state);
    return {
      ...order,
      kind: 'service',
      progress,
      paid: settled.has(order.id),
      payment: settled.get(order.id)?.transactionNumber ?? null,
      due,
      commission: exactAmount(order.commission),
      taxes,
      gone: progress === 'refused' ? due : 0n,
    };
  });
}

/** Both kinds. */
export function allSales(mirakl: Pick<MiraklSimulator, 'productOrders' | 'serviceOrders' | 'debits'>): Sale[] {
  return [...productSales(mirakl), ...serviceSales(mirakl)];
}

/** The exact sum of decimal texts. */
export function sum(texts: readonly string[]): bigint {
  return texts.reduce((total, text) => total + exactAmount(text), 0n);
}

/** Taxes count where prices do not include them. */
export function onTop({ taxMode }: { readonly taxMode: string }, taxes: bigint): bigint {
  return taxMode === 'TAX_INCLUDED' ? 0n : taxes;
}

const refusedStates = ['REFUSED', 'CANCELED', 'ORDER_REFUSED', 'ORDER_EXPIRED', 'ORDER_CANCELLED'];
const acceptedStates = [
  ...['SHIPPING', 'SHIPPED', 'TO_COLLECT', 'RECEIVED', 'CLOSED'],
  ...['INCIDENT_OPEN', 'WAITING_REFUND', 'WAITING_REFUND_PAYMENT', 'REFUNDED'],
  ...['ORDER_PENDING', 'ORDER_ACCEPTED', 'ORDER_CLOSED'],
];

function progressOf(state: string): Sale['progress'] {
  if (refusedStates.includes(state)) return 'refused';
  return acceptedStates.includes(state) ? 'accepted' : 'waiting';
}

function isRefused({ state }: SimulatedLine): boolean {
  return state === 'REFUSED' || state === 'CANCELED';
}

/** What was cancelled has left the line's sums already; what then is refused is all that they hold. */
function goneOf(order: SimulatedProductOrder, line: SimulatedLine, isOrderRefused: boolean): bigint {
  const parts = (line.cancelations ?? []).map(
    (part) => sum([part.amount, part.shippingAmount]) + onTop(order, sum([...part.taxes, ...part.shippingTaxes])),
  );
  const left = exactAmount(line.total) + onTop(order, sum([...line.taxes, ...line.shippingTaxes]));
  return parts.reduce((total, part) => total + part, isOrderRefused || isRefused(line) ? left : 0n);
}
