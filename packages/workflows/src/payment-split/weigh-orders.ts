import type { Database } from '@connector/database';
import { parseMiraklDate, type Unreadable } from '@connector/mirakl';
import { isUnknown } from '../order/is-unknown.ts';
import { statusReason } from '../status-reason.ts';
import { decideTransfer, type PayeeFacts, type SplitRules } from './decide-transfer.ts';
import type { OrderFacts } from './order-facts.ts';
import { findAccount, findShops } from './payees-table.ts';
import { isPaymentId } from './payment-id.ts';
import { findMappedCharges } from './payments-table.ts';
import { type OrderKind, type Share, splitTypeOf, transferMiraklId } from './transfer.ts';
import type { WeighedTransfer } from './transfers-table.ts';

const unknownShop: PayeeFacts = { mapping: undefined, ignored: false };

/** Decides about every share of these orders, with the facts of the ledger asked for in bulk: three queries a page. */
export async function weighOrders(
  db: Database,
  rules: SplitRules,
  orders: readonly OrderFacts[],
): Promise<WeighedTransfer[]> {
  const shops = await findShops(db, unique(orders.map((order) => order.shopId)));
  const charges = await findMappedCharges(db, unique(orders.map((order) => order.commercialId)));
  const taxAccountId = rules.taxSplit?.accountId;
  const taxAccount = taxAccountId === undefined ? unknownShop : await findAccount(db, taxAccountId);

  return orders.flatMap((order) =>
    sharesOf(rules).map((share) => {
      const shop = shops.get(order.shopId) ?? unknownShop;
      const mappedChargeId = charges.get(order.commercialId);
      const decision = decideTransfer({ order, share, shop, taxAccount, mappedChargeId, rules });
      return { subject: subjectOf(order, share), decision };
    }),
  );
}

/** Orders that Mirakl described in a way we cannot read are held by name, so that nothing is lost and no other waits. */
export function weighUnreadable(
  kind: OrderKind,
  rules: SplitRules,
  unreadable: readonly Unreadable[],
): WeighedTransfer[] {
  return unreadable.flatMap(({ id, field, value, createdAt, shopId }) => {
    if (id === undefined) return [];
    return sharesOf(rules).map(
      (share): WeighedTransfer => ({
        subject: {
          type: splitTypeOf[kind],
          miraklId: transferMiraklId(id, share),
          shopId: shopId ?? null,
          commercialOrderId: null,
          createdAt: createdAt === undefined ? null : (parseMiraklDate(createdAt) ?? null),
          currency: null,
        },
        decision: { kind: 'hold', reason: statusReason.unexpectedValue(value, field) },
      }),
    );
  });
}

function sharesOf(rules: SplitRules): Share[] {
  return rules.taxSplit ? ['seller', 'tax'] : ['seller'];
}

function subjectOf(order: OrderFacts, share: Share): WeighedTransfer['subject'] {
  return {
    type: splitTypeOf[order.kind],
    miraklId: transferMiraklId(order.id, share),
    shopId: order.shopId,
    commercialOrderId: order.commercialId,
    createdAt: parseMiraklDate(order.createdAt) ?? null,
    currency: isUnknown(order.currency) ? null : order.currency,
    paymentId: isPaymentId(order.transactionNumber ?? '') ? order.transactionNumber : undefined,
  };
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
