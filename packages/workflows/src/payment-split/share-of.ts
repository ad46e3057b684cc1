import type { Decimal } from '@connector/kernel';
import type { OrderAmounts } from './order-facts.ts';
import type { Share } from './transfer.ts';

/**
 * One share of what the buyer pays for an order, or gets back of it, in exact major units. Both shares come from the same sums,
 * so that together they are what was due less the commission.
 */
export function shareOf({ due, commission, taxes }: OrderAmounts, share: Share, isTaxSplit: boolean): Decimal {
  if (share === 'tax') return taxes;
  const afterCommission = due.minus(commission);
  return isTaxSplit ? afterCommission.minus(taxes) : afterCommission;
}
