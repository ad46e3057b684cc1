import { test, type World } from '@connector/testing';
import { describe, expect } from 'vitest';
import { follow as followAccount, hear as hearOfAccount } from '../kyc/kyc-test.ts';
import { receiveEvent } from '../stripe-events/index.ts';
import { followPayout } from './follow-payout.ts';
import { releaseSettlement } from './release-settlement.ts';
import { retryPayout } from './retry-settlement.ts';
import {
  dayMs,
  givenSeller,
  minuteMs,
  movements,
  plan,
  posts,
  settle,
  settleOnce,
  statesOf,
} from './settlement-test.ts';

const closed = { code: 'account_closed', message: 'The bank account has been closed' };
const passing = { code: 'could_not_process', message: 'The bank could not process this payout' };

const follow = (world: World, payoutId: string, accountId: string) => followPayout(world, { payoutId, accountId });
const jobs = async ({ queues }: World) =>
  (await queues.byName.settlement.getWaiting()).map(({ name, data }) => [name, data]);

/** A seller whose invoice 7 was paid out. */
async function givenPayout(world: World) {
  const { accountId } = await givenSeller(world, { funds: 8_500 });
  world.miraklSimulator.given.invoice({ invoiceId: 7 });
  await plan(world);
  await settle(world);
  await world.queues.byName.settlement.drain();
  const payoutId = world.stripeSimulator.payouts()[0]?.id ?? expect.fail('a payout was made');
  return { accountId, payoutId };
}

test('an event of a payout is followed by a look at it, and dealt with', async ({ world }) => {
  const { accountId, payoutId } = await givenPayout(world);
  world.stripeSimulator.failPayout(payoutId, passing);
  const event = { id: 'evt_1', type: 'payout.failed', account: accountId, objectId: payoutId, object: {} };
  await receiveEvent({ ...world, metadataKey: 'order' }, 'sellers', event);
  expect(await jobs(world)).toEqual([['settlement.follow-payout', { payoutId, accountId }]]);
  expect(await follow(world, payoutId, accountId)).toBe('failed');
  expect(await world.db.selectFrom('stripe_event').selectAll().execute()).toMatchObject([
    { id: 'evt_1', outcome: 'failed', handled_at: world.now() },
  ]);
});

test('a payout that fails at the bank, days after it was paid, is paid again as a new payout', async ({ world }) => {
  const { accountId, payoutId } = await givenPayout(world);
  world.stripeSimulator.settlePayout(payoutId, 'paid');
  expect(await follow(world, payoutId, accountId)).toBe('paid');
  expect((await statesOf(world, 7)).PAYOUT).toBe('CREATED');
  world.clock.advance(5 * dayMs);
  world.stripeSimulator.failPayout(payoutId, passing);
  expect(await follow(world, payoutId, accountId)).toBe('failed');
  expect((await movements(world)).payouts).toMatchObject([
    {
      ...{ status: 'PAYOUT_FAILED', status_reason: 'could_not_process: The bank could not process this payout' },
      next_try_at: new Date(world.now().getTime() + 5 * minuteMs),
    },
  ]);
  expect(await settleOnce(world)).toBe('nothing is due');
  world.clock.advance(5 * minuteMs);
  await settle(world);
  expect(world.stripeSimulator.payouts().map(({ amount, status }) => [amount, status])).toEqual([
    [8_500, 'failed'],
    [8_500, 'pending'],
  ]);
  expect(posts(world).map(({ idempotencyKey }) => idempotencyKey)).toEqual([
    'connector/PAYOUT/7/0',
    'connector/PAYOUT/7/1',
  ]);
  expect((await movements(world)).payouts[0]?.payout_id).toBe(world.stripeSimulator.payouts()[1]?.id);
});

test('a look for the new payout does not take the failed one for it', async ({ world }) => {
  const { accountId, payoutId } = await givenPayout(world);
  world.stripeSimulator.failPayout(payoutId, passing);
  await follow(world, payoutId, accountId);
  world.clock.advance(5 * minuteMs);
  world.stripeSimulator.faults.add({ method: 'POST', path: '/v1/payouts', kind: 'cut-before-effect', times: 2 });
  await expect(settleOnce(world)).rejects.toThrow();
  world.clock.advance(dayMs);
  await settle(world);
  expect(world.stripeSimulator.payouts().map(({ status }) => status)).toEqual(['failed', 'pending']);
  expect((await movements(world)).payouts[0]?.payout_id).toBe(world.stripeSimulator.payouts()[1]?.id);
});

describe('L11: the failure of a payout is not lost', () => {
  test('when it comes before our row knows the id', async ({ world }) => {
    const { accountId } = await givenSeller(world, { funds: 8_500 });
    world.miraklSimulator.given.invoice({ invoiceId: 7 });
    await plan(world);
    world.stripeSimulator.faults.add({ method: 'POST', path: '/v1/payouts', kind: 'cut-after-effect', times: 2 });
    await expect(settleOnce(world)).rejects.toThrow();
    const payoutId = world.stripeSimulator.payouts()[0]?.id ?? expect.fail('a payout was made');
    world.stripeSimulator.failPayout(payoutId, passing);
    expect(await follow(world, payoutId, accountId)).toBe('failed');
    expect((await movements(world)).payouts).toMatchObject([{ status: 'PAYOUT_FAILED', payout_id: payoutId }]);
    world.clock.advance(5 * minuteMs);
    await settle(world);
    expect(world.stripeSimulator.payouts().map(({ status }) => status)).toEqual(['failed', 'pending']);
  });

  test('nor counted twice: a replay of it touches neither the next round nor its payout', async ({ world }) => {
    const { accountId, payoutId } = await givenPayout(world);
    world.stripeSimulator.failPayout(payoutId, passing);
    await follow(world, payoutId, accountId);
    expect(await follow(world, payoutId, accountId)).toBe('failed, and known or none of ours');
    world.clock.advance(5 * minuteMs);
    world.stripeSimulator.faults.add({ method: 'POST', path: '/v1/payouts', kind: 'cut-after-effect', times: 2 });
    await expect(settleOnce(world)).rejects.toThrow();
    expect(await follow(world, payoutId, accountId)).toBe('failed, and known or none of ours');
    world.clock.advance(minuteMs);
    await settle(world);
    expect(await follow(world, payoutId, accountId)).toBe('failed, and known or none of ours');
    expect((await statesOf(world, 7)).PAYOUT).toBe('CREATED');
    expect(world.stripeSimulator.payouts()).toHaveLength(2);
  });

  test('of an earlier round, when it is heard of late', async ({ world }) => {
    const { accountId, payoutId } = await givenPayout(world);
    for (const round of [1, 2]) {
      const last = world.stripeSimulator.payouts().at(-1)?.id ?? '';
      world.stripeSimulator.failPayout(last, passing);
      await follow(world, last, accountId);
      world.clock.advance(round * 10 * minuteMs);
      if (round === 2)
        world.stripeSimulator.faults.add({ method: 'POST', path: '/v1/payouts', kind: 'cut-after-effect', times: 2 });
      await settleOnce(world).catch(() => 'thrown');
    }
    expect((await statesOf(world, 7)).PAYOUT).toBe('PENDING');
    expect(await follow(world, payoutId, accountId)).toBe('failed, and known or none of ours');
    world.clock.advance(minuteMs);
    await settle(world);
    expect(world.stripeSimulator.payouts().map(({ status }) => status)).toEqual(['failed', 'failed', 'pending']);
  });

  test('of the old connector’s payouts', async ({ world }) => {
    const { accountId, payoutId } = await givenPayout(world);
    await world.db
      .updateTable('stripe_payout')
      .set({ mirakl_shop_id: null, decided_at: null, look_up_first: true })
      .execute();
    world.stripeSimulator.failPayout(payoutId, passing);
    expect(await follow(world, payoutId, accountId)).toBe('failed');
    world.clock.advance(5 * minuteMs);
    await settle(world);
    expect(world.stripeSimulator.payouts().map(({ status }) => status)).toEqual(['failed', 'pending']);
  });

  test('but a seller cannot make that of another one fail', async ({ world }) => {
    const { payoutId } = await givenPayout(world);
    const { accountId: other } = await givenSeller(world, { shopId: 2_001, funds: 100 });
    const row = { mirakl_shop_id: 2_001, mirakl_created_date: '2026-11-01 00:00:00', mirakl_invoice_id: 8 };
    await world.db
      .insertInto('stripe_payout')
      .values({ ...row, status: 'PAYOUT_CREATED', payout_id: payoutId, account_mapping_id: 2 })
      .execute();
    world.stripeSimulator.failPayout(payoutId, passing);
    expect(await follow(world, payoutId, other)).toMatch(/^ignored: No such payout/);
    expect((await statesOf(world, 8)).PAYOUT).toBe('CREATED');
  });
});

describe('L11: a dead bank account is not tried again and again', () => {
  const givenDead = async (world: World) => {
    const seller = await givenPayout(world);
    world.stripeSimulator.changeBankAccount(seller.accountId, 'ba_1');
    await followAccount(world, seller.accountId);
    world.stripeSimulator.failPayout(seller.payoutId, closed);
    await follow(world, seller.payoutId, seller.accountId);
    await world.queues.byName['payment-split'].drain();
    await world.queues.byName.settlement.drain();
    return seller;
  };
  test('it pauses, whatever the sweeps do', async ({ world }) => {
    await givenDead(world);
    for (let day = 0; day < 10; day += 1) {
      world.clock.advance(dayMs);
      await plan(world, { all: true });
      await settle(world);
    }
    expect((await movements(world)).payouts).toMatchObject([
      { status: 'PAYOUT_FAILED', status_reason: 'account_closed: The bank account has been closed', next_try_at: null },
    ]);
    expect(world.stripeSimulator.payouts()).toHaveLength(1);
  });

  test('it goes on when the seller has another bank account', async ({ world }) => {
    const { accountId } = await givenDead(world);
    world.clock.advance(dayMs);
    await hearOfAccount(world, accountId, 'evt_same');
    await followAccount(world, accountId);
    expect(await world.queues.byName['payment-split'].getWaiting()).toEqual([]);

    world.stripeSimulator.changeBankAccount(accountId, 'ba_2');
    await hearOfAccount(world, accountId, 'evt_other');
    await followAccount(world, accountId);
    expect(await world.queues.byName['payment-split'].getWaiting()).toMatchObject([
      { name: 'payment-split.release-shop', data: { shopId: 2_000 } },
    ]);
    await releaseSettlement(world, { shopId: 2_000 });
    await settle(world);
    expect(world.stripeSimulator.payouts().map(({ status }) => status)).toEqual(['failed', 'pending']);
  });

  test('it goes on when the account was never looked at before, for its bank account may be another one', async ({
    world,
  }) => {
    const { accountId, payoutId } = await givenPayout(world);
    world.stripeSimulator.failPayout(payoutId, closed);
    await follow(world, payoutId, accountId);
    world.stripeSimulator.changeBankAccount(accountId, 'ba_2');
    await hearOfAccount(world, accountId, 'evt_first');
    await followAccount(world, accountId);
    expect(await world.queues.byName['payment-split'].getWaiting()).toMatchObject([
      { name: 'payment-split.release-shop', data: { shopId: 2_000 } },
    ]);
    await releaseSettlement(world, { shopId: 2_000 });
    await settle(world);
    expect(world.stripeSimulator.payouts().map(({ status }) => status)).toEqual(['failed', 'pending']);
  });

  test('it goes on when a person asks for it', async ({ world }) => {
    await givenDead(world);
    const { id } = await world.db.selectFrom('stripe_payout').select('id').executeTakeFirstOrThrow();
    await retryPayout(world, { payoutId: id, actor: 'operator:test' });
    expect(await jobs(world)).toEqual([['settlement.settle-seller', { shopId: 2_000 }]]);
    await settle(world);
    expect((await statesOf(world, 7)).PAYOUT).toBe('CREATED');
  });
});

test('an invoice that Mirakl takes for paid because we paid it is paid again when the bank has sent it back', async ({
  world,
}) => {
  const { accountId, payoutId } = await givenPayout(world);
  world.miraklSimulator.changeInvoice(7, { paymentState: 'PAID' });
  world.clock.advance(5 * dayMs);
  world.stripeSimulator.failPayout(payoutId, passing);
  await follow(world, payoutId, accountId);
  await plan(world);
  world.clock.advance(5 * minuteMs);
  await settle(world);
  expect((await statesOf(world, 7)).PAYOUT).toBe('CREATED');
  expect(world.stripeSimulator.payouts()).toHaveLength(2);
});

test('a payout that cannot be reached is left alone, and one that may be later is asked for again', async ({
  world,
}) => {
  const { accountId } = await givenPayout(world);
  expect(await follow(world, 'po_none', accountId)).toMatch(/^ignored: No such payout/);
  world.stripeSimulator.faults.add({
    path: /payouts/,
    kind: 'answer',
    status: 500,
    body: { error: { type: 'api_error' } },
  });
  await expect(follow(world, 'po_none', accountId)).rejects.toMatchObject({ retryable: true });
});
