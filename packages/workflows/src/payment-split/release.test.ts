import { test, type World } from '@connector/testing';
import { describe, expect } from 'vitest';
import { ringWaitingWork } from '../recovery/ring-waiting-work.ts';
import type { SplitRules } from './decide-transfer.ts';
import { planDueOrders } from './plan-due-orders.ts';
import { planNewOrders } from './plan-new-orders.ts';
import { releaseOrder } from './release-order.ts';
import { releaseShop } from './release-shop.ts';
import { retryTransfer } from './retry-transfer.ts';

const rules: SplitRules = { payOutPspCodes: new Set(['OPERATOR']), splitWithoutCharge: false, taxSplit: undefined };
const sweep = { renew: () => Promise.resolve() };
const plan = (world: World) => planNewOrders({ ...world, rules }, { kind: 'product', startDate: 'all' }, sweep);
const weighDue = (world: World) => planDueOrders({ ...world, rules }, { kind: 'product' }, sweep);

async function givenSeller(world: World, mapping: Partial<{ ignored: boolean; kyc_blocked_at: Date }> = {}) {
  const account = world.stripeSimulator.given.account();
  const row = { mirakl_shop_id: 2_000, stripe_account_id: account.id, ...mapping };
  await world.db.insertInto('account_mapping').values(row).execute();
}

function givenPaidOrder(world: World, charge: { captured?: boolean } = {}) {
  const { chargeId } = world.stripeSimulator.given.charge({ amount: 10_000, currency: 'eur', ...charge });
  return world.miraklSimulator.given.productOrder({ shopId: 2_000, transactionNumber: chargeId });
}

const states = async ({ db }: World) =>
  (await db.selectFrom('stripe_transfer').select(['status', 'next_try_at']).orderBy('id').execute()).map(
    ({ status, next_try_at }) => ({ status, next_try_at }),
  );
const sweepsRung = async ({ queues }: World) => (await queues.byName.sweeps.getWaiting()).map(({ name }) => name);

describe('L9: what waits for a seller is due at once when the reason is gone', () => {
  test('a block that was lifted', async ({ world }) => {
    await givenSeller(world, { kyc_blocked_at: world.now() });
    givenPaidOrder(world);
    await plan(world);
    expect(await states(world)).toMatchObject([{ status: 'TRANSFER_ON_HOLD' }]);

    await world.db.updateTable('account_mapping').set({ kyc_blocked_at: null }).execute();
    expect(await releaseShop(world, { shopId: 2_000 })).toBe('held transfers made due');
    expect(await states(world)).toEqual([{ status: 'TRANSFER_ON_HOLD', next_try_at: world.now() }]);
    expect(await sweepsRung(world)).toEqual(['payment-split.plan-due-product-orders']);
    await weighDue(world);
    expect(await states(world)).toMatchObject([{ status: 'TRANSFER_PENDING' }]);
  });

  test('a block whose job was lost in a crash: the recovery sweep asks for it', async ({ world }) => {
    await givenSeller(world);
    await world.db.updateTable('account_mapping').set({ release_due_at: world.now() }).execute();
    await ringWaitingWork({ ...world, notifies: false });
    const released = async () =>
      (await world.queues.byName['payment-split'].getWaiting()).map(({ name, data }) => [name, data]);
    expect(await released()).toEqual([]);
    world.clock.advance(2 * 60_000);
    await ringWaitingWork({ ...world, notifies: false });
    expect(await released()).toEqual([['payment-split.release-shop', { shopId: 2_000 }]]);
    await releaseShop(world, { shopId: 2_000 });
    await world.queues.byName['payment-split'].drain();
    world.clock.advance(2 * 60_000);
    await ringWaitingWork({ ...world, notifies: false });
    expect(await released()).toEqual([]);
  });

  test('an exclusion that was taken back does not bring back what was ignored: that is a person’s decision', async ({
    world,
  }) => {
    await givenSeller(world, { ignored: true });
    givenPaidOrder(world);
    await plan(world);
    expect(await states(world)).toEqual([{ status: 'TRANSFER_IGNORED', next_try_at: null }]);
    await world.db.updateTable('account_mapping').set({ ignored: false }).execute();
    expect(await releaseShop(world, { shopId: 2_000 })).toBe('nothing was held');
    await weighDue(world);
    expect(await states(world)).toEqual([{ status: 'TRANSFER_IGNORED', next_try_at: null }]);

    const { id } = await world.db.selectFrom('stripe_transfer').select('id').executeTakeFirstOrThrow();
    await retryTransfer(world, { transferId: id, actor: 'operator:test' });
    await weighDue(world);
    expect(await states(world)).toMatchObject([{ status: 'TRANSFER_PENDING' }]);
  });

  test('the tax account that was mapped: the taxes of all orders', async ({ world }) => {
    await givenSeller(world);
    const taxRules = { ...rules, taxSplit: { accountId: 'acct_taxes' } };
    const { chargeId } = world.stripeSimulator.given.charge({ amount: 10_000, currency: 'eur' });
    const line = { id: 'L-1', state: 'SHIPPING', total: '100.00', taxes: ['20.00'], shippingTaxes: [] };
    world.miraklSimulator.given.productOrder({ shopId: 2_000, transactionNumber: chargeId, lines: [line] });
    await planNewOrders({ ...world, rules: taxRules }, { kind: 'product', startDate: 'all' }, sweep);
    expect(await states(world)).toMatchObject([{ status: 'TRANSFER_PENDING' }, { status: 'TRANSFER_ON_HOLD' }]);
    world.clock.advance(1_000);
    expect(await releaseShop(world, { shopId: 0 })).toBe('held transfers made due');
    expect(await states(world)).toMatchObject([{}, { next_try_at: world.now() }]);
  });
});

test('a payment that was captured makes the transfers of its commercial order due', async ({ world }) => {
  await givenSeller(world);
  const { commercialId } = givenPaidOrder(world);
  givenPaidOrder(world);
  await plan(world);
  await world.db.updateTable('stripe_transfer').set({ status: 'TRANSFER_ON_HOLD' }).execute();
  world.clock.advance(1_000);
  expect(await releaseOrder(world, { commercialOrderId: commercialId })).toBe('held transfers made due');
  const due = (await states(world)).filter(({ next_try_at }) => next_try_at?.getTime() === world.now().getTime());
  expect(due).toHaveLength(1);
});

test('what becomes due while its order is read stays due: what was read then may be old', async ({ world }) => {
  await givenSeller(world);
  const order = givenPaidOrder(world);
  world.miraklSimulator.changeProductOrder(order.id, { state: 'WAITING_DEBIT_PAYMENT' });
  await plan(world);
  world.clock.advance(5 * 60_000);
  const answer = world.miraklSimulator.faults.add({ path: '/api/orders', kind: 'hold', at: 'after-effect' });
  const round = weighDue(world);
  await answer.reached;
  world.miraklSimulator.changeProductOrder(order.id, { state: 'SHIPPING' });
  world.clock.advance(1_000);
  await releaseOrder(world, { commercialOrderId: order.commercialId });
  answer.release();
  await round;
  expect(await states(world)).toEqual([{ status: 'TRANSFER_ON_HOLD', next_try_at: world.now() }]);
  await weighDue(world);
  expect(await states(world)).toMatchObject([{ status: 'TRANSFER_PENDING' }]);
});

test('something has become of a payment, and the job that tells those who wait is lost: the recovery sweep asks for it', async ({
  world,
}) => {
  const payment = { mirakl_commercial_order_id: 'O-1', stripe_charge_id: 'ch_1', status: 'captured' };
  await world.db
    .insertInto('payment_mapping')
    .values({ ...payment, stripe_amount: 10_000n, release_due_at: world.now() })
    .execute();
  const released = async () => {
    await world.queues.byName['payment-split'].drain();
    await ringWaitingWork({ ...world, notifies: false });
    return (await world.queues.byName['payment-split'].getWaiting()).map(({ name, data }) => [name, data]);
  };
  expect(await released()).toEqual([]);
  world.clock.advance(2 * 60_000);
  expect(await released()).toEqual([['payment-split.release-order', { commercialOrderId: 'O-1' }]]);
  await releaseOrder(world, { commercialOrderId: 'O-1' });
  world.clock.advance(2 * 60_000);
  expect(await released()).toEqual([]);
});
