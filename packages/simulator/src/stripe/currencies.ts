import { z } from 'zod';
import { refuse } from './parameters.ts';

/** The currencies that Stripe takes (docs.stripe.com/currencies). */
const supported: ReadonlySet<string> = new Set(
  (
    'aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn bzd cad cdf chf clp ' +
    'cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel ghs gip gmd gnf gtq gyd hkd hnl htg huf idr ils ' +
    'inr isk jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk ' +
    'mxn myr mzn nad ngn nio nok npr nzd omr pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp ' +
    'sle sos srd std szl thb tjs tnd top try ttd twd tzs uah ugx usd uyu uzs vnd vuv wst xaf xcd xof xpf yer zar zmw'
  ).split(' '),
);

/** A currency in lower case that Stripe supports. */
export const currencyCode = z.string().superRefine((value, context) => {
  if (supported.has(value)) return;
  const list = [...supported].join(', ');
  refuse(context, undefined, `Invalid currency: ${value}. Stripe currently supports these currencies: ${list}`);
});

/** Where an amount must be a multiple of more than 1. Written down here and not shared, so that it can prove others wrong. */
const steps: ReadonlyMap<string, number> = new Map([
  ...['bhd', 'jod', 'kwd', 'omr', 'tnd'].map((currency) => [currency, 10] as const),
  ...['isk', 'ugx'].map((currency) => [currency, 100] as const),
]);

/** The step of which amounts of this currency must be a multiple: 10 for kwd, 100 for isk, 1 for most. */
export function amountStep(currency: string): number {
  return steps.get(currency) ?? 1;
}

/** The step for payouts, which have no decimals in huf and twd either (docs.stripe.com/currencies#special-cases). */
export function payoutStep(currency: string): number {
  return currency === 'huf' || currency === 'twd' ? 100 : amountStep(currency);
}
