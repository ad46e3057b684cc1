import {
  type Currency,
  type Decimal,
  formatMoney,
  type Money,
  moneyFromDecimal,
  moneyFromMinor,
  sumDecimals,
} from '@connector/kernel';
import type { UnknownValue } from '@connector/mirakl';
import { isUnknown } from '../order/is-unknown.ts';
import { statusReason } from '../status-reason.ts';
import type { CaptureSums, OrderFacts } from './order-facts.ts';
import type { PaymentStatus } from './payment-mapping.ts';

/** A payment as captures see it. Amounts in minor units. */
export type CapturablePayment = {
  readonly id: number;
  readonly status: PaymentStatus;
  readonly authorizedMinor: bigint;
  /** What is to be captured of it or was, 0 for one that is or was let go of; undefined while nothing is decided. */
  readonly captureMinor: bigint | undefined;
  /** In lower case; undefined in rows of the old connector. */
  readonly currency: string | undefined;
  /** Somebody is at it, or the outcome of a call is not known: what was decided stays. */
  readonly isBusy: boolean;
};

/** What the operator has chosen. */
export type CaptureRules = {
  /** Mirakl is told of the payment only once it is captured, so the capture cannot wait for Mirakl to note it as paid. */
  readonly validateAfterCapture: boolean;
};

export type CaptureFacts = {
  readonly commercialId: string;
  readonly orders: readonly OrderFacts[];
  /** What could not be read of its orders, if anything. */
  readonly unreadable: UnknownValue | undefined;
  /** All payments of the commercial order, the oldest first. */
  readonly payments: readonly CapturablePayment[];
  readonly rules: CaptureRules;
};

export type CaptureDecision =
  | { readonly kind: 'capture'; readonly amount: Money }
  /** The buyer owes nothing of it. */
  | { readonly kind: 'let-go'; readonly currency: Currency }
  | { readonly kind: 'hold'; readonly reason: string };

type Hold = Extract<CaptureDecision, { kind: 'hold' }>;

/**
 * What is to become of each payment of a commercial order that is to be captured, by id (workflows.md, section 3): nothing until
 * all orders are accepted and paid; then what was authorised less what was refused or cancelled, the oldest payment first.
 */
export function decideCaptures(facts: CaptureFacts): Map<number, CaptureDecision> {
  const open = facts.payments.filter(isOpen);
  const left = amountLeft(facts, open);
  if (isHold(left)) return new Map(open.map(({ id }) => [id, left]));
  const { currency } = left;
  const decisions = new Map<number, CaptureDecision>();
  let minor = left.minor > 0n ? left.minor : 0n;
  for (const { id, authorizedMinor } of open) {
    const share = least(minor, authorizedMinor);
    const amount = moneyFromMinor(share, currency);
    decisions.set(id, share > 0n ? { kind: 'capture', amount } : { kind: 'let-go', currency });
    minor -= share;
  }
  return decisions;
}

/** What is still to be captured of all open payments together; not positive if nothing is. */
function amountLeft(facts: CaptureFacts, open: readonly CapturablePayment[]): Money | Hold {
  const unready = facts.unreadable ? unexpected(facts.unreadable) : whatIsAwaited(facts);
  if (unready) return unready;
  const currency = currencyOfAll(facts);
  if (isHold(currency)) return currency;
  const sums = sumsOf(facts.orders);
  if (isUnknown(sums)) return unexpected(sums);
  const due = inMinorUnits(sums.due, currency);
  const gone = inMinorUnits(sums.gone, currency);
  if (isHold(due)) return due;
  if (isHold(gone)) return gone;

  const taken = total(facts.payments.filter((payment) => !isOpen(payment)).map(takenOf));
  const left = payable(facts.payments, due + gone) - gone - taken;
  const available = total(open.map(({ authorizedMinor }) => authorizedMinor));
  const shown = (minor: bigint) => formatMoney(moneyFromMinor(minor, currency));
  if (left > available) return hold(statusReason.captureTooLarge(shown(left), shown(available)));
  // Letting go cannot be taken back, and something is to be delivered.
  if (left < 0n && taken === 0n && due > 0n) {
    return hold(statusReason.moreGoneThanAuthorized(shown(available), shown(due)));
  }
  return moneyFromMinor(left, currency);
}

/** Why it is too early: an order that is not there, not accepted, or not paid as far as Mirakl knows. */
function whatIsAwaited({ commercialId, orders, rules }: CaptureFacts): Hold | undefined {
  if (orders.length === 0) return hold(statusReason.noOrder(commercialId));
  for (const { progress, state, debit } of orders) {
    if (isUnknown(progress)) return unexpected(progress);
    if (progress === 'refused') continue;
    if (debit === 'awaited' && rules.validateAfterCapture) continue;
    if (progress === 'not-accepted' || debit !== 'done') return hold(statusReason.orderNotReady(state));
  }
  return undefined;
}

function currencyOfAll({ orders, payments }: CaptureFacts): Currency | Hold {
  let common: Currency | undefined;
  for (const { currency } of orders) {
    if (isUnknown(currency)) return unexpected(currency);
    common ??= currency;
    if (currency !== common) return hold(statusReason.unexpectedValue(currency, 'currency'));
  }
  const paid = payments.filter(countsAsAuthorized).map((payment) => payment.currency?.toUpperCase());
  const other = paid.find((currency) => currency !== undefined && currency !== common);
  return common === undefined || other !== undefined
    ? hold(statusReason.unexpectedValue(other ?? '(missing)', 'currency'))
    : common;
}

function sumsOf(orders: readonly OrderFacts[]): CaptureSums | UnknownValue {
  const sums: CaptureSums[] = [];
  for (const order of orders) {
    if (isUnknown(order.sums)) return order.sums;
    sums.push(order.sums);
  }
  return { due: sumDecimals(sums.map(({ due }) => due)), gone: sumDecimals(sums.map(({ gone }) => gone)) };
}

function inMinorUnits(sum: Decimal, currency: Currency): bigint | Hold {
  const money = moneyFromDecimal(sum, currency);
  return 'minor' in money ? money.minor : hold(statusReason.amountInexpressible(money.inexpressible, currency));
}

/**
 * What the payments are for. One payment is for all that was authorised, be it that the buyer bought things in one go that Mirakl
 * knows nothing of. Several may be parts of the price, or one too many: together they are for no more than was ordered.
 */
function payable(payments: readonly CapturablePayment[], ordered: bigint): bigint {
  const counting = payments.filter(countsAsAuthorized);
  const authorized = total(counting.map(({ authorizedMinor }) => authorizedMinor));
  return counting.length > 1 ? least(authorized, ordered) : authorized;
}

/** One that we let go of counts on: otherwise what was decided about the others would change. One that was lost does not. */
function countsAsAuthorized({ status, captureMinor }: CapturablePayment): boolean {
  return status === 'to_capture' || status === 'captured' || (status === 'canceled' && captureMinor === 0n);
}

function takenOf({ status, captureMinor, authorizedMinor }: CapturablePayment): bigint {
  return status === 'canceled' || status === 'failed' ? 0n : (captureMinor ?? authorizedMinor);
}

function isOpen({ status, isBusy }: CapturablePayment): boolean {
  return status === 'to_capture' && !isBusy;
}

function total(amounts: readonly bigint[]): bigint {
  return amounts.reduce((sum, amount) => sum + amount, 0n);
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function hold(reason: string): Hold {
  return { kind: 'hold', reason };
}

function unexpected({ unknown, field }: UnknownValue): Hold {
  return hold(statusReason.unexpectedValue(unknown, field));
}

function isHold(value: unknown): value is Hold {
  return typeof value === 'object' && value !== null && 'kind' in value;
}
