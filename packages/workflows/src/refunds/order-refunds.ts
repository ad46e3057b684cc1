import type { Decimal } from '@connector/kernel';
import {
  listProductOrders,
  listServiceOrders,
  type MiraklClient,
  type Page,
  type ProductOrder,
  type ServiceOrder,
  type TaxMode,
  type UnknownValue,
} from '@connector/mirakl';
import { isUnknown } from '../order/is-unknown.ts';
import { splittableTaxes } from '../order/splittable-taxes.ts';
import type { OrderKind } from '../payment-split/index.ts';

/** What of a refund is not the seller's to give back, exactly, in major units. */
export type RefundParts = {
  /** What the operator gives back of his commission, its taxes included. */
  readonly commission: Decimal;
  /** What the tax account gives back where taxes were split off. */
  readonly taxes: Decimal;
};

/** What Mirakl says of an order's refunds. */
export type OrderRefunds = {
  readonly orderId: string;
  /** The parts of each, by its id. */
  readonly refunds: ReadonlyMap<string, RefundParts | UnknownValue>;
  /** Why a refund may be missing that is there; undefined if all of them could be read. */
  readonly unknown: UnknownValue | undefined;
};

/** What Mirakl says of the refunds of these orders, page by page, 100 orders a call (OR11, SOR11); no call for none. */
export async function* readOrderRefunds(
  mirakl: MiraklClient,
  kind: OrderKind,
  orderIds: readonly string[],
): AsyncGenerator<readonly OrderRefunds[]> {
  if (kind === 'product') {
    for await (const page of listProductOrders(mirakl, { orderIds })) yield ofPage(page, ofProductOrder);
  } else {
    for await (const page of listServiceOrders(mirakl, { orderIds })) yield ofPage(page, ofServiceOrder);
  }
}

/** The parts of one refund, or why they are not known. */
export function partsOf({ refunds, unknown }: OrderRefunds, refundId: string): RefundParts | UnknownValue {
  return refunds.get(refundId) ?? unknown ?? { unknown: '(missing)', field: `refund ${refundId}` };
}

function ofPage<Order>({ items, unreadable }: Page<Order>, refundsOf: (order: Order) => OrderRefunds): OrderRefunds[] {
  const broken = unreadable.flatMap(({ id: orderId, field, value }): OrderRefunds[] =>
    orderId === undefined ? [] : [{ orderId, refunds: new Map(), unknown: { unknown: value, field } }],
  );
  return [...items.map(refundsOf), ...broken];
}

function ofProductOrder({ id, taxMode, lines }: ProductOrder): OrderRefunds {
  const refunds = new Map<string, RefundParts | UnknownValue>();
  let unknown: UnknownValue | undefined;
  for (const line of lines) {
    if (isUnknown(line.refunds)) unknown = line.refunds;
    else
      for (const refund of line.refunds)
        refunds.set(refund.id, parts('product', taxMode, refund.commissionTotal, refund.taxes));
  }
  return { orderId: id, refunds, unknown };
}

function ofServiceOrder({ id, taxMode, refunds }: ServiceOrder): OrderRefunds {
  if (isUnknown(refunds)) return { orderId: id, refunds: new Map(), unknown: refunds };
  const read = refunds.map(
    (refund) => [refund.id, parts('service', taxMode, refund.commission, refund.taxes)] as const,
  );
  return { orderId: id, refunds: new Map(read), unknown: undefined };
}

function parts(
  kind: OrderKind,
  taxMode: TaxMode | UnknownValue,
  commission: Decimal | UnknownValue,
  taxes: Decimal,
): RefundParts | UnknownValue {
  if (isUnknown(taxMode)) return taxMode;
  if (isUnknown(commission)) return commission;
  return { commission, taxes: splittableTaxes(kind, taxMode, taxes) };
}
