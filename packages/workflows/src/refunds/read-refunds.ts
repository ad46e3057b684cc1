import {
  listPendingRefunds,
  listServicePendingRefunds,
  type MiraklClient,
  type Page,
  type PendingRefund,
  type ServicePendingRefund,
  type Unreadable,
} from '@connector/mirakl';
import { isUnknown } from '../order/is-unknown.ts';
import type { OrderKind } from '../payment-split/index.ts';
import type { RefundFacts } from './refund.ts';

/** Refunds that Mirakl waits for. `unreadable`: those whose answer had an unexpected shape. */
export type RefundsPage = {
  readonly refunds: readonly RefundFacts[];
  readonly unreadable: readonly Unreadable[];
};

/** The facts of all refunds that have not been paid back yet, page by page (PA12, SPA12). */
export async function* readRefunds(mirakl: MiraklClient, kind: OrderKind): AsyncGenerator<RefundsPage> {
  if (kind === 'product') {
    for await (const page of listPendingRefunds(mirakl)) yield factsOf(page, productRefundFacts);
  } else {
    for await (const page of listServicePendingRefunds(mirakl)) yield factsOf(page, serviceRefundFacts);
  }
}

function factsOf<Item>({ items, unreadable }: Page<Item>, facts: (item: Item) => RefundFacts): RefundsPage {
  return { refunds: items.map(facts), unreadable };
}

function productRefundFacts({ refundId: id, ...refund }: PendingRefund): RefundFacts {
  return { ...refund, kind: 'product', id, unknownState: undefined };
}

function serviceRefundFacts({ refundId: id, state, ...refund }: ServicePendingRefund): RefundFacts {
  const unknownState = isUnknown(state) ? state : undefined;
  return { ...refund, kind: 'service', id, orderLineId: undefined, shopId: undefined, unknownState };
}
