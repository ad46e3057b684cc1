import { type Currency, minorUnitRule } from '@connector/kernel';
import type { GivenCharge } from '../stripe/given.ts';
import type { StripeSimulator } from '../stripe/start-stripe-simulator.ts';
import type { Dice } from './dice.ts';

type Payment = {
  readonly commercialId: string;
  /** In minor units: what the buyer pays for all sellers together. */
  readonly amount: number;
  /** The same when he ordered, before anything was refused; that much is authorised where nothing is taken yet. */
  readonly authorized?: number;
  readonly currency: Currency;
  /** Whether a seller has accepted: before that a payment is at most authorised. */
  readonly accepted: boolean;
};

/** What is out of the ordinary with a payment, and how often in a hundred. The rest is captured. */
const exceptions: readonly (readonly [number, Partial<GivenCharge> | 'paypal' | 'unknown'])[] = [
  [20, { captured: false }],
  [3, { status: 'pending' }],
  [2, { status: 'failed' }],
  [2, { status: 'failed', withPaymentIntent: false }],
  [5, 'paypal'],
  [2, 'unknown'],
  [5, { withPaymentIntent: false, prefix: 'py' }],
];

/** The buyer's payment on the simulated Stripe. Gives back what Mirakl is told of it; null for nothing to pay. */
export function pay(stripe: StripeSimulator, dice: Dice, payment: Payment): string | null {
  const { commercialId, currency, accepted } = payment;
  if ((payment.authorized ?? payment.amount) === 0) return null;
  const exception = accepted ? rollException(dice) : { captured: false };
  if (exception === 'paypal') return `PAYPAL-${dice.between(100_000, 999_999)}`;
  if (exception === 'unknown') return null;
  const isTaken = exception?.captured !== false;
  const due = isTaken ? payment.amount : (payment.authorized ?? payment.amount);
  const amount = Math.max(due, Number(minorUnitRule(currency).step));
  const { chargeId, paymentIntentId } = stripe.given.charge({
    ...{ amount, currency: currency.toLowerCase() },
    metadata: { mirakl_commercial_order_id: commercialId },
    withPaymentIntent: dice.chance(70),
    refundsBegin: dice.chance(10) ? 'pending' : 'succeeded',
    amountRefunded: exception === undefined && dice.chance(3) ? amount : 0,
    ...exception,
  });
  return paymentIntentId ?? chargeId;
}

function rollException(dice: Dice) {
  let roll = dice.between(1, 100);
  return exceptions.find(([share]) => {
    roll -= share;
    return roll <= 0;
  })?.[1];
}
