import { type Currency, currencyOf, formatMajor, minorUnitRule, moneyFromMinor } from '@connector/kernel';
import type { Dice } from './dice.ts';

/** A price of everyday life: a few units to a few hundred, in minor units. */
export function everydayPrice(dice: Dice, currency: Currency): number {
  const { decimals, step } = minorUnitRule(currency);
  const steps = decimals === 0 ? dice.between(300, 80_000) : dice.between(99, 90_000);
  return steps * Number(step);
}

/** So many per cent of an amount in minor units, cut to what the currency has. */
export function percentOf(minor: number, percent: number, currency: Currency): number {
  const step = Number(minorUnitRule(currency).step);
  return Math.floor((minor * percent) / 100 / step) * step;
}

/** An amount in minor units as Mirakl holds it. */
export function decimalText(minor: number, currency: Currency): string {
  return formatMajor(moneyFromMinor(minor, currency));
}

/** The currency of a shop. Throws if the code is none. */
export function codeOf(code: string): Currency {
  const currency = currencyOf(code);
  if (!currency) throw new Error(`${code} is no currency`);
  return currency;
}
