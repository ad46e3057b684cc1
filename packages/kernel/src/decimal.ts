import { BigNumber } from 'bignumber.js';

/** An exact decimal amount in major units. Sums and differences never round. */
export type Decimal = BigNumber;

/** The longest amount we believe: refuses `1e999999999`, whose sum with 1 would not fit in memory. */
const plausible = /^-?\d{1,18}(\.\d{1,12})?([eE][+-]?\d{1,2})?$/;

/** The exact value of a decimal number as text, such as `"12.30"`; undefined if the text is no plausible amount. */
export function decimalOf(text: string): Decimal | undefined {
  return plausible.test(text) ? new BigNumber(text) : undefined;
}

/** The exact sum; zero for none. */
export function sumDecimals(values: Iterable<Decimal>): Decimal {
  let sum = new BigNumber(0);
  for (const value of values) sum = sum.plus(value);
  return sum;
}
