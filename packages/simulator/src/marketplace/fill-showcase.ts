import type { Filling } from './filling.ts';

/** Total and commission: what floats get wrong, what the currency cannot express, and what leaves nothing to transfer. */
const amounts: readonly (readonly [string, string, string])[] = [
  ['EUR', '19.99', '2.40'],
  ['EUR', '1.15', '0.14'],
  ['USD', '0.29', '0.03'],
  ['GBP', '1135.63', '136.28'],
  ['JPY', '1234', '148'],
  ['KWD', '12.340', '1.480'],
  ['EUR', '10.005', '1.20'],
  ['JPY', '12.34', '1'],
  ['KWD', '12.345', '1.480'],
  ['EUR', '5.00', '5.00'],
];

/** Accepted and paid orders with these amounts, a month old. Gives back how many there are. */
export function fillShowcase({ mirakl, stripe, sellers, dateOf }: Filling): number {
  for (const [index, [currency, total, commission]] of amounts.entries()) {
    const seller = sellers.find(({ shop, special }) => shop.currency === currency && special === undefined);
    if (seller === undefined) throw new Error(`no shop sells in ${currency}`);
    const commercialId = `Amount_${String(index + 1).padStart(2, '0')}`;
    const metadata = { mirakl_commercial_order_id: commercialId };
    const { chargeId } = stripe.given.charge({ amount: 200_000, currency: currency.toLowerCase(), metadata });
    mirakl.given.productOrder({
      ...{ commercialId, currency, total, commission },
      shopId: seller.shop.id,
      transactionNumber: chargeId,
      createdAt: dateOf(0),
    });
  }
  return amounts.length;
}
