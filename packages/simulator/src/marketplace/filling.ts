import type { Dice } from './dice.ts';
import type { FillOrdersOptions } from './fill-orders.ts';

/** What every part of the filling works with. */
export type Filling = Pick<FillOrdersOptions, 'mirakl' | 'stripe' | 'sellers'> & {
  readonly dice: Dice;
  /** When an order was made, by how much of the filling is done: 0 is a month ago, 1 is now. */
  readonly dateOf: (done: number) => Date;
};
