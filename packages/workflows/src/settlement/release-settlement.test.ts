import { test, type World } from '@connector/testing';
import { describe, expect } from 'vitest';
import { releaseShop } from '../payment-split/index.ts';
import { followPayout } from './follow-payout.ts';
import { releaseSettlement } from './release-settlement.ts';
import { requestSettlement } from './request-settlement.ts';
import { retryInvoiceTransfer, retryPayout } from './retry-settlement.ts';
import { dayMs, givenSeller, movements, plan, settle, statesOf } from './settlement-test.ts';

const actor = 'operator:test';
const parts = { subscription: '-10.00' };
const set = (
  { db }: World,
  mapping: Partial<{ payout_enabled: boolean; ignored: boolean; kyc_blocked_at: Date | null }>,
) => db.updateTable('account_mapping').set(mapping).execute();
const jobs = async ({ queues }: World) =>
  (await queues.byName.settlement.getWaiting()).map(({ name, data }) => [name, data]);
const payoutRow = ({ db }: World) => db.selectFrom('stripe_payout').selectAll().executeTakeFirstOrThrow();

test('payouts that are disabled and later enabled: the fee is taken at once, the payout waits', async ({ world }) => {
  await givenSeller(world, { funds: 100_000 });
  await set(world, { payout_enabled: false });
  world.miraklSimulator.given.invoice({ invoiceId: 7, parts });
  await plan(world);
  await settle(world);
  expect(await statesOf(world, 7)).toMatchObject({
    ...{ SUBSCRIPTION: 'CREATED', PAYOUT: 'ON_HOLD: Payouts are disabled shop ID 2000' },
  });
  await set(world, { payout_enabled: true });
  expect(await releaseSettlement(world, { shopId: 2_000 })).toBe('held transfers and payouts of invoices made due');
  await settle(world);
  expect((await statesOf(world, 7)).PAYOUT).toBe('CREATED');
  expect(await releaseSettlement(world, { shopId: 2_000 })).toBe('nothing was held');
});

test('that payouts are disabled may be known to Stripe first: then it is a hold, and no failure', async ({ world }) => {
  const { accountId } = await givenSeller(world, { funds: 100_000 });
  world.stripeSimulator.changeAccount(accountId, { payouts_enabled: false });
  world.miraklSimulator.given.invoice({ invoiceId: 7 });
  await plan(world);
  await settle(world);
  expect((await statesOf(world, 7)).PAYOUT).toBe('ON_HOLD: Payouts are disabled shop ID 2000');
});

describe('L9: what waits for a seller is due at once when the reason is gone', () => {
  test('a block that was lifted', async ({ world }) => {
    await givenSeller(world, { funds: 100_000 });
    await set(world, { kyc_blocked_at: world.now() });
    world.miraklSimulator.given.invoice({ invoiceId: 7, parts });
    await plan(world);
    await settle(world);
    expect(await statesOf(world, 7)).toMatchObject({
      SUBSCRIPTION: 'ON_HOLD: Payouts are disabled shop ID 2000',
      PAYOUT: 'ON_HOLD: Payouts are disabled shop ID 2000',
    });
    await set(world, { kyc_blocked_at: null });
    await releaseShop(world, { shopId: 2_000 });
    expect(await jobs(world)).toContainEqual(['settlement.release-shop', { shopId: 2_000 }]);
    await releaseSettlement(world, { shopId: 2_000 });
    await settle(world);
    expect(await statesOf(world, 7)).toMatchObject({ SUBSCRIPTION: 'CREATED', PAYOUT: 'CREATED' });
  });

  test('a shop that has got an account', async ({ world }) => {
    world.miraklSimulator.given.invoice({ invoiceId: 7, parts });
    await plan(world);
    expect((await statesOf(world, 7)).PAYOUT).toBe('ON_HOLD: Cannot find Stripe account for shop ID 2000');
    const { accountId } = await givenSeller(world, { funds: 100_000 });
    await releaseSettlement(world, { shopId: 2_000 });
    await settle(world);
    expect(await statesOf(world, 7)).toMatchObject({ SUBSCRIPTION: 'CREATED', PAYOUT: 'CREATED' });
    const [payout] = world.stripeSimulator.payouts(accountId);
    world.stripeSimulator.failPayout(payout?.id ?? '', { code: 'declined', message: 'The bank declined it' });
    expect(await followPayout(world, { payoutId: payout?.id ?? '', accountId })).toBe('failed');
  });

  test('a shop that is excluded before its invoice is settled is left out, transfers and payout', async ({ world }) => {
    await givenSeller(world, { funds: 100_000 });
    world.miraklSimulator.given.invoice({ invoiceId: 7, parts });
    await plan(world);
    await set(world, { ignored: true });
    await settle(world);
    expect(await statesOf(world, 7)).toMatchObject({
      ...{ SUBSCRIPTION: 'IGNORED: Shop 2000 is ignored', PAYOUT: 'ABORTED: Shop 2000 is ignored' },
    });
    await set(world, { ignored: false });
    await releaseSettlement(world, { shopId: 2_000 });
    await settle(world);
    expect(world.stripeSimulator.payouts()).toEqual([]);
  });
});

describe('a person who asks', () => {
  test('for the payout of a shop that was excluded gets all of its invoice, and the story says who it was', async ({
    world,
  }) => {
    await givenSeller(world, { funds: 100_000 });
    await set(world, { ignored: true });
    world.miraklSimulator.given.invoice({ invoiceId: 7, parts });
    await plan(world);
    await set(world, { ignored: false });
    await retryPayout(world, { payoutId: (await payoutRow(world)).id, actor });
    // Its amount was never looked at: Mirakl is asked first.
    expect(await jobs(world)).toEqual([]);
    expect(await world.queues.byName.sweeps.getWaiting()).toMatchObject([{ name: 'settlement.plan-invoices' }]);
    world.clock.advance(dayMs);
    await plan(world);
    await settle(world);
    expect(await statesOf(world, 7)).toMatchObject({ SUBSCRIPTION: 'CREATED', PAYOUT: 'CREATED' });
    const story = await world.db.selectFrom('operation_history').selectAll().where('actor', '=', actor).execute();
    expect(story.map(({ kind, to_status }) => [kind, to_status])).toEqual([
      ['payout', 'PAYOUT_ON_HOLD'],
      ...Array.from({ length: 3 }, () => ['transfer', 'TRANSFER_ON_HOLD']),
    ]);
  });

  test('for a fee that waits gets it tried at once', async ({ world }) => {
    const { accountId } = await givenSeller(world);
    world.miraklSimulator.given.invoice({ invoiceId: 7, parts });
    await plan(world);
    await settle(world);
    world.stripeSimulator.given.funds({ amount: 10_000, currency: 'eur', account: accountId });
    await world.queues.byName.settlement.drain();
    const { id } = await world.db
      .selectFrom('stripe_transfer')
      .select('id')
      .where('status', '=', 'TRANSFER_ON_HOLD')
      .executeTakeFirstOrThrow();
    expect(await retryInvoiceTransfer(world, { transferId: id, actor })).toBe(true);
    expect(await jobs(world)).toEqual([['settlement.settle-seller', { shopId: 2_000 }]]);
    await settle(world);
    expect(await statesOf(world, 7)).toMatchObject({ SUBSCRIPTION: 'CREATED', PAYOUT: 'CREATED' });
  });

  test('cannot ask for what is done, will never be, or is none of an invoice', async ({ world }) => {
    await givenSeller(world, { funds: 100_000 });
    world.miraklSimulator.given.invoice({ invoiceId: 7, parts });
    await plan(world);
    await settle(world);
    const { id: payoutId } = await payoutRow(world);
    await expect(retryPayout(world, { payoutId, actor })).rejects.toMatchObject({ code: 'payout_not_retriable' });
    await expect(retryPayout(world, { payoutId: 99, actor })).rejects.toMatchObject({ code: 'payout_not_retriable' });
    await world.db
      .updateTable('stripe_payout')
      .set({ status: 'PAYOUT_ABORTED', status_reason: 'No shop ID provided' })
      .execute();
    await expect(retryPayout(world, { payoutId, actor })).rejects.toMatchObject({ code: 'payout_not_retriable' });
    const order = { type: 'TRANSFER_PRODUCT_ORDER', mirakl_id: 'O-1-A', status: 'TRANSFER_FAILED' };
    const { id } = await world.db.insertInto('stripe_transfer').values(order).returning('id').executeTakeFirstOrThrow();
    expect(await retryInvoiceTransfer(world, { transferId: id, actor })).toBe(false);
  });

  test('for one shop has what waits there tried at once, by what the ledger knows', async ({ world }) => {
    const { accountId } = await givenSeller(world);
    world.miraklSimulator.given.invoice({ invoiceId: 7 });
    world.miraklSimulator.given.invoice({ invoiceId: 8, shopId: 2_001 });
    await plan(world);
    await settle(world);
    world.stripeSimulator.given.funds({ amount: 10_000, currency: 'eur', account: accountId });
    await world.queues.byName.settlement.drain();
    const before = (await movements(world)).payouts[1];
    expect(await requestSettlement(world, { shopId: 2_000, run: 'run-1' })).toBe(1);
    expect(await jobs(world)).toEqual([['settlement.settle-seller', { shopId: 2_000, run: 'run-1' }]]);
    await settle(world);
    expect((await statesOf(world, 7)).PAYOUT).toBe('CREATED');
    expect((await movements(world)).payouts[1]).toEqual(before);
    expect(world.miraklSimulator.requests()).toHaveLength(1);
  });
});
