import { test, type World } from '@connector/testing';
import { describe, expect } from 'vitest';
import { ringWaitingWork } from '../recovery/ring-waiting-work.ts';
import {
  confirm,
  givenPaidOrder,
  givenPaidService,
  jobs,
  minuteMs,
  onlyRefund,
  onlyReversal,
  plan,
  puts,
  refunds,
  sendAll,
  storyOf,
} from './refunds-test.ts';

/** Refunds of 10.00 that the buyer has got, with these ids. */
async function paidBack(world: World, ...ids: string[]): Promise<void> {
  const { orderId } = await givenPaidOrder(world);
  for (const id of ids) world.miraklSimulator.given.refund({ orderId, id });
  await plan(world);
  await sendAll(world);
  await world.queues.byName.refunds.drain();
}

const telling = { method: 'PUT', path: '/api/payment/refund' } as const;
const states = async (world: World) => (await refunds(world)).map((row) => [row.mirakl_refund_id, row.status]);
const refundsMade = ({ stripeSimulator }: World) => stripeSimulator.refunds().length;

test('Mirakl hears that the buyer has his money, and the seller’s share is due at once', async ({ world }) => {
  await paidBack(world, '1110');
  world.clock.advance(minuteMs);
  expect(await confirm(world)).toBe('1 of 1 product refunds confirmed, no service refund to confirm');
  const row = await onlyRefund(world);
  expect(row).toMatchObject({
    ...{ status: 'REFUND_CREATED', status_reason: null, next_try_at: null, confirmation_sent_at: null },
    mirakl_validation_time: world.now(),
  });
  expect(puts(world).map(({ body }) => body)).toEqual([
    {
      refunds: [
        {
          ...{ refund_id: '1110', amount: 10, currency_iso_code: 'EUR', payment_status: 'OK' },
          transaction_number: row.stripe_refund_id,
        },
      ],
    },
  ]);
  expect((await storyOf(world, 'refund', row.id)).at(-1)).toBe('REFUND_CREATED');
  expect(await onlyReversal(world)).toMatchObject({ status: 'TRANSFER_ON_HOLD', next_try_at: world.now() });
  expect(await jobs(world, 'sweeps')).toEqual([['refunds.plan-reversals', {}]]);
});

test('refunds of services are told the other way, a hundred a call, and neither kind waits for the other', async ({
  world,
}) => {
  await paidBack(world, '1');
  const { orderId } = await givenPaidService(world, {}, { amount: 200_000 });
  for (let id = 100; id < 250; id += 1) world.miraklSimulator.given.refund({ orderId, id: String(id), amount: '1.00' });
  await plan(world, { kind: 'service' });
  await sendAll(world);
  world.miraklSimulator.faults.add({ ...telling, kind: 'answer', status: 503, body: {} });
  await expect(confirm(world)).rejects.toMatchObject({ code: 'mirakl_unavailable' });
  await confirm(world);
  const services = puts(world).filter(({ path }) => path === '/api/mms/refunds');
  expect(services.map(({ body }) => (body as unknown[]).length)).toEqual([100, 50]);
  expect(services[0]?.body).toContainEqual(expect.objectContaining({ order_id: 'S-1-A', state: 'OK', amount: 1 }));
  expect(new Set((await states(world)).map(([, status]) => status))).toEqual(new Set(['REFUND_CREATED']));
});

describe('L2: when only the confirmation fails, only the confirmation is tried again', () => {
  test.for(['cut-before-effect', 'cut-after-effect'] as const)(
    'the connection breaks (%s): what still waits is read back first',
    async (kind, { world }) => {
      await paidBack(world, '1');
      world.miraklSimulator.faults.add({ ...telling, kind });
      await expect(confirm(world)).rejects.toMatchObject({ code: 'mirakl_unavailable' });
      const calls = world.miraklSimulator.requests().length;
      await sendAll(world);
      await plan(world, { all: true });
      await sendAll(world);
      await confirm(world);
      const [, ...after] = world.miraklSimulator.requests().slice(calls);
      const repeated = kind === 'cut-before-effect' ? ['GET', 'PUT'] : ['GET'];
      expect(after.map(({ method }) => method)).toEqual(repeated);
      expect(await states(world)).toEqual([['1', 'REFUND_CREATED']]);
      expect(refundsMade(world)).toBe(1);
    },
  );

  test('Mirakl answers 500', async ({ world }) => {
    await paidBack(world, '1');
    world.miraklSimulator.faults.add({ ...telling, kind: 'answer', status: 500, body: {} });
    await expect(confirm(world)).rejects.toMatchObject({ code: 'mirakl_unavailable' });
    expect(await onlyRefund(world)).toMatchObject({ status: 'REFUND_PENDING', next_try_at: world.now() });
    await confirm(world);
    expect(await states(world)).toEqual([['1', 'REFUND_CREATED']]);
    expect(refundsMade(world)).toBe(1);
  });

  test('the worker dies after Mirakl has heard of it: the recovery sweep has it read back', async ({ world }) => {
    await paidBack(world, '1');
    const hold = world.miraklSimulator.faults.add({ ...telling, kind: 'hold', at: 'after-effect' });
    const dying = confirm(world).catch(() => 'died');
    await hold.reached;
    const left = await onlyRefund(world);
    hold.release();
    await dying;
    await world.db
      .updateTable('stripe_refund')
      .set({ status: 'REFUND_PENDING', mirakl_validation_time: null })
      .set({ confirmation_sent_at: left.confirmation_sent_at, next_try_at: left.next_try_at })
      .execute();
    await ringWaitingWork({ ...world, notifies: false });
    expect(await jobs(world)).toEqual([]);
    world.clock.advance(2 * minuteMs);
    await ringWaitingWork({ ...world, notifies: false });
    expect(await jobs(world)).toEqual([['refunds.confirm-refunds', {}]]);
    await confirm(world);
    expect(puts(world)).toHaveLength(1);
    expect(await states(world)).toEqual([['1', 'REFUND_CREATED']]);
  });

  test('two workers at once tell each refund once', async ({ world }) => {
    await paidBack(world, '1', '2', '3');
    await Promise.all([confirm(world), confirm(world)]);
    const told = puts(world).flatMap(({ body }) => (body as { refunds: { refund_id: string }[] }).refunds);
    expect(told.map(({ refund_id }) => refund_id).toSorted()).toEqual(['1', '2', '3']);
  });
});

describe('a refund that Mirakl refuses to hear of', () => {
  test('holds up no other, says why, and is only confirmed again, after a pause that grows', async ({ world }) => {
    await paidBack(world, '1', '2', '3');
    const wrong = { status: 400, body: { message: 'Refund 2 is locked' } };
    const isAbout2 = ({ body }: { body: unknown }) => JSON.stringify(body).includes('"2"');
    world.miraklSimulator.faults.add({ ...telling, kind: 'answer', ...wrong, when: isAbout2, times: Infinity });
    const pauses: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      await confirm(world);
      const row = (await refunds(world))[1];
      expect(row).toMatchObject({ status: 'REFUND_FAILED', status_reason: 'Refund 2 is locked' });
      pauses.push(((row?.next_try_at?.getTime() ?? 0) - world.now().getTime()) / minuteMs);
      world.clock.advance((pauses.at(-1) ?? 0) * minuteMs);
      await plan(world);
      await sendAll(world);
    }
    expect(pauses).toEqual([5, 10, 20]);
    expect(await states(world)).toEqual([
      ['1', 'REFUND_CREATED'],
      ['2', 'REFUND_FAILED'],
      ['3', 'REFUND_CREATED'],
    ]);
    world.miraklSimulator.faults.clear();
    await confirm(world);
    expect((await states(world))[1]).toEqual(['2', 'REFUND_CREATED']);
    expect(refundsMade(world)).toBe(3);
    const story = await storyOf(world, 'refund', (await refunds(world))[1]?.id ?? 0);
    expect(story.slice(2)).toEqual(['REFUND_FAILED: Refund 2 is locked', 'REFUND_CREATED']);
  });

  test('because it is validated already is done', async ({ world }) => {
    await paidBack(world, '1', '2');
    world.miraklSimulator.changeRefund('1', { state: 'REFUNDED' });
    expect(await confirm(world)).toContain('2 of 2 product refunds confirmed');
    expect(await states(world)).toEqual([
      ['1', 'REFUND_CREATED'],
      ['2', 'REFUND_CREATED'],
    ]);
  });
});

test('a revoked key stops the queue and fails no row', async ({ world }) => {
  await paidBack(world, '1');
  world.miraklSimulator.faults.add({
    ...telling,
    kind: 'answer',
    status: 401,
    body: { message: 'Unauthorized' },
  });
  await expect(confirm(world)).rejects.toMatchObject({ pausesQueue: true });
  expect(await states(world)).toEqual([['1', 'REFUND_PENDING']]);
  await confirm(world);
  expect(await states(world)).toEqual([['1', 'REFUND_CREATED']]);
});
