import {
  listTransferReversals,
  retrievePaymentIntent,
  retrievePayout,
  retrieveRefund,
  retrieveTransfer,
  StripeCallError,
  type StripeClient,
} from '@connector/stripe';
import type { MovementOnStripe, RecordedMovement } from './movement.ts';
import { movementOf } from './recorded-table.ts';
import { feeMovement, payoutMovement, refundMovement, reversalMovement, transferMovement } from './stripe-movements.ts';

export type LookUp = MovementOnStripe | 'let-go' | 'missing' | undefined;

/**
 * What Stripe has under the id that the row names, by one call or two: the movement, `let-go` for an authorisation that was cancelled,
 * `missing`, or undefined where Stripe does not let us look.
 */
export async function lookUpMovement(stripe: StripeClient, row: RecordedMovement): Promise<LookUp> {
  if (row.stripeId === undefined) return 'missing';
  try {
    return await read(stripe, row, row.stripeId);
  } catch (error) {
    if (!(error instanceof StripeCallError)) throw error;
    if (error.kind === 'not-found') return 'missing';
    if (error.kind === 'refused') return undefined;
    throw error;
  }
}

async function read(stripe: StripeClient, row: RecordedMovement, id: string): Promise<LookUp> {
  const { accountId } = row;
  switch (movementOf(row)) {
    case 'transfer':
      return transferMovement(await retrieveTransfer(stripe, id));
    case 'fee':
      return accountId === undefined
        ? undefined
        : feeMovement(await retrieveTransfer(stripe, id, accountId), accountId);
    case 'reversal':
      return findReversal(stripe, row, id);
    case 'refund':
      if (id.startsWith('pi_')) return (await isCanceled(stripe, id)) ? 'let-go' : 'missing';
      return refundMovement(await retrieveRefund(stripe, id));
    case 'payout':
      if (accountId === undefined) return undefined;
      return payoutMovement(await retrievePayout(stripe, { id, stripeAccount: accountId }), accountId);
  }
}

async function findReversal(
  stripe: StripeClient,
  { transactionId: transferId }: RecordedMovement,
  id: string,
): Promise<LookUp> {
  // The old connector does not always say of which transfer.
  if (!transferId?.startsWith('tr_')) return undefined;
  const transfer = await retrieveTransfer(stripe, transferId);
  for await (const reversal of listTransferReversals(stripe, { transferId })) {
    if (reversal.id === id) return reversalMovement(reversal, transfer);
  }
  return 'missing';
}

async function isCanceled(stripe: StripeClient, paymentIntentId: string): Promise<boolean> {
  return (await retrievePaymentIntent(stripe, paymentIntentId)).status === 'canceled';
}
