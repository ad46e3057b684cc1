import { onTestFinished } from 'vitest';
import { startMiraklSimulator } from '../mirakl/start-mirakl-simulator.ts';
import { startStripeSimulator } from '../stripe/start-stripe-simulator.ts';
import { fillOrders } from './fill-orders.ts';
import { fillSellers } from './fill-sellers.ts';

export const clock = () => new Date('2026-11-01T10:00:00Z');

/** Both simulators, empty, for one test. */
export async function simulators() {
  const [mirakl, stripe] = await Promise.all([startMiraklSimulator({ clock }), startStripeSimulator({ clock })]);
  onTestFinished(async () => {
    await Promise.all([mirakl.close(), stripe.close()]);
  });
  return { mirakl, stripe };
}

/** The marketplace of this seed, its sellers not onboarded yet. */
export async function marketplace(seed: number) {
  const { mirakl, stripe } = await simulators();
  const sellers = fillSellers(mirakl);
  fillOrders({ mirakl, stripe, sellers, seed, productOrders: 200, serviceOrders: 40, authorizedOrders: 60, clock });
  return { mirakl, stripe, sellers };
}
