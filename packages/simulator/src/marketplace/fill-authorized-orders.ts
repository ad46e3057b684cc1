import type { Currency } from '@connector/kernel';
import type { SimulatedShop } from '../mirakl/objects.ts';
import type { Filling } from './filling.ts';
import { type PricedOrder, priceOrder } from './price-order.ts';
import { codeOf, decimalText, minorOf, partOfLine, percentOf } from './prices.ts';

type AuthorizedFilling = Filling & { readonly authorizedOrders: number; readonly paidOnce: boolean };

type Basket = {
  readonly commercialId: string;
  readonly currency: Currency;
  readonly orders: readonly PricedOrder[];
};

/**
 * So many purchases of goods that are authorised at the checkout. Then their sellers answer: some accept everything, some not
 * all, one refuses, one does not answer yet, and now and then a part is cancelled. What is accepted waits for the money (PA11).
 */
export function fillAuthorizedOrders(filling: AuthorizedFilling): void {
  const { mirakl, dice, authorizedOrders } = filling;
  const shops = filling.sellers.filter(({ special }) => special === undefined).map(({ shop }) => shop);
  for (let number = 1; number <= authorizedOrders; number += 1) {
    const first = dice.oneOf(shops);
    const others = shops.filter((shop) => shop.currency === first.currency && shop !== first);
    const basket = [first, ...others.slice(0, dice.between(0, 2))];
    const commercialId = `Checkout_${String(number).padStart(5, '0')}`;
    const createdAt = filling.dateOf(number / authorizedOrders);
    const orders = basket.map((shop, index) => order(filling, { shop, createdAt, commercialId, index }));
    authorize(filling, { commercialId, currency: codeOf(first.currency), orders });
    for (const { id } of mirakl.productOrders().filter((each) => each.commercialId === commercialId))
      answer(filling, id);
  }
}

type Ordered = {
  readonly shop: SimulatedShop;
  readonly createdAt: Date;
  readonly commercialId: string;
  readonly index: number;
};

function order({ mirakl, dice }: Filling, { shop, createdAt, commercialId, index }: Ordered): PricedOrder {
  const id = `${commercialId}-${'ABC'[index]}`;
  const currency = codeOf(shop.currency);
  const taxMode = dice.chance(40) ? 'TAX_EXCLUDED' : 'TAX_INCLUDED';
  const state = 'WAITING_ACCEPTANCE';
  const priced = priceOrder(dice, { id, state, currency, taxMode, refusals: 0 });
  const { owed: _, ordered: __, ...sums } = priced;
  mirakl.given.productOrder({
    ...sums,
    id,
    commercialId,
    shopId: shop.id,
    state,
    currency,
    taxMode,
    createdAt,
    debited: false,
  });
  return priced;
}

/** Mostly one payment; now and then a card is declined first, or the buyer pays twice. */
function authorize({ stripe, dice, paidOnce }: AuthorizedFilling, { commercialId, currency, orders }: Basket): void {
  const amount = orders.reduce((sum, { ordered }) => sum + ordered, 0);
  const metadata = { mirakl_commercial_order_id: commercialId };
  const charge = (status: 'succeeded' | 'failed') =>
    stripe.given.charge({
      ...{ amount, currency: currency.toLowerCase(), metadata, status, captured: false },
      withPaymentIntent: dice.chance(80),
      refundsBegin: dice.chance(10) ? 'pending' : 'succeeded',
      funds: dice.chance(30) ? 'pending' : 'available',
    });
  if (dice.chance(12)) charge('failed');
  charge('succeeded');
  if (!paidOnce && dice.chance(8)) charge('succeeded');
}

function answer({ mirakl, dice }: Filling, id: string): void {
  const roll = dice.between(1, 100);
  if (roll <= 4) return;
  const lineIds = mirakl.productOrders().flatMap((each) => (each.id === id ? each.lines.map((line) => line.id) : []));
  const refusedLines = roll <= 14 ? lineIds : roll <= 32 ? lineIds.slice(1) : [];
  const order = mirakl.acceptOrder(id, { refusedLines });
  if (order.state === 'REFUSED') return;
  const [line] = order.lines;
  if (line !== undefined && dice.chance(20)) {
    mirakl.cancelLine(id, line.id, partOfLine(line, dice.between(10, 90), codeOf(order.currency)));
  }
  const currency = codeOf(order.currency);
  const commission = percentOf(minorOf(order.total, currency), dice.between(8, 15), currency);
  mirakl.changeProductOrder(id, { commission: decimalText(commission, currency) });
}
