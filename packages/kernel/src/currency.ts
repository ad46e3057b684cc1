declare const currencyBrand: unique symbol;

/** An ISO 4217 code in capitals, such as `EUR`. */
export type Currency = string & { readonly [currencyBrand]: true };

/**
 * How Stripe counts a currency's minor units.
 * `decimals`: digits between Stripe's integer and the major unit. `step`: the integer must be a multiple of it.
 */
export type MinorUnitRule = { readonly decimals: number; readonly step: bigint };

const twoDecimals: MinorUnitRule = { decimals: 2, step: 1n };
const zeroDecimals: MinorUnitRule = { decimals: 0, step: 1n };
/** The API takes three digits, of which the last must be 0. */
const threeDecimals: MinorUnitRule = { decimals: 3, step: 10n };
/** No decimals in real life, two in the API, and those must be 00. */
const wholeUnitsInHundredths: MinorUnitRule = { decimals: 2, step: 100n };

const rules: ReadonlyMap<string, MinorUnitRule> = new Map([
  ...'BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'
    .split(' ')
    .map((code) => [code, zeroDecimals] as const),
  ...'BHD JOD KWD OMR TND'.split(' ').map((code) => [code, threeDecimals] as const),
  ['ISK', wholeUnitsInHundredths],
  ['UGX', wholeUnitsInHundredths],
]);

/** The currency with this code, in any case of letters; undefined if the text is no currency code. */
export function currencyOf(code: string): Currency | undefined {
  const upper = code.toUpperCase();
  return /^[A-Z]{3}$/.test(upper) ? (upper as Currency) : undefined;
}

/** Currencies that have two decimals in charges and none in payouts. */
const paidOutInWholeUnits = new Set(['HUF', 'TWD']);

/**
 * Of how many minor units the amount of a payout must be a multiple: 100 for HUF and TWD
 * (docs.stripe.com/currencies#special-cases).
 */
export function payoutStep(currency: Currency): bigint {
  return paidOutInWholeUnits.has(currency) ? 100n : minorUnitRule(currency).step;
}

/** Stripe's rule for amounts of this currency in charges and transfers (docs.stripe.com/currencies). */
export function minorUnitRule(currency: Currency): MinorUnitRule {
  return rules.get(currency) ?? twoDecimals;
}
