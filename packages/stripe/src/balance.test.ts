import { type Currency, moneyFromMinor } from '@connector/kernel';
import { expect } from 'vitest';
import { retrieveBalance } from './balance.ts';
import { test } from './stripe-test.ts';

const money = (minor: number, currency: string) => [currency, moneyFromMinor(minor, currency as Currency)] as const;

test('a balance tells what is available and what is pending, in each currency', async ({ simulator, stripe }) => {
  simulator.given.charge({ amount: 1_000, currency: 'eur' });
  simulator.given.charge({ amount: 500, currency: 'jpy', funds: 'pending' });
  const { available, pending, requestId } = await retrieveBalance(stripe);
  expect([...available]).toEqual([money(1_000, 'EUR'), money(0, 'JPY')]);
  expect([...pending]).toEqual([money(0, 'EUR'), money(500, 'JPY')]);
  expect(requestId).toMatch(/^req_/);
});

test("a seller's balance is his own, and can be negative", async ({ simulator, stripe }) => {
  const { id: stripeAccount } = simulator.given.account();
  simulator.given.funds({ amount: 1_000, currency: 'eur' });
  simulator.given.funds({ amount: -70, currency: 'eur', account: stripeAccount });
  const { available } = await retrieveBalance(stripe, { stripeAccount });
  expect([...available]).toEqual([money(-70, 'EUR')]);
});
