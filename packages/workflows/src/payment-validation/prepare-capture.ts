import { formatMoney, moneyFromMinor } from '@connector/kernel';
import type {
  CancelPaymentIntentRequest,
  CaptureChargeRequest,
  CapturePaymentIntentRequest,
  ChargeWithIntent,
  RefundRequest,
} from '@connector/stripe';
import type { OperationRow } from '../operation/ledger.ts';
import { idempotencyKey } from '../operation/round.ts';
import type { NotSent } from '../operation/rounds-table.ts';
import type { Prepared } from '../operation/run-operation.ts';
import { statusReason } from '../status-reason.ts';
import { decidePaymentStatus, hasExpired } from './decide-payment-status.ts';

/** The body of the one call that captures a payment or lets go of it: which it is depends on the payment. */
export type CaptureRequest =
  | CapturePaymentIntentRequest
  | CaptureChargeRequest
  | CancelPaymentIntentRequest
  | RefundRequest;

/**
 * What to send to Stripe so that the payment becomes what was decided, if it still can be; otherwise why not. `look` is the
 * payment as it is now, which has the last word.
 */
export function prepareCapture(
  row: OperationRow<'payment_mapping'>,
  look: Pick<ChargeWithIntent, 'charge' | 'intent'>,
  round: number,
  now: Date,
): Prepared | NotSent {
  const { charge, intent } = look;
  const status = decidePaymentStatus(charge, intent?.status);
  if (typeof status === 'object') return hold(statusReason.unexpectedValue(status.unknown, 'status'));
  if (status === 'canceled') {
    const reason = hasExpired(look, now)
      ? statusReason.authorizationExpired(charge.id)
      : statusReason.paymentCanceled(charge.id);
    return { kind: 'abort', reason, columns: { release_due_at: now }, isFailure: true };
  }
  if (status !== 'to_capture') return hold(statusReason.paymentNotReady(charge.id, intent?.status ?? 'pending'));

  const { minor: authorized, currency } = charge.amount;
  if (row.currency !== currency.toLowerCase()) return hold(statusReason.unexpectedValue(currency, 'currency'));
  const minor = row.capture_amount;
  if (minor === null) throw new Error(`payment ${row.id} is ready without an amount`);
  if (minor > authorized) {
    const wanted = formatMoney(moneyFromMinor(minor, currency));
    return hold(statusReason.captureTooLarge(wanted, formatMoney(charge.amount)));
  }
  return {
    kind: 'send',
    key: idempotencyKey(minor === 0n ? 'PAYMENT_CANCEL' : 'PAYMENT_CAPTURE', charge.id, round),
    request: requestFor(minor, look),
    columns: { stripe_payment_intent_id: intent?.id ?? null },
  };
}

/** A charge without a PaymentIntent is let go of by a refund of all of it (docs.stripe.com/refunds). */
function requestFor(minor: bigint, { charge, intent }: Pick<ChargeWithIntent, 'charge' | 'intent'>): CaptureRequest {
  if (intent) return minor === 0n ? {} : { amount_to_capture: Number(minor) };
  return minor === 0n ? { charge: charge.id, amount: Number(charge.amount.minor) } : { amount: Number(minor) };
}

function hold(reason: string): NotSent {
  return { kind: 'hold', reason };
}
