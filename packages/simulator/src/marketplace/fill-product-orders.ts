import type { Currency } from '@connector/kernel';
import type { SimulatedShop } from '../mirakl/objects.ts';
import type { Filling } from './filling.ts';
import { pay } from './pay.ts';
import { priceOrder } from './price-order.ts';
import { codeOf } from './prices.ts';

const acceptedStates = ['SHIPPING', 'SHIPPED', 'TO_COLLECT', 'RECEIVED', 'CLOSED'];
const states = [
  ...['STAGING', 'WAITING_ACCEPTANCE', 'WAITING_DEBIT', 'WAITING_DEBIT_PAYMENT'],
  ...acceptedStates,
  ...['REFUSED', 'CANCELED'],
];

/** Orders of goods, at least so many; some buyers buy from several sellers at once and pay once. */
export function fillProductOrders(filling: Filling & { readonly productOrders: number }): void {
  const { dice, productOrders, dateOf } = filling;
  const shops = filling.sellers.filter(({ special }) => special !== 'services').map(({ shop }) => shop);
  for (let made = 0, number = 1; made < productOrders; number += 1) {
    const first = dice.oneOf(shops);
    const others = shops.filter((shop) => shop.currency === first.currency && shop !== first);
    const basket = [first, ...others.slice(0, dice.chance(25) ? 2 : 0)];
    // Each state at least once, then mostly those in which money moves.
    const stateOf = (index: number) => states[made + index] ?? dice.oneOf(dice.chance(80) ? acceptedStates : states);
    const commercialId = `Order_${String(number).padStart(5, '0')}`;
    const orders = basket.map((shop, index) => ({
      shop,
      state: stateOf(index),
      id: `${commercialId}-${'ABC'[index]}`,
    }));
    const createdAt = dateOf(made / productOrders);
    fillCommercialOrder(filling, { commercialId, currency: codeOf(first.currency), createdAt, orders });
    made += basket.length;
  }
}

type CommercialOrder = {
  readonly commercialId: string;
  readonly currency: Currency;
  readonly createdAt: Date;
  readonly orders: readonly { readonly id: string; readonly shop: SimulatedShop; readonly state: string }[];
};

function fillCommercialOrder({ mirakl, stripe, dice }: Filling, ordered: CommercialOrder): void {
  const { commercialId, currency, createdAt } = ordered;
  const taxMode = dice.chance(30) ? 'TAX_EXCLUDED' : 'TAX_INCLUDED';
  const orders = ordered.orders.map((order) => ({
    ...order,
    ...priceOrder(dice, { ...order, currency, taxMode, refusals: 12 }),
    buyerPaysSeller: dice.chance(2),
  }));
  const toBePaid = orders.filter(({ buyerPaysSeller }) => !buyerPaysSeller);
  const accepted = toBePaid.some(({ state }) => acceptedStates.includes(state));
  const amount = toBePaid.reduce((sum, { owed }) => sum + owed, 0);
  const authorized = toBePaid.reduce((sum, order) => sum + order.ordered, 0);
  const payment = pay(stripe, dice, { commercialId, currency, amount, authorized, accepted });
  for (const { shop, owed: _, ordered: __, ...order } of orders) {
    const debited = acceptedStates.includes(order.state) && !dice.chance(4);
    mirakl.given.productOrder({
      ...order,
      ...{ commercialId, taxMode, currency, createdAt, debited },
      shopId: shop.id,
      transactionNumber: debited && !order.buyerPaysSeller ? payment : null,
      payOutPsp: dice.oneOf(dice.chance(4) ? ['HYPERWALLET'] : ['OPERATOR', 'NOT_SPECIFIED']),
    });
  }
}
