/** So many decimals fit into an exact amount: more than any marketplace has. */
const decimals = 12;

/** A decimal text as a whole number of 10⁻¹². Throws for anything else: the simulators hold no such amounts. */
export function exactAmount(text: string): bigint {
  const [, sign, whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d{1,12}))?$/.exec(text) ?? [];
  if (whole === '') throw new Error(`${text} is no amount`);
  const value = BigInt(whole + fraction.padEnd(decimals, '0'));
  return sign === '-' ? -value : value;
}

const withoutDecimals = 'BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'.split(' ');
const withThreeDecimals = 'BHD JOD KWD OMR TND'.split(' ');
const inWholeUnits = ['ISK', 'UGX'];

/**
 * An exact amount in Stripe's minor units of the currency (docs.stripe.com/currencies); undefined if it cannot be expressed
 * in them.
 */
export function minorUnitsOf(amount: bigint, currency: string): bigint | undefined {
  const shown = withoutDecimals.includes(currency) ? 0 : withThreeDecimals.includes(currency) ? 3 : 2;
  const one = 10n ** BigInt(decimals - shown);
  // The last digit of three must be 0; what has no decimals in real life is counted in hundredths all the same.
  const step = shown === 3 ? 10n : inWholeUnits.includes(currency) ? 100n : 1n;
  return amount % (one * step) === 0n ? amount / one : undefined;
}

/** What a payout of the currency must be a multiple of, in minor units: these two have no decimals at banks. */
export function payoutStepOf(currency: string): bigint {
  return ['HUF', 'TWD'].includes(currency) ? 100n : 1n;
}
