import type { Database } from '@connector/database';
import type { Clock } from '@connector/kernel';
import type { Logger } from '@connector/observability';
import { enqueue, type Queues } from '@connector/queues';
import {
  type ChargeWithIntent,
  retrieveChargeWithIntent,
  retrievePaymentIntent,
  StripeCallError,
  type StripeClient,
} from '@connector/stripe';
import { findUnhandledEvents, markEventsHandled } from '../stripe-events/index.ts';
import { decidePaymentStatus, hasExpired } from './decide-payment-status.ts';
import { findPayment, savePayment } from './payment-mappings-table.ts';

export type FollowChargeDeps = {
  readonly db: Database;
  readonly stripe: StripeClient;
  readonly queues: Queues;
  readonly now: Clock;
  readonly log: Logger;
  /** Under which the shop frontend puts the commercial order's id. */
  readonly metadataKey: string;
};

/**
 * Brings the payment mappings up to date with a charge of the platform as it is now, because Stripe told of it. All events about
 * it that have come so far are dealt with at once. Gives back what became of it in words.
 */
export async function followCharge(
  deps: FollowChargeDeps,
  { chargeId, run }: { readonly chargeId: string; readonly run?: string | undefined },
): Promise<string> {
  const events = await findUnhandledEvents(deps.db, chargeId);
  // What was captured stays so: that events tell of our own captures and refunds as well is not worth a call for each.
  const isOver = events.length > 0 && (await findPayment(deps.db, chargeId))?.status === 'captured';
  const outcome = isOver ? 'known already' : await read(() => follow(deps, chargeId, run));
  await markEventsHandled(deps.db, events, outcome, deps.now());
  return outcome;
}

/** The same, for the latest charge of a PaymentIntent. */
export async function followPaymentIntent(
  deps: FollowChargeDeps,
  { paymentIntentId, run }: { readonly paymentIntentId: string; readonly run?: string | undefined },
): Promise<string> {
  const events = await findUnhandledEvents(deps.db, paymentIntentId);
  const outcome = await read(async () => {
    const { latestCharge } = await retrievePaymentIntent(deps.stripe, paymentIntentId);
    return latestCharge ? follow(deps, latestCharge.id, run) : 'the payment has no charge';
  });
  await markEventsHandled(deps.db, events, outcome, deps.now());
  return outcome;
}

/** What Stripe definitely does not let us see is none of ours: a charge of a connected account among it. */
async function read(look: () => Promise<string>): Promise<string> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof StripeCallError) || error.retryable || error.pausesQueue) throw error;
    return `ignored: ${error.message}`;
  }
}

async function follow(deps: FollowChargeDeps, chargeId: string, run: string | undefined): Promise<string> {
  const { db, queues, log, metadataKey } = deps;
  const { charge, intent } = await retrieveChargeWithIntent(deps.stripe, chargeId);
  const commercialOrderId = orderOf({ charge, intent }, metadataKey);
  if (commercialOrderId === undefined) return `ignored: no ${metadataKey} in the metadata`;
  const status = decidePaymentStatus(charge, intent?.status);
  if (status === 'wait') return 'the payment is under way';
  if (typeof status === 'object') {
    log.error({ chargeId, status: status.unknown }, 'status of a charge not known');
    return `Unexpected value ${status.unknown} of status`;
  }
  const known = await findPayment(db, chargeId);
  if (known && known.commercialOrderId !== commercialOrderId) {
    log.warn({ chargeId, commercialOrderId, keeps: known.commercialOrderId }, 'charge names another order than before');
  }
  const payment = {
    ...{ chargeId, commercialOrderId, status },
    paymentIntentId: charge.paymentIntentId,
    amountMinor: charge.amount.minor,
    capturedMinor: charge.amountCaptured.minor,
    currency: charge.amount.currency.toLowerCase(),
    captureBefore: charge.captureBefore,
    hasExpired: hasExpired({ charge, intent }, deps.now()),
  };
  const saved = await savePayment(db, payment, deps.now());
  if (saved === 'known already') return saved;
  if (saved === 'lost') {
    const { hasExpired: expired } = payment;
    log.warn({ chargeId, commercialOrderId, expired }, 'authorization is gone without having been captured');
  }
  const order = known?.commercialOrderId ?? commercialOrderId;
  if (status !== 'to_capture') {
    await enqueue(queues, 'payment-split.release-order', [{ commercialOrderId: order }], { run });
  }
  return status;
}

/** The commercial order that is paid: named on the charge, or on its PaymentIntent. */
function orderOf({ charge, intent }: Pick<ChargeWithIntent, 'charge' | 'intent'>, key: string): string | undefined {
  const named = [charge.metadata[key], intent?.metadata[key]].map((id) => id?.trim());
  return named.find((id) => id !== undefined && id !== '');
}
