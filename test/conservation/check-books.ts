import {
  actualMovements,
  compareMovements,
  type ExpectedMovement,
  type ExpectedMovements,
  holdingsAfter,
  movementsIn,
} from '@connector/simulator';
import type { World } from '@connector/testing';
import { expect } from 'vitest';
import type { Market } from './open-market.ts';
import { readChargesHeard, readLedger } from './read-ledger.ts';

/**
 * Demands that exactly what is called for has moved, nothing of it twice; that every account holds to the minor unit what that
 * leaves it with; that nothing is lost between them; that the ledger and Mirakl say the same; and that the nightly comparison has nothing to report.
 */
export async function checkBooks(world: World, market: Market): Promise<void> {
  const expected = market.expected(await readChargesHeard(world.db));
  const actual = actualMovements(world.stripeSimulator);
  expect(compareMovements(expected, actual).differences).toEqual([]);
  for (const [currency, float] of market.float) {
    checkAccounts(world, expected, currency, BigInt(float));
    checkSums(world, currency, BigInt(float));
  }
  const ledger = await readLedger(world.db);
  const odd = [...expected].filter(([key, outcome]) => !isSame(key, outcome, ledger.get(key)));
  expect(odd.map(([key, { kind }]) => `${key}: ${ledger.get(key)} instead of ${kind}`)).toEqual([]);
  expect([...ledger.keys()].filter((key) => !expected.has(key))).toEqual([]);
  checkConfirmations(world, expected);
  await checkReport(world);
}

/** The connector's own comparison has looked at all that, and has nothing to say. */
async function checkReport({ db }: World): Promise<void> {
  const runs = await db.selectFrom('reconciliation_run').select('compared').execute();
  expect(runs).toEqual([{ compared: expect.any(Number) }]);
  expect(runs[0]?.compared).toBeGreaterThan(100);
  const open = db.selectFrom('reconciliation_difference').select(['kind', 'subject']).where('resolved_at', 'is', null);
  expect(await open.execute()).toEqual([]);
}

/** Each account holds what the movements leave it with. */
function checkAccounts(
  { stripeSimulator: stripe }: World,
  expected: ExpectedMovements,
  currency: string,
  float: bigint,
) {
  const holdings = holdingsAfter(movementsIn(expected));
  for (const { id } of [stripe.platform, ...stripe.accounts()]) {
    const { available, pending } = stripe.balance(currency, id);
    const should = (holdings.get(id)?.get(currency) ?? 0n) + (id === stripe.platform.id ? float : 0n);
    expect(BigInt(available + pending), `${currency} of ${id}`).toBe(should);
  }
}

/** What the buyers have paid is with the operator, the sellers and the tax account, in banks, or back with the buyers. */
function checkSums({ stripeSimulator: stripe }: World, currency: string, float: bigint): void {
  const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + BigInt(amount), 0n);
  const charges = stripe.charges().filter((each) => each.currency === currency && each.captured && each.paid);
  const payouts = stripe.payouts().filter((each) => each.currency === currency && each.status !== 'failed');
  const balances = [stripe.platform, ...stripe.accounts()].map(({ id }) => stripe.balance(currency, id));
  const held = sum(balances.map(({ available, pending }) => available + pending));
  const inBanks = sum(payouts.map(({ amount }) => amount));
  // What was let go of counts as refunded at Stripe, but was never taken.
  const back = sum(charges.map((each) => each.amount_refunded - (each.amount - each.amount_captured)));
  expect(held + inBanks + back, currency).toBe(float + sum(charges.map((each) => each.amount_captured)));
}

/** The ledger has no row for a reversal that its refund has not called for yet, and payments are no operations of its own. */
function isSame(key: string, outcome: ExpectedMovement, found: string | undefined): boolean {
  if (/^(capture|release) /.test(key)) return true;
  if (found === undefined) return key.startsWith('reversal ') && outcome.kind !== 'move';
  if (outcome.kind === 'move') return found === `move ${outcome.amount}`;
  return found === outcome.kind;
}

/** Mirakl has heard of the refunds that the buyers have got, and of no other. */
function checkConfirmations({ miraklSimulator: mirakl }: World, expected: ExpectedMovements): void {
  const wrong = mirakl.refunds().filter(({ id, state, confirmedAt }) => {
    const isBack = expected.get(`refund ${id}`)?.kind === 'move';
    return isBack !== (state === 'REFUNDED' || state === 'OK') || isBack !== (confirmedAt !== null);
  });
  expect(wrong.map(({ id, state }) => `refund ${id} is ${state} on Mirakl`)).toEqual([]);
}
