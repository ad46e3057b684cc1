import type { Currency } from '@connector/kernel';
import type { SimulatedLine } from '../mirakl/objects.ts';
import type { Dice } from './dice.ts';
import { decimalText, everydayPrice, percentOf } from './prices.ts';

export type Unpriced = {
  readonly id: string;
  readonly state: string;
  readonly currency: Currency;
  readonly taxMode: string;
  /** How often in a hundred a line but the first was refused or cancelled already. */
  readonly refusals: number;
};

export type PricedOrder = {
  readonly lines: readonly SimulatedLine[];
  readonly total: string;
  readonly commission: string;
  /** What the buyer pays for what was not refused, in minor units. */
  readonly owed: number;
  /** What he was to pay for everything when he ordered. */
  readonly ordered: number;
};

/** One seller's lines and sums. */
export function priceOrder(dice: Dice, { id, state, currency, taxMode, refusals }: Unpriced): PricedOrder {
  const text = (minor: number) => decimalText(minor, currency);
  const amounts = (minor: number) => (minor > 0 ? [text(minor)] : []);
  let [total, owed, ordered] = [0, 0, 0];
  const lines = Array.from({ length: dice.between(1, 3) }, (_, index): SimulatedLine => {
    const price = everydayPrice(dice, currency);
    const [taxes, shippingTaxes] = [percentOf(price, 20, currency), percentOf(price, 1, currency)];
    const lineState = index > 0 && dice.chance(refusals) ? dice.oneOf(refusedStates) : state;
    const withTaxes = taxMode === 'TAX_EXCLUDED' ? price + taxes + shippingTaxes : price;
    ordered += withTaxes;
    if (!refusedStates.includes(lineState)) {
      total += price;
      owed += withTaxes;
    }
    return {
      id: `${id}-${index + 1}`,
      state: lineState,
      total: text(price),
      taxes: amounts(taxes),
      shippingTaxes: amounts(shippingTaxes),
    };
  });
  const commission = percentOf(total, dice.between(8, 15), currency);
  return { lines, total: text(total), commission: text(commission), owed, ordered };
}

const refusedStates = ['REFUSED', 'CANCELED'];
