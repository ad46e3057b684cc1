import {
  listProductOrders,
  listServiceOrders,
  type MiraklClient,
  type Page,
  type ServiceOrder,
  type Unreadable,
} from '@connector/mirakl';
import { readServiceDebits } from '../order/read-service-debits.ts';
import type { OrderFacts } from './order-facts.ts';
import { productOrderFacts } from './product-order-facts.ts';
import { serviceOrderFacts } from './service-order-facts.ts';
import type { OrderKind } from './transfer.ts';

/** Which orders: created at or after that moment (as Mirakl wrote it), or these. */
export type OrderQuery = { readonly createdSince: string } | { readonly orderIds: string[] };

/** Up to 100 orders. `unreadable`: those whose answer had an unexpected shape. */
export type OrdersPage = {
  readonly orders: readonly OrderFacts[];
  readonly unreadable: readonly Unreadable[];
  readonly isLast: boolean;
};

/** The facts of orders, page by page: OR11, or SOR11 with one SPA11 call a page. */
export function readOrders(mirakl: MiraklClient, kind: OrderKind, query: OrderQuery): AsyncIterable<OrdersPage> {
  return kind === 'product' ? readProductOrders(mirakl, query) : readServiceOrders(mirakl, query);
}

async function* readProductOrders(mirakl: MiraklClient, query: OrderQuery): AsyncIterable<OrdersPage> {
  for await (const { items, ...page } of listProductOrders(mirakl, query)) {
    yield { ...page, orders: items.map(productOrderFacts) };
  }
}

async function* readServiceOrders(mirakl: MiraklClient, query: OrderQuery): AsyncIterable<OrdersPage> {
  for await (const page of listServiceOrders(mirakl, query)) yield withDebits(mirakl, page);
}

async function withDebits(mirakl: MiraklClient, { items, ...page }: Page<ServiceOrder>): Promise<OrdersPage> {
  const found = await readServiceDebits(
    mirakl,
    items.map((order) => order.id),
  );
  const unreadable = [...page.unreadable, ...found.unreadable];
  const broken = new Set(unreadable.map((object) => object.id));
  const readable = items.filter((order) => !broken.has(order.id));
  return { ...page, unreadable, orders: readable.map((order) => serviceOrderFacts(order, found.debits.get(order.id))) };
}
