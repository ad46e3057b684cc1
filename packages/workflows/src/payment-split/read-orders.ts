import {
  listProductOrders,
  listServiceDebits,
  listServiceOrders,
  type MiraklClient,
  type Page,
  type ServiceDebit,
  type ServiceOrder,
  type Unreadable,
} from '@connector/mirakl';
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
  const debits = new Map<string, ServiceDebit>();
  const unreadable = [...page.unreadable];
  if (items.length > 0) {
    for await (const found of listServiceDebits(mirakl, { orderIds: items.map((order) => order.id) })) {
      for (const debit of found.items) if (isBetter(debit, debits.get(debit.orderId))) debits.set(debit.orderId, debit);
      unreadable.push(...found.unreadable);
    }
  }
  const broken = new Set(unreadable.map((object) => object.id));
  const readable = items.filter((order) => !broken.has(order.id));
  return { ...page, unreadable, orders: readable.map((order) => serviceOrderFacts(order, debits.get(order.id))) };
}

/** An order can have been debited in several tries; the one that worked counts. */
function isBetter(debit: ServiceDebit, known: ServiceDebit | undefined): boolean {
  return known === undefined || (known.state !== 'OK' && debit.state === 'OK');
}
