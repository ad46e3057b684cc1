import Stripe from 'stripe';
import { test as base } from 'vitest';
import { type StripeSimulator, startStripeSimulator } from './start-stripe-simulator.ts';

/** A clock that stands still until it is turned. */
export type TestClock = { now: Date; turn(ms: number): void };

/** A test with a Stripe simulator of its own, its clock, and the real SDK talking to it without retries. */
export const test = base.extend<{ clock: TestClock; simulator: StripeSimulator; stripe: Stripe }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern which fixtures are needed.
  clock: async ({}, use) => {
    const clock: TestClock = {
      now: new Date('2026-05-01T12:00:00Z'),
      turn(ms) {
        clock.now = new Date(clock.now.getTime() + ms);
      },
    };
    await use(clock);
  },
  simulator: async ({ clock }, use) => {
    const simulator = await startStripeSimulator({ clock: () => clock.now });
    await use(simulator);
    await simulator.close();
  },
  stripe: async ({ simulator }, use) => {
    await use(connect(simulator));
  },
});

/** The SDK, talking to this simulator. */
export function connect(simulator: StripeSimulator, apiKey = simulator.apiKey): Stripe {
  const { port } = simulator;
  return new Stripe(apiKey, { host: '127.0.0.1', port, protocol: 'http', maxNetworkRetries: 0, telemetry: false });
}
