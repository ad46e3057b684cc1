import type { Clock } from '@connector/kernel';
import { type ByCreation, createByCreation } from './by-creation.ts';
import type {
  SimulatedDebit,
  SimulatedInvoice,
  SimulatedProductOrder,
  SimulatedRefund,
  SimulatedServiceOrder,
  SimulatedShop,
} from './objects.ts';

export type ShopField = { readonly code: string; readonly type: string; readonly shopPermission: string };

/** Everything the simulated Mirakl knows. */
export type MiraklState = {
  readonly clock: Clock;
  readonly shops: Map<number, SimulatedShop>;
  /** The additional fields that the platform defines for shops. */
  readonly shopFields: Map<string, ShopField>;
  readonly productOrders: ByCreation<SimulatedProductOrder>;
  readonly serviceOrders: ByCreation<SimulatedServiceOrder>;
  /** By order id. */
  readonly debits: Map<string, readonly SimulatedDebit[]>;
  readonly refunds: ByCreation<SimulatedRefund>;
  /** The same by order id. */
  readonly refundsByOrder: Map<string, readonly SimulatedRefund[]>;
  readonly invoices: ByCreation<SimulatedInvoice>;
  /** Shops whose updates are refused, with the reason. */
  readonly refusedShops: Map<number, string>;
};

const ourFields: readonly ShopField[] = [
  { code: 'stripe-url', type: 'LINK', shopPermission: 'READ_ONLY' },
  { code: 'stripe-ignored', type: 'BOOLEAN', shopPermission: 'READ_ONLY' },
];

/** A Mirakl without shops and orders, whose platform defines the connector's two fields. */
export function createMiraklState(clock: Clock): MiraklState {
  return {
    clock,
    shops: new Map(),
    shopFields: new Map(ourFields.map((field) => [field.code, field])),
    productOrders: createByCreation(),
    serviceOrders: createByCreation(),
    debits: new Map(),
    refunds: createByCreation(),
    refundsByOrder: new Map(),
    invoices: createByCreation(),
    refusedShops: new Map(),
  };
}
