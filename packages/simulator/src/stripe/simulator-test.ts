import Stripe from 'stripe';
import { test as base } from 'vitest';
import { type StripeSimulator, startStripeSimulator } from './start-stripe-simulator.ts';

/** A clock that stands still until it is turned. */
export type TestClock = { now: Date; turn(ms: number): void };

/** A test with a Stripe simulator of its own, its clock, and the real SDK talking to it without retries. */
export const test = base
  .extend(
    'clock',
    (): TestClock => ({
      now: new Date('2026-05-01T12:00:00Z'),
      turn(ms) {
        this.now = new Date(this.now.getTime() + ms);
      },
    }),
  )
  .extend('simulator', async ({ clock }, { onCleanup }) => {
    const simulator = await startStripeSimulator({ clock: () => clock.now });
    onCleanup(() => simulator.close());
    return simulator;
  })
  .extend('stripe', ({ simulator }) => connect(simulator));

/** The SDK, talking to this simulator. */
export function connect(simulator: StripeSimulator, apiKey = simulator.apiKey): Stripe {
  const { port } = simulator;
  return new Stripe(apiKey, { host: '127.0.0.1', port, protocol: 'http', maxNetworkRetries: 0, telemetry: false });
}
