import { confirmEach } from './confirm-each.ts';
import type { RefundConfirmation, RefundConfirmationResult } from './confirm-refunds.ts';
import { exactNumber } from './exact-json.ts';
import type { MiraklClient } from './mirakl-client.ts';

/** That a buyer has got the refund of a service (`OK`), or cannot get it (`REFUSED`). */
export type ServiceRefundConfirmation = RefundConfirmation & { readonly orderId: string };

/**
 * Tells Mirakl of refunds of service orders whether the buyers have got them (SPA02), as `confirmRefunds` does of product
 * orders. Throws `mirakl_unavailable` at once when it is unknown what became of a call: read SPA12 before trying again.
 */
export async function confirmServiceRefunds(
  mirakl: MiraklClient,
  refunds: readonly ServiceRefundConfirmation[],
): Promise<RefundConfirmationResult[]> {
  const bodyOf = (items: readonly ServiceRefundConfirmation[]) => items.map(refundBody);
  const confirmations = await confirmEach(mirakl, { operation: 'SPA02', path: '/api/mms/refunds', bodyOf }, refunds);
  return confirmations.map(({ item, ...outcome }) => ({ refundId: item.refundId, ...outcome }));
}

function refundBody(refund: ServiceRefundConfirmation) {
  return {
    id: refund.refundId,
    order_id: refund.orderId,
    amount: exactNumber(refund.amount),
    currency_code: refund.currency,
    state: refund.status,
    transaction_number: refund.transactionNumber,
  };
}
