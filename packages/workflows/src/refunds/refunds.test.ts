import { test, type World } from '@connector/testing';
import { describe, expect } from 'vitest';
import { releaseOrder } from '../payment-split/index.ts';
import {
  confirm,
  givenPaidOrder,
  givenPayment,
  jobs,
  onlyRefund,
  payBack,
  plan,
  refunds,
  reversals,
  sendAll,
  sendReversals,
  split,
  storyOf,
  weighReversals,
} from './refunds-test.ts';
import { releaseOrderRefunds } from './release-order-refunds.ts';
import { releaseShopRefunds } from './release-shop-refunds.ts';
import { retryRefund } from './retry-refund.ts';

test('L34: a hundred refunds cost a handful of calls to Mirakl, and four each to Stripe', async ({ world }) => {
  for (let number = 0; number < 50; number += 1) {
    const commercialId = `O-${String(number).padStart(2, '0')}`;
    const { orderId } = await givenPaidOrder(world, { id: `${commercialId}-A`, commercialId });
    for (const part of ['a', 'b']) world.miraklSimulator.given.refund({ orderId, id: `${commercialId}-${part}` });
  }
  await split(world);
  const [toMirakl, toStripe] = [world.miraklSimulator.requests().length, world.stripeSimulator.requests().length];
  await payBack(world);
  await weighReversals(world);
  await sendReversals(world);
  expect(new Set((await refunds(world)).map(({ status }) => status))).toEqual(new Set(['REFUND_CREATED']));
  expect((await reversals(world)).filter(({ status }) => status === 'TRANSFER_CREATED')).toHaveLength(100);
  const mirakl = world.miraklSimulator.requests().slice(toMirakl);
  expect(mirakl.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'GET /api/payment/refund',
    'PUT /api/payment/refund',
    'GET /api/orders',
  ]);
  expect(world.stripeSimulator.requests().length - toStripe).toBe(400);
  // A round over nothing new costs one listing.
  await plan(world);
  await confirm(world);
  await weighReversals(world, { all: true });
  expect(world.miraklSimulator.requests().length - toMirakl).toBe(4);
});

describe('a person has a refund taken up again', () => {
  const retry = (world: World, refundId: number) => retryRefund(world, { refundId, actor: 'operator:test' });

  test('that waits: it is weighed at once', async ({ world }) => {
    const { id: orderId } = world.miraklSimulator.given.productOrder({ id: 'O-1-A', commercialId: 'O-1' });
    world.miraklSimulator.given.refund({ orderId, id: '1' });
    await plan(world);
    await givenPayment(world, 'O-1');
    const { id } = await onlyRefund(world);
    await retry(world, id);
    expect(await jobs(world, 'sweeps')).toEqual([['refunds.plan-product-refunds', {}]]);
    await plan(world);
    await sendAll(world);
    expect(world.stripeSimulator.refunds()).toHaveLength(1);
    const lines = await world.db.selectFrom('operation_history').select('actor').where('kind', '=', 'refund').execute();
    expect(lines.map(({ actor }) => actor)).toContain('operator:test');
  });

  test('that is on its way: Stripe is asked again', async ({ world }) => {
    const { orderId } = await givenPaidOrder(world, {}, { refundsBegin: 'pending' });
    world.miraklSimulator.given.refund({ orderId, id: '1' });
    await payBack(world);
    await world.queues.byName.refunds.drain();
    const { id, stripe_refund_id: stripeRefundId } = await onlyRefund(world);
    await retry(world, id);
    expect(await jobs(world)).toEqual([['refunds.follow-refund', { stripeRefundId }]]);
  });

  test('L2: whose confirmation failed: only the confirmation is tried', async ({ world }) => {
    const { orderId } = await givenPaidOrder(world);
    world.miraklSimulator.given.refund({ orderId, id: '1' });
    const body = { message: 'Refund 1 is locked' };
    world.miraklSimulator.faults.add({ method: 'PUT', kind: 'answer', status: 400, body });
    await payBack(world);
    await world.queues.byName.refunds.drain();
    const { id } = await onlyRefund(world);
    await retry(world, id);
    expect(await jobs(world)).toEqual([['refunds.confirm-refunds', {}]]);
    await confirm(world);
    expect(await onlyRefund(world)).toMatchObject({ status: 'REFUND_CREATED' });
    expect(world.stripeSimulator.refunds()).toHaveLength(1);
    expect((await storyOf(world, 'refund', id)).at(-1)).toBe('REFUND_CREATED');
  });

  test('but none that is done, will never be, or is not there', async ({ world }) => {
    const { orderId } = await givenPaidOrder(world);
    world.miraklSimulator.given.refund({ orderId, id: '1' });
    await payBack(world);
    const { id } = await onlyRefund(world);
    for (const refundId of [id, id + 1]) {
      await expect(retry(world, refundId)).rejects.toMatchObject({ code: 'refund_not_retriable' });
    }
  });
});

test('one shop’s held refunds are made due, and the sweeps of the kinds that are on are started', async ({ world }) => {
  for (const shopId of [2_000, 2_001]) {
    const { id: orderId } = world.miraklSimulator.given.productOrder({ id: `O-${shopId}`, shopId });
    world.miraklSimulator.given.refund({ orderId, id: String(shopId) });
  }
  await plan(world);
  const deps = { ...world, refundKinds: ['product'] as const };
  expect(await releaseShopRefunds(deps, { shopId: 2_000, run: 'run-1' })).toBe('1 held refunds made due');
  expect((await refunds(world)).map(({ next_try_at }) => (next_try_at ?? 0) <= world.now())).toEqual([true, false]);
  expect(await jobs(world, 'sweeps')).toEqual([
    ['refunds.plan-product-refunds', { run: 'run-1' }],
    ['refunds.plan-reversals', { run: 'run-1' }],
  ]);
});

test('a refund that waits for the payment is due at once when something has become of it', async ({ world }) => {
  const { orderId } = await givenPaidOrder(world, {}, { captured: false });
  world.miraklSimulator.given.refund({ orderId, id: '1' });
  await payBack(world);
  expect(await onlyRefund(world)).toMatchObject({ status: 'REFUND_ON_HOLD' });
  await world.queues.byName.sweeps.drain();
  await releaseOrder(world, { commercialOrderId: 'O-1' });
  expect(await jobs(world)).toContainEqual(['refunds.release-order', { commercialOrderId: 'O-1' }]);
  expect(await releaseOrderRefunds(world, { commercialOrderId: 'O-2' })).toBe('0 held refunds made due');
  expect(await jobs(world, 'sweeps')).not.toContainEqual(['refunds.plan-product-refunds', {}]);
  expect(await releaseOrderRefunds(world, { commercialOrderId: 'O-1' })).toBe('1 held refunds made due');
  expect((await onlyRefund(world)).next_try_at).toEqual(world.now());
  expect(await jobs(world, 'sweeps')).toContainEqual(['refunds.plan-product-refunds', {}]);
});
