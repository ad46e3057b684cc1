import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Currency, currencyOf, minorUnitRule } from './currency.ts';
import { type Decimal, decimalOf, sumDecimals } from './decimal.ts';
import { compareMoney, formatMajor, formatMoney, moneyFromDecimal, moneyFromMinor } from './money.ts';

const currency = (code: string): Currency => currencyOf(code) ?? expect.fail(`${code} is a currency`);
const decimal = (text: string): Decimal => decimalOf(text) ?? expect.fail(`${text} is a decimal`);
const minor = (text: string, code: string) => {
  const money = moneyFromDecimal(decimal(text), currency(code));
  return 'minor' in money ? money.minor : 'inexpressible';
};

describe('amounts become minor units by the rules of Stripe', () => {
  test.each([
    ['19.99', 'EUR', 1999n],
    ['1.15', 'EUR', 115n],
    ['0.29', 'USD', 29n],
    ['1135.63', 'GBP', 113563n],
    ['1234', 'JPY', 1234n],
    ['12.340', 'KWD', 12340n],
    ['12.3400000', 'EUR', 1234n],
    ['-19.99', 'EUR', -1999n],
    ['0', 'EUR', 0n],
    ['1e2', 'EUR', 10000n],
    ['100', 'ISK', 10000n],
    ['100', 'UGX', 10000n],
    ['12.34', 'HUF', 1234n],
  ])('%s %s is %s', (text, code, expected) => {
    expect(minor(text, code)).toBe(expected);
  });

  test.each([
    ['12.34', 'JPY'],
    ['12.345', 'KWD'],
    ['10.005', 'EUR'],
    ['0.001', 'EUR'],
    ['100.5', 'ISK'],
    ['10000000000', 'EUR'],
  ])('%s %s cannot be expressed and is never rounded', (text, code) => {
    expect(minor(text, code)).toBe('inexpressible');
    expect(moneyFromDecimal(decimal(text), currency(code))).toEqual({ inexpressible: text, currency: code });
  });
});

describe('properties of money', () => {
  const anyCurrency = fc.constantFrom('EUR', 'JPY', 'KWD', 'ISK', 'UGX', 'HUF', 'TND', 'XOF').map(currency);

  test('what is written in major units reads back as the same minor units', () => {
    fc.assert(
      fc.property(fc.bigInt(-99_999_999_999n, 99_999_999_999n), anyCurrency, (units, code) => {
        const { step } = minorUnitRule(code);
        const money = moneyFromMinor(units - (units % step), code);
        expect(moneyFromDecimal(decimal(formatMajor(money)), code)).toEqual(money);
      }),
    );
  });

  test('a sum of decimals is the sum of their minor units, in any order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1_000_000, max: 1_000_000 }), { maxLength: 50 }), (cents) => {
        const decimals = cents.map((cent) => decimal(formatMajor(moneyFromMinor(cent, currency('EUR')))));
        const expected = BigInt(cents.reduce((sum, cent) => sum + cent, 0));
        for (const order of [decimals, decimals.toReversed()]) {
          expect(moneyFromDecimal(sumDecimals(order), currency('EUR'))).toEqual({ minor: expected, currency: 'EUR' });
        }
      }),
    );
  });

  test('an amount with a digit more than the currency has is refused', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), fc.integer({ min: 1, max: 9 }), (units, digit) => {
        expect(minor(`${units}.00${digit}`, 'EUR')).toBe('inexpressible');
        expect(minor(`${units}.${digit}`, 'JPY')).toBe('inexpressible');
        expect(minor(`${units}.00${digit}`, 'BHD')).toBe('inexpressible');
      }),
    );
  });
});

test('text that is no plausible amount is no decimal', () => {
  for (const text of ['', ' 1', '1,5', 'NaN', 'Infinity', '0x10', '1e999', '--1', '.5', '5.', '1e', '9'.repeat(30)]) {
    expect(decimalOf(text), text).toBeUndefined();
  }
});

test('a currency code is three letters in any case', () => {
  expect(currencyOf('eur')).toBe('EUR');
  for (const text of ['', 'EU', 'EURO', 'E1R']) expect(currencyOf(text)).toBeUndefined();
});

test('amounts are shown with the decimals of their currency', () => {
  expect(formatMoney(moneyFromMinor(1999, currency('EUR')))).toBe('19.99 EUR');
  expect(formatMoney(moneyFromMinor(1234, currency('JPY')))).toBe('1234 JPY');
  expect(formatMoney(moneyFromMinor(12340, currency('KWD')))).toBe('12.340 KWD');
  expect(formatMoney(moneyFromMinor(10000, currency('ISK')))).toBe('100 ISK');
});

test('only amounts of one currency can be compared', () => {
  const eur = (units: number) => moneyFromMinor(units, currency('EUR'));
  expect(compareMoney(eur(1), eur(2))).toBe(-1);
  expect(compareMoney(eur(2), eur(2))).toBe(0);
  expect(compareMoney(eur(3), eur(2))).toBe(1);
  expect(() => compareMoney(eur(1), moneyFromMinor(1, currency('USD')))).toThrow('cannot compare EUR with USD');
});
