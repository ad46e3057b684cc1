import { type Decimal, sumDecimals } from '@connector/kernel';
import {
  listProductOrders,
  listServiceOrders,
  type MiraklClient,
  type Page,
  type ProductOrder,
  type ServiceOrder,
  type UnknownValue,
} from '@connector/mirakl';
import { isUnknown } from '../order/is-unknown.ts';
import { type OrderFacts, type OrderKind, productOrderFacts, serviceOrderFacts } from '../payment-split/index.ts';

/** An order as Mirakl has it now, with what the buyer gets back of it. */
export type ComparedOrder = OrderFacts & {
  /** Undefined if they cannot be read. */
  readonly refunds: readonly ComparedRefund[] | undefined;
};

export type ComparedRefund = {
  readonly id: string;
  readonly state: 'paid-back' | 'waiting' | 'other';
  /**
   * What the buyer gets back, exactly, in major units. Mirakl does not say whether what it asks for contains the taxes where
   * prices do not: then there are two amounts that are right.
   */
  readonly amounts: readonly Decimal[];
};

export type OrdersPage = {
  readonly orders: readonly ComparedOrder[];
  /** Orders that have an unexpected shape: they exist, and that is all that can be said. */
  readonly unreadableIds: readonly string[];
};

/** Orders created at or after that moment, or these, 100 a call (OR11, SOR11). Product orders come oldest first. */
export async function* readOrders(
  mirakl: MiraklClient,
  kind: OrderKind,
  query: { readonly createdSince: string } | { readonly orderIds: readonly string[] },
): AsyncGenerator<OrdersPage> {
  if (kind === 'product') {
    for await (const page of listProductOrders(mirakl, query)) yield ofPage(page, ofProductOrder);
  } else {
    for await (const page of listServiceOrders(mirakl, query)) yield ofPage(page, ofServiceOrder);
  }
}

function ofPage<Order>({ items, unreadable }: Page<Order>, compared: (order: Order) => ComparedOrder): OrdersPage {
  return { orders: items.map(compared), unreadableIds: unreadable.flatMap(({ id }) => id ?? []) };
}

function ofProductOrder(order: ProductOrder): ComparedOrder {
  return { ...productOrderFacts(order), refunds: refundsOfLines(order) };
}

function refundsOfLines({ lines, taxMode }: ProductOrder): readonly ComparedRefund[] | undefined {
  const refunds: ComparedRefund[] = [];
  for (const line of lines) {
    if (isUnknown(line.refunds)) return undefined;
    for (const { id, state, amount, shippingAmount, fees, taxes, shippingTaxes } of line.refunds) {
      const price = sumDecimals([amount, shippingAmount, fees]);
      const amounts = amountsOf(price, sumDecimals([taxes, shippingTaxes]), taxMode);
      refunds.push({ id, amounts, state: stateOf(state, { paidBack: 'REFUNDED', waiting: 'WAITING_REFUND_PAYMENT' }) });
    }
  }
  return refunds;
}

/** Whether a service order is paid does not matter here: its debit is not asked for. */
function ofServiceOrder(order: ServiceOrder): ComparedOrder {
  const { refunds, taxMode } = order;
  return {
    ...serviceOrderFacts(order, undefined),
    refunds: isUnknown(refunds)
      ? undefined
      : refunds.map(({ id, state, amount, taxes }) => ({
          ...{ id, amounts: amountsOf(amount, taxes, taxMode) },
          state: stateOf(state, { paidBack: 'OK', waiting: 'WAITING' }),
        })),
  };
}

function amountsOf(price: Decimal, taxes: Decimal, taxMode: ProductOrder['taxMode']): readonly Decimal[] {
  return taxMode === 'included' ? [price] : [price, price.plus(taxes)];
}

function stateOf(
  state: string | UnknownValue,
  words: { readonly paidBack: string; readonly waiting: string },
): ComparedRefund['state'] {
  if (state === words.paidBack) return 'paid-back';
  return state === words.waiting ? 'waiting' : 'other';
}
