import { type Decimal, decimalOf, sumDecimals } from '@connector/kernel';

/** The exact sum of amounts, with the decimals of the one that has most: `1.5` and `0.50` are `2.00`. Throws for no amount. */
export function sumOf(amounts: readonly string[]): string {
  const places = Math.max(0, ...amounts.map((amount) => amount.split('.')[1]?.length ?? 0));
  return sumDecimals(amounts.map(exact)).toFixed(places);
}

/** What is left of an amount, written like a sum. */
export function less(amount: string, taken: string): string {
  return sumOf([amount, taken.startsWith('-') ? taken.slice(1) : `-${taken}`]);
}

function exact(amount: string): Decimal {
  const value = decimalOf(amount);
  if (value === undefined) throw new Error(`${amount} is no amount`);
  return value;
}
