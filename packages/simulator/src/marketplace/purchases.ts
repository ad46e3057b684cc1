import type { Stripe } from 'stripe';
import type { MiraklSimulator } from '../mirakl/start-mirakl-simulator.ts';
import type { StripeSimulator } from '../stripe/start-stripe-simulator.ts';

/** Orders and their payments, to be read like the simulators. */
export type Purchases = Pick<MiraklSimulator, 'productOrders' | 'serviceOrders' | 'debits'> &
  Pick<StripeSimulator, 'charges'>;

/**
 * What buyers and sellers have made, copied before anybody else acts on it: from then on payments are confirmed, captured and
 * paid back.
 */
export function recordPurchases(simulators: {
  readonly mirakl: Pick<MiraklSimulator, 'productOrders' | 'serviceOrders' | 'debits'>;
  readonly stripe: Pick<StripeSimulator, 'charges'>;
}): Purchases {
  const { mirakl, stripe } = simulators;
  const productOrders = structuredClone(mirakl.productOrders());
  const serviceOrders = structuredClone(mirakl.serviceOrders());
  const debits = structuredClone(mirakl.debits());
  const charges = structuredClone(stripe.charges());
  return {
    productOrders: () => productOrders,
    serviceOrders: () => serviceOrders,
    debits: () => debits,
    charges: () => charges,
  };
}

/**
 * The same with the charges in this order: of several payments of one purchase the first counts, and of those of the same
 * second only who was told of them knows which that is. Those that are not named come last.
 */
export function withChargesInOrder(purchases: Purchases, chargeIds: readonly string[]): Purchases {
  const places = new Map(chargeIds.map((id, index) => [id, index]));
  const placeOf = ({ id }: Stripe.Charge) => places.get(id) ?? chargeIds.length;
  const charges = purchases.charges().toSorted((a, b) => placeOf(a) - placeOf(b));
  return { ...purchases, charges: () => charges };
}

/** The charges of each commercial order, the oldest first. */
export function chargesByOrder({ charges }: Pick<Purchases, 'charges'>): ReadonlyMap<string, readonly Stripe.Charge[]> {
  return Map.groupBy(charges(), ({ metadata }) => metadata.mirakl_commercial_order_id ?? '');
}

/** Whether the buyer's money is there, or can be taken. */
export function isLive({ status, refunded }: Stripe.Charge): boolean {
  return status === 'succeeded' && !refunded;
}
