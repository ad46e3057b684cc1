import { test, type World } from '@connector/testing';
import { describe, expect } from 'vitest';
import { ringWaitingWork } from '../recovery/ring-waiting-work.ts';
import { receiveEvent } from '../stripe-events/index.ts';
import { followRefund } from './follow-refund.ts';
import {
  confirm,
  givenPaidOrder,
  hourMs,
  jobs,
  minuteMs,
  onlyRefund,
  plan,
  puts,
  sendAll,
  storyOf,
} from './refunds-test.ts';

/** A refund of 10.00 that was made on Stripe and has this status there. */
async function madeRefund(world: World, refundsBegin: 'pending' | 'requires_action' | 'succeeded' = 'pending') {
  const { orderId } = await givenPaidOrder(world, {}, { refundsBegin });
  world.miraklSimulator.given.refund({ orderId, id: '1110' });
  await plan(world);
  await sendAll(world);
  await world.queues.byName.refunds.drain();
  return (await onlyRefund(world)).stripe_refund_id ?? expect.fail('no refund was made');
}

/** Stripe's events about refunds reach the operator's endpoint. */
async function deliver(world: World): Promise<void> {
  for (const { event } of world.stripeSimulator.events()) {
    if (!event.type.startsWith('refund.')) continue;
    const object = event.data.object as { id?: string };
    await receiveEvent({ ...world, metadataKey: 'order' }, 'operator', {
      ...{ id: event.id, type: event.type, account: event.account, objectId: object.id, object: { ...object } },
    });
  }
}

const follow = (world: World, stripeRefundId: string) => followRefund(world, { stripeRefundId });

describe('L13: Mirakl hears of a refund only once the buyer gets his money', () => {
  test.for(['pending', 'requires_action'] as const)('one that is %s waits', async (status, { world }) => {
    await madeRefund(world, status);
    expect(await confirm(world)).toBe('no product refund to confirm, no service refund to confirm');
    expect(puts(world)).toEqual([]);
    const row = await onlyRefund(world);
    expect(row).toMatchObject({ status: 'REFUND_PENDING', paid_back_at: null, status_reason: null });
    expect((await storyOf(world, 'refund', row.id)).at(-1)).toContain(`its status is ${status}`);
  });

  test('the webhook that says that it has succeeded has it looked at and confirmed', async ({ world }) => {
    const id = await madeRefund(world);
    world.stripeSimulator.settleRefund(id, 'succeeded');
    await deliver(world);
    expect(await jobs(world)).toEqual([['refunds.follow-refund', { stripeRefundId: id }]]);
    expect(await follow(world, id)).toBe('paid back');
    expect(await jobs(world)).toContainEqual(['refunds.confirm-refunds', {}]);
    await confirm(world);
    expect(await onlyRefund(world)).toMatchObject({ status: 'REFUND_CREATED', stripe_refund_id: id });
    expect(world.miraklSimulator.refunds()).toMatchObject([{ state: 'REFUNDED', transactionNumber: id }]);
    expect(await follow(world, id)).toBe('known already');
  });

  test('one that fails is tried again as a new refund after a pause', async ({ world }) => {
    const id = await madeRefund(world);
    world.stripeSimulator.settleRefund(id, 'failed');
    await deliver(world);
    const reason = `Refund ${id} failed: expired_or_canceled_card`;
    expect(await follow(world, id)).toBe(reason);
    const row = await onlyRefund(world);
    expect(row).toMatchObject({ status: 'REFUND_FAILED', status_reason: reason, stripe_refund_id: null, round: 1 });
    expect(row.next_try_at).toEqual(new Date(world.now().getTime() + 5 * minuteMs));
    expect(await confirm(world)).toContain('no product refund to confirm');
    expect(puts(world)).toEqual([]);

    world.clock.advance(5 * minuteMs);
    await plan(world);
    await sendAll(world);
    const second = world.stripeSimulator.refunds()[1];
    expect(world.stripeSimulator.refunds().map(({ status }) => status)).toEqual(['failed', 'pending']);
    world.stripeSimulator.settleRefund(second?.id ?? '', 'succeeded');
    await follow(world, second?.id ?? '');
    await confirm(world);
    expect(world.miraklSimulator.refunds()).toMatchObject([{ state: 'REFUNDED', transactionNumber: second?.id }]);
  });

  test('one that was cancelled is no refund either', async ({ world }) => {
    const id = await madeRefund(world, 'requires_action');
    world.stripeSimulator.settleRefund(id, 'canceled');
    await follow(world, id);
    expect(await onlyRefund(world)).toMatchObject({
      status: 'REFUND_FAILED',
      status_reason: `Refund ${id} canceled: merchant_request`,
    });
  });

  test('one that fails after Mirakl has heard of it is owed to the buyer all the same, and Mirakl is not told twice', async ({
    world,
  }) => {
    const id = await madeRefund(world, 'succeeded');
    await confirm(world);
    world.stripeSimulator.settleRefund(id, 'failed');
    await follow(world, id);
    expect(await onlyRefund(world)).toMatchObject({ status: 'REFUND_FAILED', stripe_refund_id: null });

    // Mirakl does not list it any more.
    world.clock.advance(5 * minuteMs);
    await plan(world);
    await sendAll(world);
    const second = world.stripeSimulator.refunds()[1];
    expect(await onlyRefund(world)).toMatchObject({ status: 'REFUND_CREATED', stripe_refund_id: second?.id });
    await confirm(world);
    expect(puts(world)).toHaveLength(1);
  });
});

describe('without a webhook', () => {
  test('the recovery sweep asks again, with pauses that grow with the age', async ({ world }) => {
    const id = await madeRefund(world);
    const asked: number[] = [];
    const startedAt = world.now().getTime();
    for (let minute = 0; minute < 24 * 60; minute += 1) {
      await ringWaitingWork({ ...world, notifies: false });
      if ((await jobs(world)).length > 0) {
        asked.push((world.now().getTime() - startedAt) / minuteMs);
        await world.queues.byName.refunds.drain();
        await follow(world, id);
      }
      world.clock.advance(5 * minuteMs);
    }
    const pauses = asked.slice(1).map((minute, index) => minute - (asked[index] ?? 0));
    expect(asked[0]).toBe(5);
    expect(pauses[0]).toBe(5);
    expect(Math.max(...pauses)).toBe(360);
    expect(asked.length).toBeLessThan(80);
  });

  test('a refund of the old connector whose confirmation failed is looked at, and then only confirmed', async ({
    world,
  }) => {
    const { orderId, chargeId } = await givenPaidOrder(world);
    world.miraklSimulator.given.refund({ orderId, id: '1' });
    const made = await fetch(`${world.stripeSimulator.url}/v1/refunds`, {
      method: 'POST',
      headers: { authorization: `Bearer ${world.stripeSimulator.apiKey}` },
      body: new URLSearchParams({ charge: chargeId, amount: '1000' }),
    });
    const { id } = (await made.json()) as { id: string };
    await world.db
      .insertInto('stripe_refund')
      .values({
        ...{ amount: 1_000n, currency: 'eur', mirakl_refund_id: '1', mirakl_order_id: orderId },
        ...{ status: 'REFUND_FAILED', status_reason: 'Mirakl said 500', stripe_refund_id: id },
      })
      .execute();
    await plan(world);
    await sendAll(world);
    await ringWaitingWork({ ...world, notifies: false });
    expect(await jobs(world)).toEqual([['refunds.follow-refund', { stripeRefundId: id }]]);
    expect(await follow(world, id)).toBe('paid back');
    await confirm(world);
    expect(await onlyRefund(world)).toMatchObject({ status: 'REFUND_CREATED' });
    expect(world.stripeSimulator.refunds()).toHaveLength(1);
  });
});

test('a refund that Stripe does not show, or whose state we do not know, is not taken for failed', async ({
  world,
}) => {
  const id = await madeRefund(world);
  const body = { id, object: 'refund', amount: 1_000, currency: 'eur', status: 'dancing', metadata: {}, created: 1 };
  world.stripeSimulator.faults.add({ method: 'GET', path: /refunds/, kind: 'answer', status: 200, body });
  expect(await follow(world, id)).toBe(`Unexpected value dancing of the status of ${id}`);
  expect(await onlyRefund(world)).toMatchObject({ status: 'REFUND_PENDING', stripe_refund_id: id });

  await world.db.updateTable('stripe_refund').set({ stripe_refund_id: 're_missing' }).execute();
  expect(await follow(world, 're_missing')).toBe("No such refund: 're_missing'");
  expect(await onlyRefund(world)).toMatchObject({
    ...{ status: 'REFUND_PENDING', stripe_refund_id: 're_missing', status_reason: "No such refund: 're_missing'" },
    next_try_at: new Date(world.now().getTime() + 5 * minuteMs),
  });
  expect(await follow(world, 're_foreign')).toBe('no refund of ours');
});

test('an outage of Stripe decides nothing', async ({ world }) => {
  const id = await madeRefund(world);
  world.stripeSimulator.faults.add({ method: 'GET', path: /refunds/, kind: 'cut-before-effect', times: 5 });
  await expect(follow(world, id)).rejects.toMatchObject({ retryable: true });
  expect(await onlyRefund(world)).toMatchObject({ status: 'REFUND_PENDING', stripe_refund_id: id });
  world.clock.advance(hourMs);
  await ringWaitingWork({ ...world, notifies: false });
  expect(await jobs(world)).toEqual([['refunds.follow-refund', { stripeRefundId: id }]]);
});
