import type { ChangedPaymentIntent, Refund } from '@connector/stripe';
import type { OperationRow } from '../operation/ledger.ts';
import type { Done } from '../operation/rounds-table.ts';
import { nextLookAtHold } from '../retry-pauses.ts';

type Row = Pick<OperationRow<'stripe_refund'>, 'creation_datetime' | 'mirakl_validation_time'>;

/**
 * What is on record of a refund that exists on Stripe: its id at once, whatever comes after (lessons.md, L2). One that has not
 * succeeded yet is asked for again (L13).
 */
export function refundMade(
  row: Row,
  { id, status, requestId }: Pick<Refund, 'id' | 'status'> & { readonly requestId: string | undefined },
  now: Date,
): Done {
  if (status === 'succeeded') return { ...paidBack(row, id, now), requestId, note: `${id} was made on Stripe` };
  const word = typeof status === 'string' ? status : status.unknown;
  const isUnderWay = status === 'pending' || status === 'requires_action';
  return {
    status: 'REFUND_PENDING',
    columns: { stripe_refund_id: id, paid_back_at: null },
    nextTryAt: isUnderWay ? nextLookAtHold(row.creation_datetime, now) : now,
    requestId,
    note: `${id} was made on Stripe, its status is ${word}`,
  };
}

/** The same for an authorisation that was let go of: nothing has to reach the buyer. Known by its PaymentIntent. */
export function authorisationLetGo(
  row: Row,
  { id, requestId }: Pick<ChangedPaymentIntent, 'id'> & { readonly requestId: string | undefined },
  now: Date,
): Done {
  return { ...paidBack(row, id, now), requestId, note: `${id} was cancelled on Stripe` };
}

/** Ready to be confirmed, unless Mirakl has heard of it before: of an earlier refund that failed in the end. */
function paidBack({ mirakl_validation_time: confirmed }: Row, id: string, now: Date): Done {
  const columns = { stripe_refund_id: id, paid_back_at: now.toISOString() };
  return confirmed === null
    ? { status: 'REFUND_PENDING', columns, nextTryAt: now }
    : { status: 'REFUND_CREATED', columns };
}
