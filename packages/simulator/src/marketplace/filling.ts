import type { MiraklSimulator } from '../mirakl/start-mirakl-simulator.ts';
import type { StripeSimulator } from '../stripe/start-stripe-simulator.ts';
import type { Dice } from './dice.ts';
import type { DemoSeller } from './fill-sellers.ts';

/** What every part of the filling works with. */
export type Filling = {
  readonly mirakl: MiraklSimulator;
  readonly stripe: StripeSimulator;
  readonly sellers: readonly DemoSeller[];
  readonly dice: Dice;
  /** When an order was made, by how much of the filling is done: 0 is a month ago, 1 is now. */
  readonly dateOf: (done: number) => Date;
};
