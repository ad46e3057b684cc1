import type { SimulatedLine, SimulatedProductOrder } from './objects.ts';

/** The state in which a product or service order waits for the buyer's money (PA11, SPA11). */
export const awaitingDebit = 'WAITING_DEBIT_PAYMENT';

const beforeDebit = new Set(['STAGING', 'WAITING_ACCEPTANCE', 'WAITING_DEBIT', awaitingDebit]);
const gone = new Set(['REFUSED', 'CANCELED']);

/** Whether Mirakl counts the order as paid: never while it still waits for that. */
export function isDebited({ debited, state }: SimulatedProductOrder): boolean {
  return debited && !beforeDebit.has(state);
}

/** The lines that were neither refused nor cancelled. */
export function remainingLines({ lines }: Pick<SimulatedProductOrder, 'lines'>): readonly SimulatedLine[] {
  return lines.filter(({ state }) => !gone.has(state));
}
