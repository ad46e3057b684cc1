import type { Currency, Decimal } from '@connector/kernel';
import { type ConfirmationOutcome, type ConfirmedStatus, confirmEach } from './confirm-each.ts';
import { exactNumber } from './exact-json.ts';
import type { MiraklClient } from './mirakl-client.ts';

/** That a buyer has got a refund (`OK`), or cannot get it (`REFUSED`). */
export type RefundConfirmation = {
  readonly refundId: string;
  /** As PA12 or SPA12 lists it. */
  readonly amount: Decimal;
  readonly currency: Currency;
  readonly status: ConfirmedStatus;
  /** What the refund is to show as its transaction: an id of Stripe. */
  readonly transactionNumber?: string | undefined;
};

/** How the confirmation of one refund ended. */
export type RefundConfirmationResult = ConfirmationOutcome & { readonly refundId: string };

/**
 * Tells Mirakl of refunds of product orders whether the buyers have got them (PA02), and says how it ended for each, in their
 * order. One that Mirakl refuses, because it is confirmed already for example, does not hold up the others. Throws
 * `mirakl_unavailable` at once when it is unknown what became of a call (see `confirmEach`): read PA12 before trying again.
 */
export async function confirmRefunds(
  mirakl: MiraklClient,
  refunds: readonly RefundConfirmation[],
): Promise<RefundConfirmationResult[]> {
  const bodyOf = (items: readonly RefundConfirmation[]) => ({ refunds: items.map(refundBody) });
  const confirmations = await confirmEach(mirakl, { operation: 'PA02', path: '/api/payment/refund', bodyOf }, refunds);
  return confirmations.map(({ item, ...outcome }) => ({ refundId: item.refundId, ...outcome }));
}

function refundBody(refund: RefundConfirmation) {
  return {
    refund_id: refund.refundId,
    amount: exactNumber(refund.amount),
    currency_iso_code: refund.currency,
    payment_status: refund.status,
    transaction_number: refund.transactionNumber,
  };
}
