import type { Request } from 'express';
import type { Answer } from '../http/answer.ts';
import type { ByCreation } from './by-creation.ts';
import { emitServiceOrder } from './emit.ts';
import { emitProductOrder } from './emit-product-order.ts';
import { flagOf, momentOf, toSecond, valuesOf } from './filters.ts';
import { isDebited } from './order-states.ts';
import { offsetPage, seekPage } from './paging.ts';
import type { MiraklState } from './state.ts';

/** OR11: product orders, oldest first and equally old ones by id, unless `order=desc`. */
export function listProductOrders({ productOrders, shops, refundsByOrder }: MiraklState, request: Request): Answer {
  const { query } = request;
  const until = momentOf(query, 'end_date');
  const updatedSince = momentOf(query, 'start_update_date');
  const updatedUntil = momentOf(query, 'end_update_date');
  const shopIds = valuesOf(query, 'shop_ids', ',');
  const states = valuesOf(query, 'order_state_codes', ',');
  const debited = flagOf(query, 'customer_debited');
  const found = select(productOrders, {
    since: momentOf(query, 'start_date'),
    ids: valuesOf(query, 'order_ids', ','),
    commercialIds: valuesOf(query, 'commercial_ids', ','),
  }).filter(
    (order) =>
      (until === undefined || toSecond(order.createdAt) <= until) &&
      (updatedSince === undefined || toSecond(order.updatedAt) >= updatedSince) &&
      (updatedUntil === undefined || toSecond(order.updatedAt) <= updatedUntil) &&
      (shopIds === undefined || shopIds.has(String(order.shopId))) &&
      (states === undefined || states.has(order.state)) &&
      (debited === undefined || isDebited(order) === debited),
  );
  return offsetPage(request, 'orders', query.order === 'desc' ? found.toReversed() : found, (order) =>
    emitProductOrder(order, { shop: shops.get(order.shopId), refunds: refundsByOrder.get(order.id) ?? [] }),
  );
}

/** SOR11: service orders by creation or by repeated ids. */
export function listServiceOrders({ serviceOrders, refundsByOrder }: MiraklState, request: Request): Answer {
  const { query } = request;
  const found = select(serviceOrders, {
    since: momentOf(query, 'date_created_start'),
    ids: valuesOf(query, 'order_id', 'repeated'),
    commercialIds: valuesOf(query, 'commercial_order_id', 'repeated'),
  });
  return seekPage(request, found, (order) => emitServiceOrder(order, refundsByOrder.get(order.id) ?? []));
}

type Ordered = { readonly id: string; readonly commercialId: string; readonly createdAt: Date };
type Selection = {
  readonly since: number | undefined;
  readonly ids: ReadonlySet<string> | undefined;
  readonly commercialIds: ReadonlySet<string> | undefined;
};

function select<T extends Ordered>(orders: ByCreation<T>, { since, ids, commercialIds }: Selection): readonly T[] {
  const created = since === undefined ? orders.all() : orders.since(since);
  // Filters of ids are frequent and name few orders: they must not cost a walk over all of them.
  const found =
    ids === undefined
      ? created
      : orders.some(ids).filter(({ createdAt }) => toSecond(createdAt) >= (since ?? -Infinity));
  return commercialIds === undefined ? found : found.filter(({ commercialId }) => commercialIds.has(commercialId));
}
