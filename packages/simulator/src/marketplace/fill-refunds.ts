import type { SimulatedProductOrder, SimulatedServiceOrder } from '../mirakl/objects.ts';
import { remainingLines } from '../mirakl/order-states.ts';
import type { MiraklSimulator } from '../mirakl/start-mirakl-simulator.ts';
import { createDice, type Dice } from './dice.ts';
import { exactAmount, minorUnitsOf } from './exact-amount.ts';
import { codeOf, decimalText, minorOf, partOfLine, percentOf } from './prices.ts';
import { productSales, type Sale, serviceSales } from './sales.ts';

export type FillRefundsOptions = {
  readonly mirakl: MiraklSimulator;
  /** The same seed makes the same refunds of the same orders. */
  readonly seed: number;
  /** How many of a hundred orders something comes back of. */
  readonly percent: number;
  /** Shops whose sellers have not been paid yet: their buyers get back less than the operator's commission. */
  readonly lateShops?: readonly number[];
};

/** No operator takes less, so that so many per cent of what comes back never are more than he took. */
const commissionGivenBack = 8;

/**
 * Decides on refunds of orders that are accepted and paid, goods and services, in part or as a whole; some lines come back in
 * two goes.
 */
export function fillRefunds({ mirakl, seed, percent, lateShops = [] }: FillRefundsOptions): void {
  const dice = createDice(seed);
  const chosen = (sales: readonly Sale[]) => {
    const ours = sales.filter(
      ({ progress, paid, buyerPaysSeller }) => progress === 'accepted' && paid && !buyerPaysSeller,
    );
    return new Set(ours.filter(() => dice.chance(percent)).map(({ id }) => id));
  };
  const products = chosen(productSales(mirakl));
  for (const order of mirakl.productOrders().filter(({ id }) => products.has(id))) {
    const isExact = minorUnitsOf(exactAmount(order.total), order.currency) !== undefined;
    if (lateShops.includes(order.shopId)) refundALittle(mirakl, order);
    else if (isExact && dice.chance(70)) refundParts(mirakl, dice, order);
    else refundAll(mirakl, order);
  }
  const services = chosen(serviceSales(mirakl));
  for (const order of mirakl.serviceOrders().filter(({ id }) => services.has(id))) refundService(mirakl, dice, order);
}

/** The buyer keeps the goods. */
function refundALittle({ given }: MiraklSimulator, { id: orderId, ...order }: SimulatedProductOrder): void {
  const currency = codeOf(order.currency);
  const amount = percentOf(minorOf(order.commission, currency), 50, currency);
  if (amount > 0) given.refund({ orderId, amount: decimalText(amount, currency), commission: '0' });
}

/** Each line by itself; the dearest brings the whole commission back. */
function refundAll({ given }: MiraklSimulator, order: SimulatedProductOrder): void {
  const lines = remainingLines(order).toSorted((a, b) => Number(exactAmount(b.total) - exactAmount(a.total)));
  for (const [index, { id: lineId, total: amount, taxes, shippingTaxes }] of lines.entries()) {
    const commission = index === 0 ? order.commission : '0';
    given.refund({ orderId: order.id, lineId, amount, taxes, shippingTaxes, commission });
  }
}

/** Up to two parts of each line, together less than the line. */
function refundParts({ given }: MiraklSimulator, dice: Dice, order: SimulatedProductOrder): void {
  const currency = codeOf(order.currency);
  for (const line of remainingLines(order)) {
    for (let parts = dice.between(0, 2); parts > 0; parts -= 1) {
      const part = partOfLine(line, dice.between(5, 40), currency);
      const commission = percentOf(minorOf(part.amount, currency), commissionGivenBack, currency);
      given.refund({ orderId: order.id, lineId: line.id, ...part, commission: decimalText(commission, currency) });
    }
  }
}

function refundService({ given }: MiraklSimulator, dice: Dice, order: SimulatedServiceOrder): void {
  const currency = codeOf(order.currency);
  const percent = dice.between(5, 90);
  const part = (text: string) => decimalText(percentOf(minorOf(text, currency), percent, currency), currency);
  const { id: orderId, price, taxes, commission } = order;
  given.refund({ orderId, amount: part(price), taxes: taxes.map(part), commission: part(commission) });
}
