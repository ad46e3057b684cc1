import { test } from '@connector/testing';
import { expect } from 'vitest';
import { compare, differences, givenCleanMarketplace } from './reconciliation-test.ts';

test('where everything is in order nothing is found, however often it is compared', async ({ world }) => {
  await givenCleanMarketplace(world, { orders: 3, refunds: 1, invoices: 1 });
  expect(await compare(world)).toMatch(/ 0 differences are open$/);
  expect(await differences(world)).toEqual([]);
  await compare(world);
  expect(await differences(world)).toEqual([]);
});
