import { type Currency, currencyOf, formatMajor, minorUnitRule, moneyFromMinor } from '@connector/kernel';
import type { SimulatedLine } from '../mirakl/objects.ts';
import type { Dice } from './dice.ts';
import { exactAmount, minorUnitsOf } from './exact-amount.ts';

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

/** An amount of Mirakl's in minor units. Throws if the currency cannot express it. */
export function minorOf(text: string, currency: Currency): number {
  const minor = minorUnitsOf(exactAmount(text), currency);
  if (minor === undefined) throw new Error(`${text} ${currency} cannot be expressed`);
  return Number(minor);
}

/** So many per cent of a line, its taxes included. */
export function partOfLine({ total, taxes, shippingTaxes }: SimulatedLine, percent: number, currency: Currency) {
  const part = (text: string) => decimalText(percentOf(minorOf(text, currency), percent, currency), currency);
  return { amount: part(total), taxes: taxes.map(part), shippingTaxes: shippingTaxes.map(part) };
}

/** The currency of a shop. Throws if the code is none. */
export function codeOf(code: string): Currency {
  const currency = currencyOf(code);
  if (!currency) throw new Error(`${code} is no currency`);
  return currency;
}
