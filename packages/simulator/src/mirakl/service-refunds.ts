import type { Request } from 'express';
import { z } from 'zod';
import type { Answer } from '../http/answer.ts';
import { amount } from './amount.ts';
import { refundAmount } from './amounts-due.ts';
import { bodyOf } from './body.ts';
import { mostConfirmations, requireEachOnce, requireSame } from './confirmation.ts';
import { onlyParameters } from './filters.ts';
import { seekPage, seekParameters } from './paging.ts';
import { BadRequest } from './refusal.ts';
import type { MiraklState } from './state.ts';

/** SPA12: the refunds of services that have not been paid back yet. */
export function listServiceRefunds(state: MiraklState, request: Request): Answer {
  onlyParameters(request.query, seekParameters);
  const waiting = state.refunds.all().flatMap((refund) => {
    const order = state.serviceOrders.get(refund.orderId);
    return order !== undefined && refund.state === 'WAITING' ? [{ refund, order }] : [];
  });
  return seekPage(request, waiting, ({ refund, order }) => ({
    id: refund.id,
    order_id: order.id,
    amount: amount(refundAmount(order, refund)),
    currency_code: order.currency,
    state: refund.state,
  }));
}

const refunded = z.strictObject({
  id: z.string(),
  order_id: z.string(),
  amount: z.number(),
  currency_code: z.string(),
  state: z.enum(['OK', 'REFUSED']),
  transaction_number: z.string().optional(),
});

const confirmation = z.array(refunded).min(1).max(mostConfirmations);

/** SPA02: refunds of services have been paid back, or could not be. One that is wrong fails the whole call. */
export function confirmServiceRefunds(state: MiraklState, request: Request): Answer {
  const refunds = bodyOf(confirmation, request);
  requireEachOnce(refunds.map(({ id }) => id));
  const found = refunds.map((each) => ({ each, refund: refundable(state, each) }));
  for (const { each, refund } of found) {
    refund.state = each.state;
    refund.transactionNumber = each.transaction_number ?? null;
    refund.confirmedAt = state.clock();
  }
  return { status: 204 };
}

function refundable({ refunds, serviceOrders }: MiraklState, each: z.output<typeof refunded>) {
  const { id } = each;
  const refund = refunds.get(id);
  const order = refund && serviceOrders.get(refund.orderId);
  if (refund === undefined || order === undefined) throw new BadRequest(`Refund ${id} does not exist`);
  if (refund.state !== 'WAITING') {
    throw new BadRequest(`Refund ${id} is validated already or not awaited, status is ${refund.state}`);
  }
  requireSame(`Refund ${id}`, 'order_id', each.order_id, order.id);
  requireSame(`Refund ${id}`, 'amount', each.amount, refundAmount(order, refund));
  requireSame(`Refund ${id}`, 'currency_code', each.currency_code, order.currency);
  return refund;
}
