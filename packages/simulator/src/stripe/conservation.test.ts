import fc from 'fast-check';
import Stripe from 'stripe';
import { expect, test } from 'vitest';
import { connect } from './simulator-test.ts';
import { type StripeSimulator, startStripeSimulator } from './start-stripe-simulator.ts';

/** A simulated Stripe with two sellers, and the SDK that talks to it. */
type Market = { readonly simulator: StripeSimulator; readonly stripe: Stripe; readonly sellers: readonly string[] };

/** One step: `pick` chooses among what is there, `amount` is in minor units. What Stripe refuses changes nothing. */
type Step = { readonly kind: keyof typeof actions; readonly pick: number; readonly amount: number };

const currency = 'eur';

const actions = {
  charge: async ({ simulator }: Market, { amount, pick }: Step) => {
    simulator.given.charge({
      amount: amount * 3,
      currency,
      captured: pick % 2 === 0,
      funds: pick % 3 === 0 ? 'pending' : 'available',
      refundsBegin: pick % 5 === 0 ? 'pending' : 'succeeded',
    });
  },
  capture: ({ simulator, stripe }: Market, { pick, amount }: Step) =>
    stripe.paymentIntents.capture(chosen(simulator.paymentIntents(), pick), { amount_to_capture: amount }),
  cancel: ({ simulator, stripe }: Market, { pick }: Step) =>
    stripe.paymentIntents.cancel(chosen(simulator.paymentIntents(), pick)),
  expire: async ({ simulator }: Market, { pick }: Step) =>
    simulator.expireAuthorization(chosen(simulator.charges(), pick)),
  transfer: ({ simulator, stripe, sellers }: Market, { pick, amount }: Step) =>
    stripe.transfers.create({
      ...{ amount, currency, destination: sellers[pick % sellers.length] ?? '' },
      source_transaction: chosen(simulator.charges(), pick),
    }),
  reverse: ({ simulator, stripe }: Market, { pick, amount }: Step) =>
    stripe.transfers.createReversal(chosen(simulator.transfers(simulator.platform.id), pick), { amount }),
  refund: ({ simulator, stripe }: Market, { pick, amount }: Step) =>
    stripe.refunds.create({ charge: chosen(simulator.charges(), pick), amount }),
  endRefund: async ({ simulator }: Market, { pick, amount }: Step) =>
    simulator.settleRefund(chosen(simulator.refunds(), pick), amount % 2 === 0 ? 'succeeded' : 'failed'),
  fee: ({ simulator, stripe, sellers }: Market, { pick, amount }: Step) =>
    stripe.transfers.create(
      { amount, currency, destination: simulator.platform.id },
      { stripeAccount: sellers[pick % sellers.length] ?? '' },
    ),
  payOut: ({ stripe, sellers }: Market, { pick, amount }: Step) =>
    stripe.payouts.create({ amount, currency }, { stripeAccount: sellers[pick % sellers.length] ?? '' }),
  settlePayout: async ({ simulator }: Market, { pick, amount }: Step) =>
    simulator.settlePayout(chosen(simulator.payouts(), pick), amount % 2 === 0 ? 'paid' : 'canceled'),
  failPayout: async ({ simulator }: Market, { pick }: Step) =>
    simulator.failPayout(chosen(simulator.payouts(), pick), { code: 'account_closed', message: 'closed' }),
  settleFunds: async ({ simulator }: Market) => simulator.declareAvailable(),
};

const kinds = Object.keys(actions) as (keyof typeof actions)[];

/** More payments and shares of them than anything else, or there would be little to give back. */
const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(...kinds, 'charge', 'transfer', 'transfer', 'payOut'),
  pick: fc.nat(30),
  amount: fc.integer({ min: 1, max: 300 }),
});

/** A run in which every kind of step succeeds. */
const everything: Step[] = [
  { kind: 'charge', pick: 2, amount: 300 },
  { kind: 'transfer', pick: 0, amount: 300 },
  { kind: 'reverse', pick: 0, amount: 100 },
  { kind: 'fee', pick: 0, amount: 50 },
  { kind: 'payOut', pick: 0, amount: 100 },
  { kind: 'settlePayout', pick: 0, amount: 2 },
  { kind: 'failPayout', pick: 0, amount: 1 },
  { kind: 'refund', pick: 0, amount: 200 },
  { kind: 'endRefund', pick: 0, amount: 1 },
  { kind: 'charge', pick: 1, amount: 100 },
  { kind: 'capture', pick: 1, amount: 200 },
  { kind: 'charge', pick: 1, amount: 100 },
  { kind: 'cancel', pick: 2, amount: 1 },
  { kind: 'charge', pick: 1, amount: 100 },
  { kind: 'expire', pick: 3, amount: 1 },
  { kind: 'settleFunds', pick: 0, amount: 1 },
];

test('what was captured is in balances, paid out or given back to buyers, whatever happens', async () => {
  const happened = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
      const simulator = await startStripeSimulator();
      const sellers = [simulator.given.account().id, simulator.given.account().id];
      const market = { simulator, stripe: connect(simulator), sellers };
      for (const one of steps) {
        if (await succeeds(actions[one.kind](market, one))) happened.add(one.kind);
        expect(held(market) + paidOut(market) + givenBack(market)).toBe(captured(market));
        demandNothingOverdrawn(market);
      }
      await simulator.close();
    }),
    { numRuns: 40, examples: [[everything]] },
  );
  expect(kinds.filter((kind) => !happened.has(kind))).toEqual([]);
});

/** False for what Stripe refuses, and for a control that does not fit the state. Anything else is a fault. */
async function succeeds(action: Promise<unknown>): Promise<boolean> {
  try {
    await action;
    return true;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeInvalidRequestError) return false;
    if (error instanceof Error && error.message.startsWith('the simulated ')) return false;
    throw error;
  }
}

/** The id of the object that a step is about; of none that there is, if there are none. */
function chosen(objects: readonly { readonly id: string }[], pick: number): string {
  return objects[pick % Math.max(objects.length, 1)]?.id ?? 'none';
}

function held({ simulator, sellers }: Market): number {
  const balances = [simulator.platform.id, ...sellers].map((account) => simulator.balance(currency, account));
  return sum(balances.map(({ available, pending }) => available + pending));
}

function paidOut({ simulator }: Market): number {
  const returned = ['failed', 'canceled'];
  return sum(simulator.payouts().flatMap(({ status, amount }) => (returned.includes(status) ? [] : [amount])));
}

/** Without what was authorised only, and without refunds that wait for money: those have moved none. */
function givenBack({ simulator }: Market): number {
  const moved = simulator.refunds().filter(({ status, balance_transaction: moves }) => status !== 'failed' && moves);
  return sum(moved.map(({ amount }) => amount));
}

function captured({ simulator }: Market): number {
  return sum(simulator.charges().map(({ amount_captured: amount }) => amount));
}

function demandNothingOverdrawn({ simulator, sellers }: Market): void {
  for (const seller of sellers) {
    const { available, pending } = simulator.balance(currency, seller);
    expect(Math.min(available, pending)).toBeGreaterThanOrEqual(0);
  }
  for (const { id, amount, amount_captured, amount_refunded, refunded } of simulator.charges()) {
    expect(amount_refunded).toBeLessThanOrEqual(amount);
    expect(refunded).toBe(amount_refunded === amount);
    const shares = simulator.transfers().filter(({ source_transaction: source }) => source === id);
    expect(sum(shares.map((share) => share.amount - share.amount_reversed))).toBeLessThanOrEqual(amount_captured);
  }
  for (const { id, amount, amount_reversed, reversed } of simulator.transfers()) {
    const reversals = simulator.reversals().filter(({ transfer }) => transfer === id);
    expect(sum(reversals.map((reversal) => reversal.amount))).toBe(amount_reversed);
    expect(amount_reversed).toBeLessThanOrEqual(amount);
    expect(reversed).toBe(amount_reversed === amount);
  }
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}
