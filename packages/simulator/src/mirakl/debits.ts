import type { Request } from 'express';
import { z } from 'zod';
import type { Answer } from '../http/answer.ts';
import { productDebitAmount } from './amounts-due.ts';
import { bodyOf } from './body.ts';
import { mostConfirmations, requireEachOnce, requireSame } from './confirmation.ts';
import { customerOf } from './customer.ts';
import { emitPendingDebit } from './emit-pending.ts';
import { onlyParameters } from './filters.ts';
import type { SimulatedProductOrder } from './objects.ts';
import { awaitingDebit } from './order-states.ts';
import { offsetParameters, wrappedOffsetPage } from './paging.ts';
import { BadRequest } from './refusal.ts';
import type { MiraklState } from './state.ts';

/** PA11: the product orders that wait for the buyer's money. */
export function listPendingDebits({ productOrders }: MiraklState, request: Request): Answer {
  onlyParameters(request.query, offsetParameters);
  const waiting = productOrders.all().filter(({ state }) => state === awaitingDebit);
  return wrappedOffsetPage(request, { field: 'orders', wrapper: 'order' }, waiting, emitPendingDebit);
}

const debit = z.strictObject({
  order_id: z.string(),
  customer_id: z.string(),
  payment_status: z.enum(['OK', 'REFUSED']),
  amount: z.number().optional(),
  currency_iso_code: z.string().optional(),
  transaction_number: z.string().optional(),
  transaction_date: z.string().optional(),
});

const confirmation = z.strictObject({ orders: z.array(debit).min(1).max(mostConfirmations) });

/** PA01: the buyer has paid for orders, or never will. One that is wrong fails the whole call, and nothing is changed. */
export function confirmDebits(state: MiraklState, request: Request): Answer {
  const { orders } = bodyOf(confirmation, request);
  requireEachOnce(orders.map(({ order_id }) => order_id));
  const debits = orders.map((each) => ({ each, order: debitable(state, each) }));
  for (const { each, order } of debits) {
    const paid = each.payment_status === 'OK';
    const next = paid ? 'SHIPPING' : 'CANCELED';
    const now = state.clock();
    Object.assign(order, {
      state: next,
      lines: order.lines.map((line) => (line.state === awaitingDebit ? { ...line, state: next } : line)),
      debited: paid,
      debitedAt: paid ? now : null,
      transactionNumber: each.transaction_number ?? null,
      updatedAt: now,
    } satisfies Partial<SimulatedProductOrder>);
  }
  return { status: 204 };
}

function debitable({ productOrders }: MiraklState, each: z.output<typeof debit>): SimulatedProductOrder {
  const { order_id: id, payment_status, amount } = each;
  const order = productOrders.get(id);
  if (order === undefined) throw new BadRequest(`Order ${id} does not exist`);
  if (order.state !== awaitingDebit) {
    throw new BadRequest(`Order ${id}: the debit is validated already or not awaited, status is ${order.state}`);
  }
  if (payment_status === 'OK' && amount === undefined) throw new BadRequest(`Order ${id}: amount is missing`);
  requireSame(`Order ${id}`, 'customer_id', each.customer_id, customerOf(order.commercialId));
  requireSame(`Order ${id}`, 'amount', amount, productDebitAmount(order));
  requireSame(`Order ${id}`, 'currency_iso_code', each.currency_iso_code, order.currency);
  return order;
}
