import type { Filling } from './filling.ts';
import { pay } from './pay.ts';
import { codeOf, decimalText, everydayPrice, percentOf } from './prices.ts';

const acceptedStates = ['ORDER_PENDING', 'ORDER_ACCEPTED', 'ORDER_CLOSED'];
const states = [
  ...['WAITING_SCORING', 'WAITING_ACCEPTANCE', 'WAITING_DEBIT', 'WAITING_DEBIT_PAYMENT'],
  ...acceptedStates,
  ...['ORDER_REFUSED', 'ORDER_EXPIRED', 'ORDER_CANCELLED'],
];

/** So many orders of services, with options of both types; those that were accepted have a debit, a few a refused one before it. */
export function fillServiceOrders(filling: Filling & { readonly serviceOrders: number }): void {
  const { mirakl, stripe, sellers, dice, serviceOrders, dateOf } = filling;
  const shops = sellers.filter(({ special }) => special === 'services').map(({ shop }) => shop);
  for (let number = 1; number <= serviceOrders; number += 1) {
    const shop = dice.oneOf(shops);
    const currency = codeOf(shop.currency);
    const text = (minor: number) => decimalText(minor, currency);
    const commercialId = `Service_${String(number).padStart(5, '0')}`;
    const taxMode = dice.chance(50) ? 'TAX_EXCLUDED' : 'TAX_INCLUDED';
    const state = states[number - 1] ?? dice.oneOf(dice.chance(80) ? acceptedStates : states);
    const [price, extra, choice] = [1, 2, 3].map(() => everydayPrice(dice, currency)) as [number, number, number];
    const taxes = percentOf(price, 20, currency);
    const owed = price + extra + choice + (taxMode === 'TAX_EXCLUDED' ? taxes : 0);
    const { id: orderId } = mirakl.given.serviceOrder({
      ...{ commercialId, state, currency, taxMode },
      shopId: shop.id,
      createdAt: dateOf(number / serviceOrders),
      price: text(price),
      taxes: [text(taxes)],
      options: [
        { type: 'BOOLEAN', amount: text(extra) },
        { type: 'VALUE_LIST', values: [text(choice)] },
      ],
      commission: text(percentOf(price, 12, currency)),
    });
    const accepted = acceptedStates.includes(state);
    const transactionNumber = pay(stripe, dice, { commercialId, currency, amount: owed, accepted });
    if (!accepted) continue;
    const debit = { orderId, currency, amount: text(owed) };
    if (dice.chance(8)) mirakl.given.debit({ ...debit, state: 'REFUSED' });
    mirakl.given.debit({ ...debit, transactionNumber, state: dice.chance(90) ? 'OK' : 'WAITING' });
  }
}
