import { test } from '@connector/testing';
import { expect } from 'vitest';
import { connector, environment, startWorkers } from './cli-test.ts';

test('after-restore has everything that is not done looked for on Stripe, and says what is to be done next', async ({
  world,
}) => {
  const { db } = world;
  const row = { type: 'TRANSFER_PRODUCT_ORDER', currency: 'eur', amount: 1n, look_up_first: false };
  await db
    .insertInto('stripe_transfer')
    .values([
      { ...row, mirakl_id: 'O-1-A', status: 'TRANSFER_PENDING' },
      { ...row, mirakl_id: 'O-2-A', status: 'TRANSFER_CREATED' },
    ])
    .execute();
  await db.insertInto('sweep').values({ name: 'recovery.ring-waiting-work', last_started_at: world.now() }).execute();
  const { code, output } = await connector(environment(world), 'after-restore');
  expect(output).toContain('The ledger knows nothing of what was done after 2026-11-02T09:00:00.000Z.');
  expect(output).toContain('1 transfers, 0 refunds and 0 payouts that are not done');
  expect(output).toContain('connector run reconciliation --wait');
  expect(code).toBe(0);
  const rows = await db.selectFrom('stripe_transfer').select(['mirakl_id', 'look_up_first']).orderBy('id').execute();
  expect(rows).toEqual([
    { mirakl_id: 'O-1-A', look_up_first: true },
    { mirakl_id: 'O-2-A', look_up_first: false },
  ]);
});

test('after-restore wants nobody at work meanwhile, and a ledger that was worked with', async ({ world }) => {
  const empty = await connector(environment(world), 'after-restore');
  expect([empty.code, empty.output]).toEqual([1, expect.stringContaining('Nothing has ever been done')]);
  await startWorkers(world, () => Promise.resolve('done'));
  const { code, output } = await connector(environment(world), 'after-restore');
  expect([code, output]).toEqual([1, expect.stringContaining('Workers are at work with this ledger. Stop them first')]);
});
