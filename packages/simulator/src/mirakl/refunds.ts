import type { Request } from 'express';
import { z } from 'zod';
import type { Answer } from '../http/answer.ts';
import { refundAmount } from './amounts-due.ts';
import { bodyOf } from './body.ts';
import { mostConfirmations, requireEachOnce, requireSame } from './confirmation.ts';
import { emitPendingRefunds } from './emit-pending.ts';
import { onlyParameters } from './filters.ts';
import type { SimulatedProductOrder, SimulatedRefund } from './objects.ts';
import { offsetParameters, wrappedOffsetPage } from './paging.ts';
import { BadRequest } from './refusal.ts';
import type { MiraklState } from './state.ts';

const awaitingRefund = 'WAITING_REFUND_PAYMENT';

/** PA12: the orders with refunds of lines that have not been paid back yet. */
export function listPendingRefunds(state: MiraklState, request: Request): Answer {
  onlyParameters(request.query, offsetParameters);
  const byOrder = new Map<string, { order: SimulatedProductOrder; refunds: SimulatedRefund[] }>();
  for (const refund of state.refunds.all()) {
    const order = state.productOrders.get(refund.orderId);
    if (order === undefined || refund.state !== awaitingRefund) continue;
    const found = byOrder.get(order.id) ?? { order, refunds: [] };
    byOrder.set(order.id, { order, refunds: [...found.refunds, refund] });
  }
  return wrappedOffsetPage(
    request,
    { field: 'orders', wrapper: 'order' },
    [...byOrder.values()],
    ({ order, refunds }) => emitPendingRefunds(order, refunds),
  );
}

const refunded = z.strictObject({
  refund_id: z.string(),
  amount: z.number(),
  currency_iso_code: z.string(),
  payment_status: z.enum(['OK', 'REFUSED']),
  transaction_number: z.string().optional(),
  transaction_date: z.string().optional(),
});

const confirmation = z.strictObject({ refunds: z.array(refunded).min(1).max(mostConfirmations) });

/** PA02: refunds of lines have been paid back, or could not be. One that is wrong fails the whole call. */
export function confirmRefunds(state: MiraklState, request: Request): Answer {
  const { refunds } = bodyOf(confirmation, request);
  requireEachOnce(refunds.map(({ refund_id }) => refund_id));
  const found = refunds.map((each) => ({ each, ...refundable(state, each) }));
  for (const { each, refund, order } of found) {
    const now = state.clock();
    refund.state = each.payment_status === 'OK' ? 'REFUNDED' : 'WAITING_REFUND';
    refund.transactionNumber = each.transaction_number ?? null;
    refund.confirmedAt = now;
    order.updatedAt = now;
  }
  return { status: 204 };
}

function refundable({ refunds, productOrders }: MiraklState, each: z.output<typeof refunded>) {
  const { refund_id: id } = each;
  const refund = refunds.get(id);
  const order = refund && productOrders.get(refund.orderId);
  if (refund === undefined || order === undefined) throw new BadRequest(`Refund ${id} does not exist`);
  if (refund.state !== awaitingRefund) {
    throw new BadRequest(`Refund ${id} is validated already or not awaited, status is ${refund.state}`);
  }
  requireSame(`Refund ${id}`, 'amount', each.amount, refundAmount(order, refund));
  requireSame(`Refund ${id}`, 'currency_iso_code', each.currency_iso_code, order.currency);
  return { refund, order };
}
