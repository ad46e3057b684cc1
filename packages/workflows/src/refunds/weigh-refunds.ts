import type { Database } from '@connector/database';
import { moneyFromDecimal } from '@connector/kernel';
import type { Unreadable } from '@connector/mirakl';
import { isUnknown } from '../order/is-unknown.ts';
import type { OrderKind } from '../payment-split/index.ts';
import { statusReason } from '../status-reason.ts';
import { decideRefund } from './decide-refund.ts';
import { findPaidOrders, type PaidOrder } from './paid-orders-table.ts';
import { type RefundFacts, type RefundSubject, refundTypeOf } from './refund.ts';
import type { WeighedRefund } from './refunds-table.ts';

/** Decides about every one of these refunds, with the facts of the ledger asked for in bulk: two queries a page. */
export async function weighRefunds(db: Database, refunds: readonly RefundFacts[]): Promise<WeighedRefund[]> {
  const orders = await findPaidOrders(db, refunds);
  return refunds.map((refund) => {
    const order = orders.get(refund.orderId);
    const hasPayment = order !== undefined && order.paymentIds.length > 0;
    return { subject: subjectOf(refund, order), decision: decideRefund({ refund, hasPayment }) };
  });
}

/** Refunds that Mirakl described in a way we cannot read are held by name, so that nothing is lost and no other waits. */
export function weighUnreadable(kind: OrderKind, unreadable: readonly NamedUnreadable[]): WeighedRefund[] {
  return unreadable.map(({ id, orderId, shopId, field, value }) => ({
    subject: {
      ...{ type: refundTypeOf[kind], refundId: id, orderId: orderId ?? '' },
      ...{ commercialOrderId: null, orderLineId: null, shopId: shopId ?? null },
      ...{ amount: undefined, currency: undefined },
    },
    decision: { kind: 'hold', reason: statusReason.unexpectedValue(value, field) },
  }));
}

type NamedUnreadable = Unreadable & { readonly id: string };

/** Whether it says which refund it is: one that does not is named by its order. */
export function isNamed(unreadable: Unreadable): unreadable is NamedUnreadable {
  return unreadable.id !== undefined && unreadable.id !== unreadable.orderId;
}

function subjectOf({ currency, ...refund }: RefundFacts, order: PaidOrder | undefined): RefundSubject {
  const amount = isUnknown(currency) ? undefined : moneyFromDecimal(refund.amount, currency);
  return {
    type: refundTypeOf[refund.kind],
    refundId: refund.id,
    orderId: refund.orderId,
    commercialOrderId: refund.commercialId,
    orderLineId: refund.orderLineId ?? null,
    shopId: refund.shopId ?? order?.shopId ?? null,
    amount: amount === undefined || 'inexpressible' in amount ? undefined : amount,
    currency: isUnknown(currency) ? undefined : currency,
  };
}
