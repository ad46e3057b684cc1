import { type Currency, currencyOf, decimalOf, formatMajor, moneyFromMinor } from '@connector/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CapturablePayment, decideCaptures } from './decide-captures.ts';
import type { OrderFacts } from './order-facts.ts';

const EUR: Currency = currencyOf('EUR') ?? expect.fail('EUR is a currency');
const decimal = (minor: bigint) => decimalOf(formatMajor(moneyFromMinor(minor, EUR))) ?? expect.fail('a decimal');

/** An order of which something is due and something has gone, in minor units. */
const order = (due: bigint, gone: bigint): OrderFacts => ({
  ...{ id: 'Order_1-A', commercialId: 'Order_1', state: 'SHIPPING', debit: 'done', currency: EUR },
  progress: due === 0n ? 'refused' : 'accepted',
  sums: { due: decimal(due), gone: decimal(gone) },
});

const payment = (id: number, authorizedMinor: bigint): CapturablePayment => ({
  ...{ id, authorizedMinor, status: 'to_capture', captureMinor: undefined, currency: 'eur', isBusy: false },
});

const decide = (payments: readonly CapturablePayment[], orders: readonly OrderFacts[]) =>
  decideCaptures({
    ...{ commercialId: 'Order_1', orders, payments, unreadable: undefined },
    rules: { validateAfterCapture: false },
  });

/** In minor units; 0 for a payment that is let go of, the reason for one that is held. */
const shares = (payments: readonly CapturablePayment[], orders: readonly OrderFacts[]) =>
  [...decide(payments, orders).values()].map((decision) => {
    if (decision.kind === 'hold') return decision.reason;
    return decision.kind === 'capture' ? decision.amount.minor : 0n;
  });

describe('what is left to capture', () => {
  test('of one payment is what was authorised less what has gone, whatever else it was for', () => {
    expect(shares([payment(1, 15_000n)], [order(6_000n, 0n), order(0n, 4_000n)])).toEqual([11_000n]);
  });

  test('of one payment for a part of the price is lessened likewise', () => {
    expect(shares([payment(1, 9_000n)], [order(8_000n, 2_000n)])).toEqual([7_000n]);
  });

  test('is not guessed when more has gone than was authorised and something is still due', () => {
    expect(shares([payment(1, 3_000n)], [order(5_000n, 5_000n)])).toEqual([
      'More than the authorized 30.00 EUR was refused or cancelled, and 50.00 EUR is still owed',
    ]);
    expect(shares([payment(1, 3_000n)], [order(0n, 5_000n)])).toEqual([0n]);
  });

  test('leaves out a payment that somebody is at, and what he takes', () => {
    const busy = { ...payment(1, 6_000n), isBusy: true, captureMinor: 6_000n };
    expect(shares([busy, payment(2, 4_000n)], [order(7_000n, 3_000n)])).toEqual([1_000n]);
  });

  test('does not count on an authorisation that was lost', () => {
    const lost: CapturablePayment = { ...payment(1, 10_000n), status: 'canceled', captureMinor: undefined };
    expect(shares([lost, payment(2, 10_000n)], [order(10_000n, 0n)])).toEqual([10_000n]);
  });

  test('is nothing in a currency that one of the payments does not have', () => {
    const dollars = { ...payment(2, 4_000n), currency: 'usd' };
    expect(shares([payment(1, 6_000n), dollars], [order(10_000n, 0n)])).toEqual([
      ...['Unexpected value USD of currency', 'Unexpected value USD of currency'],
    ]);
  });
});

describe('properties', () => {
  const amount = fc.bigInt(1n, 1_000_000n);

  /** Carries out what was decided, payment by payment in any order, and weighs anew after each. */
  function settle(payments: CapturablePayment[], orders: OrderFacts[], order: readonly number[]): CapturablePayment[] {
    let present = payments;
    for (const index of order) {
      const chosen = present[index % present.length];
      const decision = chosen && decide(present, orders).get(chosen.id);
      if (!chosen || !decision || decision.kind === 'hold') continue;
      const done: CapturablePayment =
        decision.kind === 'capture'
          ? { ...chosen, status: 'captured', captureMinor: decision.amount.minor }
          : { ...chosen, status: 'canceled', captureMinor: 0n };
      present = present.map((each) => (each === chosen ? done : each));
    }
    return present;
  }

  test('L20: parts of the price come to what the buyer owes, in whatever order they are captured and weighed again', () => {
    fc.assert(
      fc.property(
        fc.array(amount, { minLength: 2, maxLength: 5 }),
        fc.nat(100),
        fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 }),
        (parts, percent, sequence) => {
          const ordered = parts.reduce((sum, part) => sum + part, 0n);
          const gone = (ordered * BigInt(percent)) / 100n;
          const payments = parts.map((part, index) => payment(index, part));
          const settled = settle(payments, [order(ordered - gone, gone)], sequence);
          expect(settled.every(({ status }) => status !== 'to_capture')).toBe(true);
          const captured = settled.reduce((sum, { captureMinor = 0n }) => sum + captureMinor, 0n);
          expect(captured).toBe(ordered - gone);
        },
      ),
    );
  });

  test('no payment is ever captured for more than it is authorised, and nobody pays more than was ordered', () => {
    fc.assert(
      fc.property(fc.array(amount, { minLength: 2, maxLength: 5 }), amount, amount, (parts, due, gone) => {
        const payments = parts.map((part, index) => payment(index, part));
        let captured = 0n;
        for (const [id, decision] of decide(payments, [order(due, gone)])) {
          if (decision.kind !== 'capture') continue;
          expect(decision.amount.minor).toBeLessThanOrEqual(parts[id] ?? 0n);
          captured += decision.amount.minor;
        }
        expect(captured).toBeLessThanOrEqual(due);
      }),
    );
  });
});
