import type { SimulatedDebit, SimulatedProductOrder, SimulatedServiceOrder, SimulatedShop } from './objects.ts';
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
      const lines = fields.lines ?? [{ ...plainLine, id: `${id}-1`, total: fields.total ?? plainProductOrder.total }];
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

const plainLine = { state: 'SHIPPING', taxes: [], shippingTaxes: [] };

const plainProductOrder = {
  shopId: 2_000,
  state: 'SHIPPING',
  currency: 'EUR',
  taxMode: 'TAX_INCLUDED',
  total: '100.00',
  commission: '15.00',
  transactionNumber: null,
  debited: true,
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
