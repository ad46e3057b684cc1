import { newInvoice } from './new-invoice.ts';
import type {
  SimulatedDebit,
  SimulatedInvoice,
  SimulatedProductOrder,
  SimulatedRefund,
  SimulatedServiceOrder,
  SimulatedShop,
} from './objects.ts';
import type { MiraklState } from './state.ts';

/** Puts things into the simulated Mirakl. What is not said has a value that makes a plain case. */
export type MiraklGiven = {
  shop(fields?: Partial<SimulatedShop>): SimulatedShop;
  /** Accepted, paid by the buyer, 100.00 EUR with taxes included, 15.00 of which are the operator's. */
  productOrder(fields?: Partial<SimulatedProductOrder>): SimulatedProductOrder;
  /** Accepted, 100.00 EUR with taxes included, 15.00 of which are the operator's; its debit is given by itself. */
  serviceOrder(fields?: Partial<SimulatedServiceOrder>): SimulatedServiceOrder;
  /** One more debit of the order; paid, unless said otherwise. */
  debit(fields: Partial<SimulatedDebit> & Pick<SimulatedDebit, 'orderId'>): SimulatedDebit;
  /** A refund of 10.00 on the first line of a product order or on a service order, 1.50 of it commission; not paid back yet. */
  refund(fields: Partial<SimulatedRefund> & Pick<SimulatedRefund, 'orderId'>): SimulatedRefund;
  /**
   * An automatic accounting document that is to be paid, of 100.00 EUR for orders less 15.00 commission. Its parts are those and
   * what is given; what is transferred is their sum, unless it is given as well.
   */
  invoice(fields?: Partial<SimulatedInvoice>): SimulatedInvoice;
};

/** The builders for this state. */
export function createGiven(state: MiraklState): MiraklGiven {
  let number = 0;
  const next = () => {
    number += 1;
    return number;
  };
  return {
    shop(fields = {}) {
      const id = fields.id ?? 2_000 + next();
      const now = state.clock();
      const shop = { ...plainShop, id, name: `Shop ${id}`, createdAt: now, updatedAt: now, ...fields };
      const copy = { ...shop, additionalFields: { ...shop.additionalFields } };
      state.shops.set(id, copy);
      return copy;
    },
    productOrder(fields = {}) {
      const commercialId = fields.commercialId ?? `Order_${next()}`;
      const id = fields.id ?? `${commercialId}-A`;
      const lines = fields.lines ?? [firstLine(id, fields)];
      const createdAt = fields.createdAt ?? state.clock();
      const order = { ...plainProductOrder, id, commercialId, lines, createdAt, updatedAt: createdAt, ...fields };
      state.productOrders.add(order);
      return order;
    },
    serviceOrder(fields = {}) {
      const commercialId = fields.commercialId ?? `Service_${next()}`;
      const order = {
        ...plainServiceOrder,
        id: `${commercialId}-A`,
        commercialId,
        createdAt: state.clock(),
        ...fields,
      };
      state.serviceOrders.add(order);
      return order;
    },
    debit(fields) {
      const debit = { state: 'OK', amount: '100.00', currency: 'EUR', transactionNumber: null, ...fields };
      state.debits.set(debit.orderId, [...(state.debits.get(debit.orderId) ?? []), debit]);
      return debit;
    },
    refund(fields) {
      const { orderId } = fields;
      const order = state.productOrders.get(orderId);
      if (order === undefined && state.serviceOrders.get(orderId) === undefined) throw new Error(`no order ${orderId}`);
      const lineId = fields.lineId ?? order?.lines[0]?.id ?? null;
      if (order && !order.lines.some(({ id }) => id === lineId)) throw new Error(`no line ${lineId} in ${orderId}`);
      const createdAt = state.clock();
      const waiting = order ? 'WAITING_REFUND_PAYMENT' : 'WAITING';
      const id = String(1_000 + next());
      const refund = { ...plainRefund, id, state: waiting, createdAt, ...fields, lineId };
      state.refunds.add(refund);
      state.refundsByOrder.set(orderId, [...(state.refundsByOrder.get(orderId) ?? []), refund]);
      if (order) order.updatedAt = state.clock();
      return refund;
    },
    invoice(fields = {}) {
      const invoice = newInvoice(fields, next(), state.clock());
      state.invoices.add(invoice);
      return invoice;
    },
  };
}

function firstLine(orderId: string, { total, state }: Partial<SimulatedProductOrder>) {
  return {
    id: `${orderId}-1`,
    state: state ?? plainProductOrder.state,
    total: total ?? plainProductOrder.total,
    taxes: [],
    shippingTaxes: [],
  };
}

const plainShop = {
  state: 'OPEN',
  domains: ['PRODUCT'],
  currency: 'EUR',
  country: null,
  professional: true,
  email: null,
  phone: null,
  webSite: null,
  additionalFields: {},
  kyc: { status: 'PENDING_SUBMISSION', reason: null },
  raw: {},
};

const plainProductOrder = {
  shopId: 2_000,
  state: 'SHIPPING',
  currency: 'EUR',
  taxMode: 'TAX_INCLUDED',
  total: '100.00',
  commission: '15.00',
  paymentWorkflow: 'PAY_ON_ACCEPTANCE',
  transactionNumber: null,
  debited: true,
  debitedAt: null,
  payOutPsp: 'OPERATOR',
  buyerPaysSeller: false,
  raw: {},
};

const plainServiceOrder = {
  shopId: 2_000,
  state: 'ORDER_ACCEPTED',
  currency: 'EUR',
  taxMode: 'TAX_INCLUDED',
  price: '100.00',
  taxes: [],
  options: [],
  commission: '15.00',
  payOutPsp: null,
  buyerPaysSeller: false,
  raw: {},
};

const plainRefund = {
  amount: '10.00',
  shippingAmount: '0',
  taxes: [],
  shippingTaxes: [],
  commission: '1.50',
  transactionNumber: null,
  confirmedAt: null,
};
