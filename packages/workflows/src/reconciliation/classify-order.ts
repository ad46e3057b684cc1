import { type Money, moneyFromDecimal } from '@connector/kernel';
import { isUnknown } from '../order/is-unknown.ts';
import { type Share, shareOf } from '../payment-split/index.ts';
import { differenceOfRow } from './describe-difference.ts';
import type { Difference } from './difference.ts';
import type { RecordedMovement } from './movement.ts';
import type { ComparedOrder, ComparedRefund } from './read-orders.ts';

/** A transfer of an order, with what was taken back of it, in minor units. */
export type PaidShare = {
  readonly row: RecordedMovement;
  /** For refunds, by the ledger. */
  readonly refunded: bigint;
  /** Outside the connector. */
  readonly takenBackOutside: bigint;
};

/** An order on Mirakl and what the ledger knows of it. */
export type OrderFactsToCompare = {
  readonly order: ComparedOrder;
  readonly createdAt: Date;
  readonly shares: Readonly<Partial<Record<Share, PaidShare>>>;
  readonly refundRows: readonly RecordedMovement[];
  /** Whether the sweep over new orders must have seen it. */
  readonly mustBeRecorded: boolean;
  /** Whether refunds of such orders are paid back by the connector. */
  readonly paysRefunds: boolean;
};

/** How an order on Mirakl, and its refunds, differ from what the ledger says of them. */
export function classifyOrder(facts: OrderFactsToCompare): Difference[] {
  const { order, shares, mustBeRecorded } = facts;
  const { seller, tax } = shares;
  if (!seller && !tax && mustBeRecorded) return [unrecorded(facts, 'order', order.id)];
  const found = [seller && comparePaid(order, 'seller', seller, !!tax), tax && comparePaid(order, 'tax', tax, true)];
  return [...found.filter((difference) => difference !== undefined), ...compareRefunds(facts)].map((difference) => ({
    ...difference,
    orderId: order.id,
  }));
}

/** What was paid for an order against what it is worth now. Refunds do not change what an order is worth. */
function comparePaid(order: ComparedOrder, share: Share, paid: PaidShare, isTaxSplit: boolean): Difference | undefined {
  const { row, takenBackOutside, refunded } = paid;
  if (row.state !== 'made' || !row.amount || isUnknown(order.currency)) return undefined;
  const { minor, currency } = row.amount;
  if (order.currency !== currency) {
    return { ...differenceOfRow(row, 'currency-differs', 'order'), actual: worth(order, share, isTaxSplit) };
  }
  const kept = minor - takenBackOutside;
  if (order.progress === 'refused') {
    return kept - refunded <= 0n ? undefined : changed(row, { minor: 0n, currency });
  }
  const now = worth(order, share, isTaxSplit);
  // Either nothing has changed, or somebody has put it right by hand.
  return now === undefined || now.minor === minor || now.minor === kept ? undefined : changed(row, now);
}

function changed(row: RecordedMovement, actual: Money): Difference {
  return { ...differenceOfRow(row, 'order-changed-since', 'order'), actual };
}

/** The share's amount by the rules of the split; undefined if it cannot be read or expressed. */
function worth({ amounts, currency }: ComparedOrder, share: Share, isTaxSplit: boolean): Money | undefined {
  if (isUnknown(amounts) || isUnknown(currency)) return undefined;
  const money = moneyFromDecimal(shareOf(amounts, share, isTaxSplit), currency);
  return 'inexpressible' in money ? undefined : money;
}

function compareRefunds(facts: OrderFactsToCompare): Difference[] {
  const { order, refundRows, paysRefunds } = facts;
  if (!order.refunds) return [];
  const rows = new Map(refundRows.map((row) => [row.miraklId, row]));
  const found = order.refunds.flatMap((refund) => {
    const row = rows.get(refund.id);
    rows.delete(refund.id);
    if (row) return compareRefund(order, refund, row);
    return paysRefunds && refund.state === 'paid-back' ? [unrecorded(facts, 'refund', refund.id)] : [];
  });
  const unknown = [...rows.values()].filter(({ state }) => state === 'made');
  return [...found, ...unknown.map((row) => differenceOfRow(row, 'missing-on-mirakl', 'refund'))];
}

function compareRefund({ currency }: ComparedOrder, { state, amounts }: ComparedRefund, row: RecordedMovement) {
  const { amount: paid } = row;
  if (!paid || row.state === 'not-made' || isUnknown(currency)) return [];
  const asked = amounts.map((amount) => moneyFromDecimal(amount, currency)).filter((money) => 'minor' in money);
  const differs = (kind: 'amount-differs' | 'currency-differs') => [
    { ...differenceOfRow(row, kind, 'refund'), actual: asked[0] },
  ];
  if (currency !== paid.currency) return differs('currency-differs');
  if (asked.length > 0 && !asked.some(({ minor }) => minor === paid.minor)) return differs('amount-differs');
  return row.state === 'made' && state === 'waiting' ? [differenceOfRow(row, 'not-confirmed', 'refund')] : [];
}

function unrecorded(
  { order, createdAt }: OrderFactsToCompare,
  movement: 'order' | 'refund',
  miraklId: string,
): Difference {
  return {
    ...{ kind: 'missing-in-ledger', subject: `${order.kind} ${movement} ${miraklId}`, movement, miraklId },
    ...{ stripeId: undefined, otherStripeId: undefined, accountId: undefined, operation: undefined },
    ...{ orderId: order.id, shopId: order.shopId, ledger: undefined, actual: undefined, listedAt: createdAt },
  };
}
