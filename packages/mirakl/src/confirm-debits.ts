import type { Currency, Decimal } from '@connector/kernel';
import { type ConfirmationOutcome, type ConfirmedStatus, confirmEach } from './confirm-each.ts';
import { exactNumber } from './exact-json.ts';
import type { MiraklClient } from './mirakl-client.ts';

/** That the buyer has paid for an order (`OK`), or never will (`REFUSED`). */
export type DebitConfirmation = {
  readonly orderId: string;
  readonly customerId: string;
  /** As PA11 or SPA11 lists it. */
  readonly amount: Decimal;
  readonly currency: Currency;
  readonly status: ConfirmedStatus;
  /** What the order is to show as its transaction: an id of Stripe. */
  readonly transactionNumber?: string | undefined;
};

/** How the confirmation of one order's debit ended. */
export type DebitConfirmationResult = ConfirmationOutcome & { readonly orderId: string };

/**
 * Tells Mirakl of product orders whether their buyers have paid (PA01), and says how it ended for each, in their order. An
 * order that Mirakl refuses, because it no longer waits for the debit for example, does not hold up the others. Throws
 * `mirakl_unavailable` at once when it is unknown what became of a call (see `confirmEach`): read PA11 before trying again.
 */
export async function confirmDebits(
  mirakl: MiraklClient,
  debits: readonly DebitConfirmation[],
): Promise<DebitConfirmationResult[]> {
  const bodyOf = (orders: readonly DebitConfirmation[]) => ({ orders: orders.map(debitBody) });
  const confirmations = await confirmEach(mirakl, { operation: 'PA01', path: '/api/payment/debit', bodyOf }, debits);
  return confirmations.map(({ item, ...outcome }) => ({ orderId: item.orderId, ...outcome }));
}

/** The currency may be left out only by shops that have the platform's own, so it is always said. */
function debitBody(debit: DebitConfirmation) {
  return {
    order_id: debit.orderId,
    customer_id: debit.customerId,
    amount: exactNumber(debit.amount),
    currency_iso_code: debit.currency,
    payment_status: debit.status,
    transaction_number: debit.transactionNumber,
  };
}
