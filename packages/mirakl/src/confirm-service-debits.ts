import type { DebitConfirmation, DebitConfirmationResult } from './confirm-debits.ts';
import { confirmEach } from './confirm-each.ts';
import { exactNumber } from './exact-json.ts';
import type { MiraklClient } from './mirakl-client.ts';

/**
 * Tells Mirakl of service orders whether their buyers have paid (SPA01), as `confirmDebits` does of product orders. Throws
 * `mirakl_unavailable` at once when it is unknown what became of a call: read SPA11 before trying again.
 */
export async function confirmServiceDebits(
  mirakl: MiraklClient,
  debits: readonly DebitConfirmation[],
): Promise<DebitConfirmationResult[]> {
  const bodyOf = (orders: readonly DebitConfirmation[]) => ({ orders: orders.map(debitBody) });
  const confirmations = await confirmEach(mirakl, { operation: 'SPA01', path: '/api/mms/debits', bodyOf }, debits);
  return confirmations.map(({ item, ...outcome }) => ({ orderId: item.orderId, ...outcome }));
}

/** The body is not published: taken to be that of PA01 in the words of SPA11. */
function debitBody(debit: DebitConfirmation) {
  return {
    order_id: debit.orderId,
    customer_id: debit.customerId,
    amount: exactNumber(debit.amount),
    currency_code: debit.currency,
    state: debit.status,
    transaction_number: debit.transactionNumber,
  };
}
