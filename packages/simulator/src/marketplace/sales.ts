import type { SimulatedProductOrder, SimulatedServiceOrder } from '../mirakl/objects.ts';
import type { MiraklSimulator } from '../mirakl/start-mirakl-simulator.ts';
import { exactAmount } from './exact-amount.ts';

/** What the rules of the payment split look at in an order of either kind. */
export type Sale = Pick<
  SimulatedProductOrder & SimulatedServiceOrder,
  'id' | 'shopId' | 'state' | 'currency' | 'buyerPaysSeller' | 'payOutPsp'
> & {
  readonly paid: boolean;
  /** What Mirakl knows of the payment. */
  readonly payment: string | null;
  /** Exact amounts: what the buyer owes, what of it is the operator's, what of it a tax split takes. */
  readonly due: bigint;
  readonly commission: bigint;
  readonly taxes: bigint;
};

/** The orders of goods. Their total has no refused lines in it, their taxes stand on the lines. */
export function productSales(mirakl: Pick<MiraklSimulator, 'productOrders'>): Sale[] {
  return mirakl.productOrders().map((order) => {
    const lines = order.lines.filter(({ state }) => state !== 'REFUSED' && state !== 'CANCELED');
    const taxes = sum(lines.flatMap((line) => line.taxes));
    const shippingTaxes = sum(lines.flatMap((line) => line.shippingTaxes));
    const onTop = order.taxMode === 'TAX_INCLUDED' ? 0n : taxes + shippingTaxes;
    return {
      ...order,
      paid: order.debited,
      payment: order.transactionNumber,
      due: exactAmount(order.total) + onTop,
      commission: exactAmount(order.commission),
      taxes,
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
    const taxes = order.taxMode === 'TAX_INCLUDED' ? 0n : sum(order.taxes);
    return {
      ...order,
      paid: settled.has(order.id),
      payment: settled.get(order.id)?.transactionNumber ?? null,
      due: sum([order.price, ...options]) + taxes,
      commission: exactAmount(order.commission),
      taxes,
    };
  });
}

function sum(texts: readonly string[]): bigint {
  return texts.reduce((total, text) => total + exactAmount(text), 0n);
}
