import { type Clock, systemClock } from '@connector/kernel';
import { createDice } from './dice.ts';
import { fillAuthorizedOrders } from './fill-authorized-orders.ts';
import { fillProductOrders } from './fill-product-orders.ts';
import { fillServiceOrders } from './fill-service-orders.ts';
import { fillShowcase } from './fill-showcase.ts';
import type { Filling } from './filling.ts';

export type FillOrdersOptions = Pick<Filling, 'mirakl' | 'stripe' | 'sellers'> & {
  /** The same seed makes the same marketplace. */
  readonly seed: number;
  /** Logistic orders of goods, at least; the last commercial order may bring one or two more. */
  readonly productOrders: number;
  readonly serviceOrders: number;
  /** Purchases that are authorised at the checkout and captured when all sellers have answered; none unless given. */
  readonly authorizedOrders?: number;
  /** Nobody pays for such a purchase twice. */
  readonly paidOnce?: boolean;
  /** The orders were made in the month before; the machine's clock unless given. */
  readonly clock?: Clock;
};

/**
 * Fills the simulated marketplace with orders in all states and their payments, with the odd cents of real life; the first
 * ones have the amounts that are hard on a payment split.
 */
export function fillOrders(options: FillOrdersOptions): void {
  const now = (options.clock ?? systemClock)();
  const filling = { ...options, dice: createDice(options.seed), dateOf: (done: number) => spreadOverMonth(now, done) };
  const shown = fillShowcase(filling);
  fillProductOrders({ ...filling, productOrders: options.productOrders - shown });
  fillServiceOrders(filling);
  fillAuthorizedOrders({
    ...filling,
    authorizedOrders: options.authorizedOrders ?? 0,
    paidOnce: options.paidOnce ?? false,
  });
}

const monthMs = 30 * 24 * 3_600_000;

function spreadOverMonth(now: Date, done: number): Date {
  return new Date(now.getTime() - Math.round(monthMs * (1 - done)));
}
