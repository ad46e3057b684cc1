import {
  listPendingDebits,
  listProductOrders,
  listServiceOrders,
  type MiraklClient,
  type ServiceOrder,
  type UnknownValue,
  type Unreadable,
} from '@connector/mirakl';
import { ifServicesExist } from '../order/if-services-exist.ts';
import { readServiceDebits } from '../order/read-service-debits.ts';
import type { OrderFacts } from './order-facts.ts';
import { productOrderFacts } from './product-order-facts.ts';
import { serviceOrderFacts } from './service-order-facts.ts';

/** The orders of commercial orders, goods and services alike. */
export type CommercialOrders = {
  readonly orders: ReadonlyMap<string, readonly OrderFacts[]>;
  /** What could not be read, by commercial order; under `undefined` stands what may belong to any. */
  readonly unreadable: ReadonlyMap<string | undefined, UnknownValue>;
};

/**
 * All orders of these commercial orders, 100 a call (OR11, SOR11; SPA11 for the debits of services), but those whose buyers pay
 * the seller directly. Throws `mirakl_too_soon` if it is not our turn yet. `onPage` is called once a page.
 *
 * A capture depends on all orders of its commercial order, and Mirakl lists those in no such order: a few sums of each are kept
 * until the last page.
 */
export async function readCommercialOrders(
  mirakl: MiraklClient,
  commercialIds: readonly string[],
  onPage: () => Promise<void>,
): Promise<CommercialOrders> {
  const orders: OrderFacts[] = [];
  const unreadable = new Map<string | undefined, UnknownValue>();
  const leaveOut = ({ value, field }: Unreadable, commercialId: string | undefined) =>
    unreadable.set(commercialId, { unknown: value, field });
  for await (const page of listProductOrders(mirakl, { commercialIds })) {
    orders.push(...page.items.filter((order) => !order.buyerPaysSeller).map(productOrderFacts));
    for (const object of page.unreadable) leaveOut(object, object.commercialId);
    await onPage();
  }
  for await (const page of ifServicesExist(listServiceOrders(mirakl, { commercialIds }))) {
    const services = new Map(page.items.filter((order) => !order.buyerPaysSeller).map((order) => [order.id, order]));
    const found = await readServiceDebits(mirakl, [...services.keys()]);
    for (const order of services.values()) orders.push(serviceOrderFacts(order, found.debits.get(order.id)));
    for (const object of page.unreadable) leaveOut(object, object.commercialId);
    for (const object of found.unreadable) leaveOut(object, orderOf(object, services)?.commercialId);
    await onPage();
  }
  return { orders: Map.groupBy(orders, ({ commercialId }) => commercialId), unreadable };
}

function orderOf({ id }: Unreadable, services: ReadonlyMap<string, ServiceOrder>): ServiceOrder | undefined {
  return id === undefined ? undefined : services.get(id);
}

/**
 * The orders with what Mirakl waits for besides (PA11): a buyer can be asked to pay long after goods were accepted, which the
 * state of the order does not say.
 */
export async function withAwaitedDebits(
  mirakl: MiraklClient,
  { orders, unreadable }: CommercialOrders,
): Promise<CommercialOrders> {
  const awaited = new Set<string>();
  for await (const page of listPendingDebits(mirakl)) for (const { orderId } of page.items) awaited.add(orderId);
  const asAwaited = (order: OrderFacts): OrderFacts =>
    order.debit === 'not asked for' && awaited.has(order.id) ? { ...order, debit: 'awaited' } : order;
  return { orders: new Map([...orders].map(([id, ofOne]) => [id, ofOne.map(asAwaited)])), unreadable };
}
