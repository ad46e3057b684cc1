import { test, type World } from '@connector/testing';
import { describe, expect } from 'vitest';
import { ringWaitingWork } from '../recovery/ring-waiting-work.ts';
import { followRefund } from './follow-refund.ts';
import {
  givenPaidOrder,
  hourMs,
  jobs,
  minuteMs,
  onlyReversal,
  payBack,
  posts,
  reversals,
  sendReversals,
  split,
  weighReversals,
} from './refunds-test.ts';
import { sendReversal } from './send-reversal.ts';

/** A reversal of 8.50 that is ready to be sent, of a transfer of 85.00. */
async function pendingReversal(world: World) {
  const { orderId, accountId } = await givenPaidOrder(world);
  await split(world);
  world.miraklSimulator.given.refund({ orderId, id: '1110' });
  await payBack(world);
  await weighReversals(world);
  await world.queues.byName.refunds.drain();
  const transfer = world.stripeSimulator.transfers()[0] ?? expect.fail('no transfer');
  return { transferId: (await onlyReversal(world)).id, accountId, transfer };
}

const reversing = { method: 'POST', path: /\/reversals$/ } as const;
const reversalPosts = (world: World) => posts(world, /\/reversals$/);
const made = ({ stripeSimulator }: World) => stripeSimulator.transfers().flatMap((transfer) => transfer.reversals.data);

/** Takes back so much of a transfer, as somebody does in Stripe's dashboard. */
async function takeBack({ stripeSimulator }: World, transferId: string, amount: number, metadata = {}): Promise<void> {
  await fetch(`${stripeSimulator.url}/v1/transfers/${transferId}/reversals`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stripeSimulator.apiKey}` },
    body: new URLSearchParams({ amount: String(amount), ...metadata }),
  });
}

test('the share comes back from the transfer that it went by, and says what for', async ({ world }) => {
  const { transferId, transfer } = await pendingReversal(world);
  expect(await sendReversal(world, { transferId })).toBe('done');
  expect(made(world)).toMatchObject([
    {
      amount: 850,
      metadata: {
        ...{ miraklId: '1110', miraklRefundId: '1110', miraklOrderId: 'O-1-A', miraklCommercialOrderId: 'O-1' },
        ...{ miraklShopId: '2000', pluginName: 'stripe-mirakl-connector', pluginVersion: world.version },
      },
    },
  ]);
  expect(await onlyReversal(world)).toMatchObject({
    ...{ status: 'TRANSFER_CREATED', transfer_id: made(world)[0]?.id, transaction_id: transfer.id },
    ...{ idempotency_key: null, claimed_until: null, next_try_at: null },
  });
  expect(reversalPosts(world).map(({ idempotencyKey }) => idempotencyKey)).toEqual([
    'connector/TRANSFER_REFUND/1110/0',
  ]);
});

test('L3: it is made once, even when several workers take its job', async ({ world }) => {
  const { transferId } = await pendingReversal(world);
  const outcomes = await Promise.allSettled([1, 2, 3, 4].map(() => sendReversal(world, { transferId })));
  expect(outcomes.filter((outcome) => outcome.status === 'fulfilled' && outcome.value === 'done')).toHaveLength(1);
  expect(await sendReversal(world, { transferId })).toBe('already handled');
  expect(made(world)).toHaveLength(1);
});

describe('L1: a lost answer never leads to a second reversal', () => {
  test('the connection breaks after Stripe has made it', async ({ world }) => {
    const { transferId } = await pendingReversal(world);
    world.stripeSimulator.faults.add({ ...reversing, kind: 'cut-after-effect', times: 2 });
    await expect(sendReversal(world, { transferId })).rejects.toMatchObject({ code: 'stripe_unknown_outcome' });
    await weighReversals(world, { all: true });
    expect(await sendReversal({ ...world, version: '99.0.0' }, { transferId })).toBe('done');
    expect(made(world)).toHaveLength(1);
  });

  test('the worker dies before the call', async ({ world }) => {
    const { transferId } = await pendingReversal(world);
    const hold = world.stripeSimulator.faults.add({ method: 'GET', kind: 'hold' });
    const dying = sendReversal(world, { transferId }).catch(() => 'died');
    await hold.reached;
    await expect(sendReversal(world, { transferId })).rejects.toMatchObject({ code: 'claimed_elsewhere' });
    world.clock.advance(minuteMs);
    expect(await sendReversal(world, { transferId })).toBe('done');
    hold.release();
    await dying;
    expect(made(world)).toHaveLength(1);
  });

  test('the worker dies between the answer and the record', async ({ world }) => {
    const { transferId } = await pendingReversal(world);
    const hold = world.stripeSimulator.faults.add({ ...reversing, kind: 'hold', at: 'after-effect' });
    const dying = sendReversal(world, { transferId }).catch(() => 'died');
    await hold.reached;
    world.clock.advance(minuteMs);
    const { idempotency_key, request, first_sent_at, claimed_until } = await onlyReversal(world);
    hold.release();
    await dying;
    await world.db
      .updateTable('stripe_transfer')
      .set({ status: 'TRANSFER_PENDING', transfer_id: null })
      .set({ idempotency_key, request: JSON.stringify(request), first_sent_at, claimed_until })
      .where('id', '=', transferId)
      .execute();
    expect(await sendReversal(world, { transferId })).toBe('done');
    expect(made(world)).toHaveLength(1);
    expect((await onlyReversal(world)).transfer_id).toBe(made(world)[0]?.id);
  });

  test('a day later a look among the reversals of the transfer finds it', async ({ world }) => {
    const { transferId, transfer } = await pendingReversal(world);
    await takeBack(world, transfer.id, 100);
    world.stripeSimulator.faults.add({ ...reversing, kind: 'cut-after-effect', times: 2 });
    await expect(sendReversal(world, { transferId })).rejects.toThrow();
    world.clock.advance(25 * hourMs);
    expect(await sendReversal(world, { transferId })).toBe('found on Stripe');
    expect(made(world)).toHaveLength(2);
    expect(await onlyReversal(world)).toMatchObject({ transfer_id: made(world)[0]?.id });
  });

  test('a day later, when nothing was made, it is made with a new key', async ({ world }) => {
    const { transferId } = await pendingReversal(world);
    world.stripeSimulator.faults.add({ ...reversing, kind: 'cut-before-effect', times: 2 });
    await expect(sendReversal(world, { transferId })).rejects.toThrow();
    world.clock.advance(25 * hourMs);
    expect(await sendReversal(world, { transferId })).toBe('done');
    expect(reversalPosts(world).at(-1)?.idempotencyKey).toBe('connector/TRANSFER_REFUND/1110/1');
    expect(made(world)).toHaveLength(1);
  });

  test('that of the old connector is found by what it wrote on it', async ({ world }) => {
    const { transferId, transfer } = await pendingReversal(world);
    await world.db.updateTable('stripe_transfer').set({ look_up_first: true }).where('id', '=', transferId).execute();
    await takeBack(world, transfer.id, 850, { 'metadata[miraklRefundId]': '1110' });
    expect(await sendReversal(world, { transferId })).toBe('found on Stripe');
    expect(made(world)).toHaveLength(1);
  });

  test('a job that is lost with Redis is rung for', async ({ world }) => {
    const { transferId } = await pendingReversal(world);
    world.clock.advance(2 * minuteMs);
    await ringWaitingWork({ ...world, notifies: false });
    expect(await jobs(world)).toEqual([['refunds.send-reversal', { transferId }]]);
  });
});

describe('L22: never more than is left of the transfer', () => {
  test('is taken back: it waits, and says what is missing', async ({ world }) => {
    const { transferId, transfer } = await pendingReversal(world);
    await takeBack(world, transfer.id, 8_000);
    expect(await sendReversal(world, { transferId })).toBe('on hold');
    expect(await onlyReversal(world)).toMatchObject({
      status: 'TRANSFER_ON_HOLD',
      status_reason: `Transfer ${transfer.id} has 5.00 EUR left to be reversed, 8.50 EUR are needed`,
    });
    expect(made(world)).toHaveLength(1);
  });

  test('also when two take from it at the same moment', async ({ world }) => {
    const { orderId } = await givenPaidOrder(world);
    await split(world);
    for (const id of ['1', '2']) {
      world.miraklSimulator.given.refund({ orderId, id, amount: '50.00', commission: '0' });
    }
    await payBack(world);
    await weighReversals(world);
    const ids = (await reversals(world)).map(({ id }) => id);
    await Promise.allSettled(ids.map((transferId) => sendReversal(world, { transferId })));
    expect(made(world)).toHaveLength(1);
    world.clock.advance(hourMs);
    await weighReversals(world);
    await sendReversals(world);
    expect((await reversals(world)).map(({ status }) => status).toSorted()).toEqual([
      'TRANSFER_CREATED',
      'TRANSFER_ON_HOLD',
    ]);
    expect(world.stripeSimulator.transfers()[0]?.amount_reversed).toBe(5_000);
  });
});

describe('what has changed since it was weighed', () => {
  test('a refund that did not reach the buyer after all: nothing is taken from the seller', async ({ world }) => {
    const { transferId } = await pendingReversal(world);
    const refundId = world.stripeSimulator.refunds()[0]?.id ?? '';
    world.stripeSimulator.settleRefund(refundId, 'failed');
    await followRefund(world, { stripeRefundId: refundId });
    expect(await sendReversal(world, { transferId })).toBe('on hold');
    expect(await onlyReversal(world)).toMatchObject({ status_reason: 'Refund 1110 has yet to be validated' });
    expect(made(world)).toEqual([]);
  });

  test('a transfer that does not exist, or is of another currency', async ({ world }) => {
    const { transferId } = await pendingReversal(world);
    const change = (fields: object) =>
      world.db
        .updateTable('stripe_transfer')
        .set({ status: 'TRANSFER_PENDING', ...fields })
        .where('id', '=', transferId);
    await change({ currency: 'usd' }).execute();
    expect(await sendReversal(world, { transferId })).toBe('on hold');
    expect((await onlyReversal(world)).status_reason).toMatch(/^Unexpected value EUR of the currency of transfer tr_/);
    await change({ transaction_id: 'tr_missing' }).execute();
    expect(await sendReversal(world, { transferId })).toBe('aborted');
    expect((await onlyReversal(world)).status_reason).toBe("No such transfer: 'tr_missing'");
  });
});

describe('a seller whose balance does not suffice', () => {
  test('fails the reversal with Stripe’s words, and it is tried again after a pause that grows', async ({ world }) => {
    const { transferId, accountId } = await pendingReversal(world);
    world.stripeSimulator.given.funds({ amount: -8_000, currency: 'eur', account: accountId });
    await expect(sendReversal(world, { transferId })).rejects.toMatchObject({ code: 'operation_refused' });
    const row = await onlyReversal(world);
    expect(row).toMatchObject({
      status: 'TRANSFER_FAILED',
      status_reason: expect.stringContaining('does not have sufficient funds'),
      next_try_at: new Date(world.now().getTime() + 5 * minuteMs),
    });
    world.stripeSimulator.given.funds({ amount: 8_000, currency: 'eur', account: accountId });
    world.clock.advance(5 * minuteMs);
    await weighReversals(world);
    await sendReversals(world);
    expect(reversalPosts(world).map(({ idempotencyKey }) => idempotencyKey?.at(-1))).toEqual(['0', '1']);
    expect(made(world)).toMatchObject([{ amount: 850 }]);
  });

  test('a job that somebody retries by hand makes it due at once', async ({ world }) => {
    const { transferId, accountId } = await pendingReversal(world);
    world.stripeSimulator.given.funds({ amount: -8_000, currency: 'eur', account: accountId });
    await expect(sendReversal(world, { transferId })).rejects.toThrow();
    await world.queues.byName.sweeps.drain();
    expect(await sendReversal(world, { transferId })).toBe('due again');
    expect(await jobs(world, 'sweeps')).toEqual([['refunds.plan-reversals', {}]]);
    expect((await onlyReversal(world)).next_try_at).toEqual(world.now());
  });
});
