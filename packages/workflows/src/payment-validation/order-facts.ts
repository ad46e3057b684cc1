import type { Currency, Decimal } from '@connector/kernel';
import type { UnknownValue } from '@connector/mirakl';
import type { OrderProgress } from '../order/order-progress.ts';

/** What captures want to know of an order, goods and services alike. */
export type OrderFacts = {
  readonly id: string;
  readonly commercialId: string;
  readonly progress: OrderProgress | UnknownValue;
  /** Mirakl's own word for the progress, for the reason texts. */
  readonly state: string;
  /** Whether Mirakl has noted that the buyer has paid, waits to be told, or does not ask yet. */
  readonly debit: 'done' | 'awaited' | 'not asked for';
  readonly currency: Currency | UnknownValue;
  readonly sums: CaptureSums | UnknownValue;
};

/** Exact decimals in major units, taxes included. */
export type CaptureSums = {
  /** What the buyer owes for what remains of the order. */
  readonly due: Decimal;
  /** What he owed for what was refused or cancelled of it. */
  readonly gone: Decimal;
};
