import { type Currency, currencyOf, formatMajor, minorUnitRule, moneyFromMinor } from '@connector/kernel';
import { seededRandom } from '../http/seeded-random.ts';
import type { SimulatedLine } from '../mirakl/objects.ts';
import type { MiraklSimulator } from '../mirakl/start-mirakl-simulator.ts';
import type { GivenCharge } from '../stripe/given.ts';
import type { StripeSimulator } from '../stripe/start-stripe-simulator.ts';
import type { DemoSeller } from './fill-sellers.ts';

export type FillOrdersOptions = {
  readonly mirakl: MiraklSimulator;
  readonly stripe: StripeSimulator;
  readonly sellers: readonly DemoSeller[];
  /** The same seed makes the same marketplace. */
  readonly seed: number;
  /** Logistic orders of goods, at least; the last commercial order may bring one or two more. */
  readonly productOrders: number;
  readonly serviceOrders: number;
};

const productStates = [
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
];
const serviceStates = [
  'WAITING_SCORING',
  'WAITING_ACCEPTANCE',
  'WAITING_DEBIT',
  'WAITING_DEBIT_PAYMENT',
  'ORDER_PENDING',
  'ORDER_ACCEPTED',
  'ORDER_CLOSED',
  'ORDER_REFUSED',
  'ORDER_EXPIRED',
  'ORDER_CANCELLED',
];
const accepted = new Set([
  'SHIPPING',
  'SHIPPED',
  'TO_COLLECT',
  'RECEIVED',
  'CLOSED',
  'ORDER_PENDING',
  'ORDER_ACCEPTED',
  'ORDER_CLOSED',
]);

/** What becomes of a payment, and how often in a hundred. The rest is captured. */
const troubledPayments: readonly (readonly [number, Partial<GivenCharge> | 'elsewhere'])[] = [
  [3, { captured: false }],
  [2, { status: 'pending' }],
  [2, { status: 'failed', withPaymentIntent: false }],
  [4, 'elsewhere'],
];

type Dice = ReturnType<typeof createDice>;

/** Fills the simulated marketplace with orders in all states and their payments, with the odd cents of real life. */
export function fillOrders(options: FillOrdersOptions): void {
  const dice = createDice(options.seed);
  fillProductOrders(options, dice);
  fillServiceOrders(options, dice);
}

function fillProductOrders({ mirakl, stripe, sellers, productOrders }: FillOrdersOptions, dice: Dice): void {
  const shops = sellers.filter(({ special }) => special !== 'services').map(({ shop }) => shop);
  for (let made = 0, number = 1; made < productOrders; number += 1) {
    const first = dice.oneOf(shops);
    const currency = codeOf(first.currency);
    const others = shops.filter((shop) => shop.currency === first.currency && shop !== first);
    const basket = [first, ...others.slice(0, dice.chance(25) ? 2 : 0)];
    const commercialId = `Order_${String(number).padStart(5, '0')}`;
    const taxMode = dice.chance(30) ? 'TAX_EXCLUDED' : 'TAX_INCLUDED';
    const orders = basket.map((shop, index) => {
      const id = `${commercialId}-${'ABC'[index]}`;
      // Each state at least once, then mostly those in which money moves.
      const state =
        productStates[made + index] ??
        (dice.chance(80) ? dice.oneOf(productStates.slice(4, 9)) : dice.oneOf(productStates));
      return { id, shopId: shop.id, state, ...basketOf(dice, currency, id, state, taxMode) };
    });
    const owed = orders.reduce((sum, order) => sum + order.owed, 0);
    const transactionNumber = pay(stripe, dice, owed, currency);
    for (const { owed: _, ...order } of orders) {
      mirakl.given.productOrder({
        ...order,
        ...{ commercialId, taxMode, currency, transactionNumber },
        debited: accepted.has(order.state) && !dice.chance(4),
        buyerPaysSeller: dice.chance(2),
        payOutPsp: dice.chance(3) ? 'HYPERWALLET' : 'OPERATOR',
        total: dice.chance(2) ? inexpressible(order.total, currency) : order.total,
      });
    }
    made += orders.length;
  }
}

/** One seller's lines. `owed` in minor units: what the buyer pays for them. */
function basketOf(dice: Dice, currency: Currency, id: string, state: string, taxMode: string) {
  const refused = state === 'REFUSED' || state === 'CANCELED';
  let total = 0;
  let owed = 0;
  const lines = Array.from({ length: dice.between(1, 3) }, (_, index): SimulatedLine => {
    const price = minorAmount(dice, currency);
    const [taxes, shippingTaxes] = [fraction(price, 20, currency), fraction(price, 1, currency)];
    const lineState = !refused && index > 0 && dice.chance(12) ? dice.oneOf(['REFUSED', 'CANCELED']) : state;
    if (lineState === state) {
      total += price;
      owed += taxMode === 'TAX_EXCLUDED' ? price + taxes + shippingTaxes : price;
    }
    const texts = (minor: number) => (minor > 0 ? [text(minor, currency)] : []);
    return {
      id: `${id}-${index + 1}`,
      state: lineState,
      total: text(price, currency),
      taxes: texts(taxes),
      shippingTaxes: texts(shippingTaxes),
    };
  });
  const commission = fraction(total, dice.between(8, 15), currency);
  return { lines, total: text(total, currency), commission: text(commission, currency), owed };
}

function fillServiceOrders({ mirakl, stripe, sellers, serviceOrders }: FillOrdersOptions, dice: Dice): void {
  const shops = sellers.filter(({ special }) => special === 'services').map(({ shop }) => shop);
  for (let number = 1; number <= serviceOrders; number += 1) {
    const shop = dice.oneOf(shops);
    const currency = codeOf(shop.currency);
    const commercialId = `Service_${String(number).padStart(5, '0')}`;
    const id = `${commercialId}-A`;
    const state = serviceStates[number - 1] ?? (dice.chance(80) ? 'ORDER_ACCEPTED' : dice.oneOf(serviceStates));
    const [price, extra, choice] = [
      minorAmount(dice, currency),
      minorAmount(dice, currency),
      minorAmount(dice, currency),
    ];
    const taxes = fraction(price, 20, currency);
    const taxMode = dice.chance(50) ? 'TAX_EXCLUDED' : 'TAX_INCLUDED';
    const owed = price + extra + choice + (taxMode === 'TAX_EXCLUDED' ? taxes : 0);
    mirakl.given.serviceOrder({
      ...{ id, commercialId, shopId: shop.id, state, currency, taxMode },
      price: text(price, currency),
      taxes: [text(taxes, currency)],
      options: [
        { type: 'BOOLEAN', amount: text(extra, currency) },
        { type: 'VALUE_LIST', values: [text(choice, currency)] },
      ],
      commission: text(fraction(price, 12, currency), currency),
    });
    if (!accepted.has(state)) continue;
    const transactionNumber = pay(stripe, dice, owed, currency);
    mirakl.given.debit({
      orderId: id,
      currency,
      amount: text(owed, currency),
      transactionNumber,
      state: dice.chance(90) ? 'OK' : 'WAITING',
    });
  }
}

/** The buyer's payment on the simulated Stripe; what Mirakl knows of it. */
function pay(stripe: StripeSimulator, dice: Dice, owed: number, currency: Currency): string {
  let roll = dice.between(1, 100);
  const trouble = troubledPayments.find(([share]) => {
    roll -= share;
    return roll <= 0;
  })?.[1];
  if (trouble === 'elsewhere') return `PAYPAL-${dice.between(100_000, 999_999)}`;
  const amount = Math.max(owed, Number(minorUnitRule(currency).step));
  const charge = { amount, currency: currency.toLowerCase(), withPaymentIntent: dice.chance(70), ...trouble };
  const { chargeId, paymentIntentId } = stripe.given.charge({
    ...charge,
    amountRefunded: !trouble && dice.chance(2) ? amount : 0,
  });
  return paymentIntentId ?? chargeId;
}

function createDice(seed: number) {
  const random = seededRandom(seed);
  const between = (min: number, max: number) => min + Math.floor(random() * (max - min + 1));
  return {
    between,
    chance: (percent: number) => random() * 100 < percent,
    oneOf<T>(choices: readonly T[]): T {
      const choice = choices[between(0, choices.length - 1)];
      if (choice === undefined) throw new Error('nothing to choose from');
      return choice;
    },
  };
}

/** A price of everyday life: a few units to a few hundred, in minor units. */
function minorAmount(dice: Dice, currency: Currency): number {
  const { decimals, step } = minorUnitRule(currency);
  const steps = decimals === 0 ? dice.between(300, 80_000) : dice.between(99, 90_000);
  return steps * Number(step);
}

/** So many per cent, cut to what the currency has. */
function fraction(minor: number, percent: number, currency: Currency): number {
  const step = Number(minorUnitRule(currency).step);
  return Math.floor((minor * percent) / 100 / step) * step;
}

function text(minor: number, currency: Currency): string {
  return formatMajor(moneyFromMinor(minor, currency));
}

/** With a digit more than Stripe takes. */
function inexpressible(total: string, currency: Currency): string {
  if (minorUnitRule(currency).decimals === 3) return `${total.slice(0, -1)}5`;
  return total.includes('.') ? `${total}5` : `${total}.5`;
}

function codeOf(code: string): Currency {
  const currency = currencyOf(code);
  if (!currency) throw new Error(`${code} is no currency`);
  return currency;
}
