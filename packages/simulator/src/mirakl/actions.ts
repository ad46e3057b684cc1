import { cancelLine } from './cancel-line.ts';
import type {
  SimulatedCancelation,
  SimulatedInvoice,
  SimulatedProductOrder,
  SimulatedRefund,
  SimulatedServiceOrder,
} from './objects.ts';
import { awaitingDebit, remainingLines } from './order-states.ts';
import type { MiraklState, ShopField } from './state.ts';
import { sumOf } from './sum.ts';

/** What people do on Mirakl. An order or shop counts as updated by it. All of them throw for an object that is not there. */
export type MiraklActions = {
  /** Changes an additional field of a shop. */
  setAdditionalField(shopId: number, code: string, value: string): void;
  /** Overwrites fields of an order. */
  changeProductOrder(id: string, fields: Partial<Omit<SimulatedProductOrder, 'id' | 'createdAt'>>): void;
  changeServiceOrder(id: string, fields: Partial<Omit<SimulatedServiceOrder, 'id' | 'createdAt'>>): void;
  changeRefund(id: string, fields: Partial<Pick<SimulatedRefund, 'state' | 'transactionNumber'>>): void;
  /** By the number of an accounting document. */
  changeInvoice(invoiceId: number, fields: Partial<Omit<SimulatedInvoice, 'id' | 'createdAt'>>): void;
  removeProductOrder(id: string): void;
  /**
   * The seller accepts an order but for these lines. What is paid on acceptance waits for the buyer's money (PA11) from then
   * on, anything else for its shipment. The total is what remains; the commission stays, unless it is given.
   */
  acceptOrder(
    id: string,
    choice?: { readonly refusedLines?: readonly string[]; readonly commission?: string },
  ): SimulatedProductOrder;
  /** Cancels a part of a line, 10.00 unless said otherwise; a line with nothing left is cancelled, and so is its order. */
  cancelLine(orderId: string, lineId: string, fields?: Partial<SimulatedCancelation>): SimulatedCancelation;
  /** From now on updates of this shop (S07) are refused with this message; undefined lets them through again. */
  refuseShopUpdates(shopId: number, message: string | undefined): void;
  /** Defines an additional field of shops, or takes it away. */
  defineShopField(code: string, field: Omit<ShopField, 'code'> | undefined): void;
};

/** The actions on this state. */
export function createActions(state: MiraklState): MiraklActions {
  const changeProductOrder: MiraklActions['changeProductOrder'] = (id, fields) =>
    void Object.assign(known(state.productOrders.get(id), id), { updatedAt: state.clock(), ...fields });
  return {
    setAdditionalField(shopId, code, value) {
      const shop = known(state.shops.get(shopId), shopId);
      shop.additionalFields[code] = value;
      shop.updatedAt = state.clock();
    },
    changeProductOrder,
    changeServiceOrder: (id, fields) => void Object.assign(known(state.serviceOrders.get(id), id), fields),
    changeRefund: (id, fields) => void Object.assign(known(state.refunds.get(id), id), fields),
    changeInvoice(invoiceId, fields) {
      const invoice = state.invoices.all().find((each) => each.invoiceId === invoiceId);
      Object.assign(known(invoice, invoiceId), fields);
    },
    removeProductOrder: (id) => state.productOrders.remove(id),
    acceptOrder(id, { refusedLines = [], commission } = {}) {
      const order = known(state.productOrders.get(id), id);
      if (order.state !== 'WAITING_ACCEPTANCE') throw new Error(`order ${id} does not wait for acceptance`);
      for (const lineId of refusedLines) known(lineOf(order, lineId), lineId);
      const accepted = order.paymentWorkflow === 'PAY_ON_ACCEPTANCE' ? awaitingDebit : 'SHIPPING';
      const lines = order.lines.map((line) => {
        if (refusedLines.includes(line.id)) return { ...line, state: 'REFUSED' };
        return line.state === 'WAITING_ACCEPTANCE' ? { ...line, state: accepted } : line;
      });
      const remaining = remainingLines({ lines });
      const next = {
        state: remaining.length > 0 ? accepted : 'REFUSED',
        total: sumOf(remaining.map(({ total }) => total)),
      };
      changeProductOrder(id, { lines, ...next, commission: commission ?? order.commission });
      return order;
    },
    cancelLine(orderId, lineId, fields = {}) {
      const order = known(state.productOrders.get(orderId), orderId);
      const line = known(lineOf(order, lineId), lineId);
      const { cancelation, ...changes } = cancelLine(order, line, fields);
      changeProductOrder(orderId, changes);
      return cancelation;
    },
    refuseShopUpdates(shopId, message) {
      if (message === undefined) state.refusedShops.delete(shopId);
      else state.refusedShops.set(shopId, message);
    },
    defineShopField(code, field) {
      if (field === undefined) state.shopFields.delete(code);
      else state.shopFields.set(code, { code, ...field });
    },
  };
}

function lineOf({ lines }: SimulatedProductOrder, id: string) {
  return lines.find((line) => line.id === id);
}

function known<T>(object: T | undefined, id: string | number): T {
  if (object === undefined) throw new Error(`the simulated Mirakl has no ${id}`);
  return object;
}
