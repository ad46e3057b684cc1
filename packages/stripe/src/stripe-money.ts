import { ConnectorError, currencyOf, type Money, moneyFromMinor } from '@connector/kernel';

/** Money as Stripe writes it: minor units and a code in lower case. Throws `stripe_unexpected_answer` if it is neither. */
export function stripeMoney(minor: number, code: string): Money {
  const currency = currencyOf(code);
  if (currency === undefined || !Number.isSafeInteger(minor)) {
    throw new ConnectorError(`Stripe gives an amount that is none: ${minor} ${code}`, {
      code: 'stripe_unexpected_answer',
      retryable: false,
    });
  }
  return moneyFromMinor(minor, currency);
}
