import type { Request } from 'express';
import type { Answer } from '../http/answer.ts';
import type { ByCreation } from './by-creation.ts';
import { emitDebit, emitProductOrder, emitServiceOrder } from './emit.ts';
import { momentOf, valuesOf } from './filters.ts';
import { offsetPage, seekPage } from './paging.ts';
import { refusal } from './refusal.ts';
import type { MiraklState } from './state.ts';

/** OR11: product orders by creation or by ids, oldest first unless `order=desc`. */
export function listProductOrders(state: MiraklState, request: Request): Answer {
  const { start_date, order_ids, commercial_ids, order } = request.query;
  const found = select(state.productOrders, {
    since: momentOf(start_date),
    ids: valuesOf(order_ids, ','),
    commercialIds: valuesOf(commercial_ids, ','),
  });
  if ('status' in found) return found;
  return offsetPage(request, 'orders', order === 'desc' ? found.toReversed() : found, emitProductOrder);
}

/** SOR11: service orders by creation or by repeated ids. */
export function listServiceOrders(state: MiraklState, request: Request): Answer {
  const { date_created_start, order_id, commercial_order_id } = request.query;
  const found = select(state.serviceOrders, {
    since: momentOf(date_created_start),
    ids: valuesOf(order_id, 'repeated'),
    commercialIds: valuesOf(commercial_order_id, 'repeated'),
  });
  return 'status' in found ? found : seekPage(request, found, emitServiceOrder);
}

/** SPA11: debits of service orders. */
export function listDebits(state: MiraklState, request: Request): Answer {
  const ids = valuesOf(request.query.order_id, 'repeated');
  if (ids === 'too-many') return refusal(400, 'order_id: at most 100 values');
  const known = ids === undefined ? [...state.debits.values()] : [...ids].map((id) => state.debits.get(id));
  return seekPage(
    request,
    known.filter((debit) => debit !== undefined),
    emitDebit,
  );
}

type Ordered = { readonly id: string; readonly commercialId: string; readonly createdAt: Date };

function select<T extends Ordered>(
  orders: ByCreation<T>,
  filter: {
    since: ReturnType<typeof momentOf>;
    ids: ReturnType<typeof valuesOf>;
    commercialIds: ReturnType<typeof valuesOf>;
  },
): readonly T[] | Answer {
  const { since, ids, commercialIds } = filter;
  if (since === 'invalid') return refusal(400, 'the start date is invalid');
  if (ids === 'too-many' || commercialIds === 'too-many') return refusal(400, 'at most 100 ids');
  // Whole seconds are shown and compared.
  const created = since === undefined ? orders.all() : orders.since(Math.floor(since / 1_000) * 1_000);
  const wanted =
    ids === undefined ? created : [...ids].map((id) => orders.get(id)).filter((order) => order !== undefined);
  return commercialIds === undefined ? wanted : wanted.filter((order) => commercialIds.has(order.commercialId));
}
