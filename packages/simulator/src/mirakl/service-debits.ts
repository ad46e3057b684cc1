import type { Request } from 'express';
import { z } from 'zod';
import type { Answer } from '../http/answer.ts';
import { serviceDebitAmount } from './amounts-due.ts';
import { bodyOf } from './body.ts';
import { mostConfirmations, requireEachOnce, requireSame } from './confirmation.ts';
import { emitDebit, payerOf } from './emit.ts';
import { onlyParameters, valuesOf } from './filters.ts';
import type { SimulatedDebit } from './objects.ts';
import { awaitingDebit } from './order-states.ts';
import { seekPage, seekParameters } from './paging.ts';
import { BadRequest } from './refusal.ts';
import type { MiraklState } from './state.ts';

/** SPA11: debits of service orders, of all unless some are named. An order that waits for its money has one that waits. */
export function listDebits(state: MiraklState, request: Request): Answer {
  onlyParameters(request.query, [...seekParameters, 'order_id']);
  const named = valuesOf(request.query, 'order_id', 'repeated');
  const waiting = state.serviceOrders.all().filter(({ state: orderState }) => orderState === awaitingDebit);
  const ids = named ?? new Set([...state.debits.keys(), ...waiting.map(({ id }) => id)]);
  return seekPage(
    request,
    [...ids].flatMap((id) => debitsOf(state, id)),
    (debit) => emitDebit(state, debit),
  );
}

const debit = z.strictObject({
  order_id: z.string(),
  customer_id: z.string(),
  state: z.enum(['OK', 'REFUSED']),
  amount: z.number(),
  currency_code: z.string(),
  transaction_number: z.string().optional(),
});

const confirmation = z.strictObject({ orders: z.array(debit).min(1).max(mostConfirmations) });

/** SPA01: the buyer has paid for orders of services, or never will. One that is wrong fails the whole call. */
export function confirmServiceDebits(state: MiraklState, request: Request): Answer {
  const { orders } = bodyOf(confirmation, request);
  requireEachOnce(orders.map(({ order_id }) => order_id));
  const debits = orders.map((each) => ({ each, waiting: waitingDebit(state, each) }));
  for (const { each, waiting } of debits) {
    const { orderId } = waiting;
    const confirmed = { ...waiting, state: each.state, transactionNumber: each.transaction_number ?? null };
    const others = debitsOf(state, orderId).filter((known) => known.state !== 'WAITING');
    state.debits.set(orderId, [...others, confirmed]);
    const order = state.serviceOrders.get(orderId);
    if (order?.state === awaitingDebit) order.state = each.state === 'OK' ? 'ORDER_PENDING' : 'ORDER_CANCELLED';
  }
  return { status: 204 };
}

/** What was given, and the debit that an order in this state waits for. */
function debitsOf({ debits, serviceOrders }: MiraklState, orderId: string): readonly SimulatedDebit[] {
  const given = debits.get(orderId) ?? [];
  const order = serviceOrders.get(orderId);
  if (order?.state !== awaitingDebit || given.some(({ state }) => state === 'WAITING')) return given;
  const { currency } = order;
  return [
    ...given,
    { orderId, state: 'WAITING', amount: serviceDebitAmount(order), currency, transactionNumber: null },
  ];
}

function waitingDebit(state: MiraklState, each: z.output<typeof debit>): SimulatedDebit {
  const { order_id: id } = each;
  const found = debitsOf(state, id).find((known) => known.state === 'WAITING');
  if (found === undefined) throw new BadRequest(`Order ${id}: the debit is validated already or not awaited`);
  requireSame(`Order ${id}`, 'customer_id', each.customer_id, payerOf(state, found));
  requireSame(`Order ${id}`, 'amount', each.amount, found.amount);
  requireSame(`Order ${id}`, 'currency_code', each.currency_code, found.currency);
  return found;
}
