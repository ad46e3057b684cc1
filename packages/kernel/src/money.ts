import { BigNumber } from 'bignumber.js';
import { type Currency, minorUnitRule } from './currency.ts';
import type { Decimal } from './decimal.ts';

/** An amount in Stripe's minor units of its currency: `{ minor: 1999n, currency: 'EUR' }` is 19.99 EUR. */
export type Money = { readonly minor: bigint; readonly currency: Currency };

/** What is left when an amount has more decimals than Stripe's rules for the currency allow. `amount` is as it came. */
export type InexpressibleAmount = { readonly inexpressible: string; readonly currency: Currency };

/** Stripe takes at most 12 digits. */
const largestMinor = 999_999_999_999n;

/**
 * The only place where major units become minor units. Never rounds: an amount that the currency cannot express
 * comes back as `InexpressibleAmount`, for the caller to put on hold.
 */
export function moneyFromDecimal(amount: Decimal, currency: Currency): Money | InexpressibleAmount {
  const { decimals, step } = minorUnitRule(currency);
  const shifted = amount.shiftedBy(decimals);
  if (!shifted.isInteger()) return { inexpressible: amount.toFixed(), currency };
  const minor = BigInt(shifted.toFixed(0));
  const absolute = minor < 0n ? -minor : minor;
  if (minor % step !== 0n || absolute > largestMinor) return { inexpressible: amount.toFixed(), currency };
  return { minor, currency };
}

/** The exact amount in major units. */
export function decimalFromMoney({ minor, currency }: Money): Decimal {
  return new BigNumber(minor.toString()).shiftedBy(-minorUnitRule(currency).decimals);
}

/** Money that is in minor units already: from our database or from Stripe. */
export function moneyFromMinor(minor: bigint | number, currency: Currency): Money {
  return { minor: BigInt(minor), currency };
}

/** Negative, zero or positive, as `a` is less than, equal to or more than `b`. Throws if the currencies differ. */
export function compareMoney(a: Money, b: Money): number {
  if (a.currency !== b.currency) throw new Error(`cannot compare ${a.currency} with ${b.currency}`);
  return a.minor === b.minor ? 0 : a.minor < b.minor ? -1 : 1;
}

/** The amount in major units with the currency's decimals and no currency, for example `19.99` or `1234`. */
export function formatMajor({ minor, currency }: Money): string {
  const { decimals, step } = minorUnitRule(currency);
  const shown = step === 100n ? 0 : decimals;
  return new BigNumber(minor.toString()).shiftedBy(-decimals).toFixed(shown);
}

/** The amount for people: `19.99 EUR`. */
export function formatMoney(money: Money): string {
  return `${formatMajor(money)} ${money.currency}`;
}
