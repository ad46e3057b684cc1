export { assertNever } from './assert-never.ts';
export { type Clock, systemClock } from './clock.ts';
export { type Currency, currencyOf, minorUnitRule, payoutStep } from './currency.ts';
export { type Decimal, decimalOf, sumDecimals } from './decimal.ts';
export { ConnectorError, type ConnectorErrorOptions, errorMessage, isConnectorError } from './error.ts';
export { inBatches } from './in-batches.ts';
export { isSameSecret } from './is-same-secret.ts';
export {
  compareMoney,
  decimalFromMoney,
  formatMajor,
  formatMoney,
  type InexpressibleAmount,
  type Money,
  moneyFromDecimal,
  moneyFromMinor,
} from './money.ts';
