import { createHmac } from 'node:crypto';
import { systemClock } from '@connector/kernel';
import { enqueue, type JobHandlers, openRedis, startWorker } from '@connector/queues';
import { test, type World } from '@connector/testing';
import { describe, expect, onTestFinished, vi } from 'vitest';
import { deliverNotification } from './deliver-notification.ts';
import { takeNotificationsWithoutJob } from './notifications-table.ts';
import { delivering, givenNotice, rowOf, secret, startOperator } from './notifications-test.ts';

const mailJobs = async ({ queues }: World) =>
  (await queues.byName.notifications.getWaiting()).filter(({ name }) => name === 'notifications.mail-endpoint-down');

test('a notification arrives signed, under the name of what it is about, and the ledger says so', async ({ world }) => {
  const { url, received } = await startOperator(204);
  const id = await givenNotice(world);
  expect(await deliverNotification(delivering(world, url), { notificationId: id })).toBe('delivered');
  const [call] = received();
  expect(call?.json).toEqual({
    type: 'account.updated',
    payload: { miraklShopId: 2_000, stripeUserId: 'acct_1' },
  });
  const seconds = world.now().getTime() / 1_000;
  expect(call?.headers).toMatchObject({
    'x-connector-notification-id': 'account.updated/evt_1',
    'x-connector-signature': `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${call?.rawBody}`).digest('hex')}`,
  });
  expect(await rowOf(world, id)).toMatchObject({ status: 'delivered', attempts: 1, delivered_at: world.now() });
  expect(await deliverNotification(delivering(world, url), { notificationId: id })).toBe('already delivered');
  expect(received()).toHaveLength(1);
});

describe('an endpoint that does not take it', () => {
  /** Makes the next try when it is due, and gives back what the job is told. */
  const nextTry = async (world: World, url: string, notificationId: number) => {
    const error: unknown = await deliverNotification(delivering(world, url), { notificationId }).catch((e) => e);
    const { retryAfterMs = 0 } = error as { retryAfterMs?: number };
    world.clock.advance(retryAfterMs);
    return error;
  };

  test('is tried again after 1, 5 and 25 seconds, then given up visibly, with a mail', async ({ world }) => {
    const { url, received } = await startOperator(500, 404, 500, 503);
    const id = await givenNotice(world);
    expect(await nextTry(world, url, id)).toMatchObject({ retryable: true, retryAfterMs: 1_000 });
    expect(await rowOf(world, id)).toMatchObject({
      ...{ status: 'pending', attempts: 1, next_try_at: world.now() },
      last_error: 'The notification endpoint answered with 500',
    });
    expect(await nextTry(world, url, id)).toMatchObject({ retryable: true, retryAfterMs: 5_000 });
    expect(await nextTry(world, url, id)).toMatchObject({ retryable: true, retryAfterMs: 25_000 });
    expect(await mailJobs(world)).toEqual([]);
    expect(await nextTry(world, url, id)).toMatchObject({ retryable: false });
    expect(received()).toHaveLength(4);
    expect(new Set(received().map(({ headers }) => headers['x-connector-notification-id'])).size).toBe(1);
    expect(await rowOf(world, id)).toMatchObject({
      ...{ status: 'failed', attempts: 4, next_try_at: null },
      last_error: 'The notification endpoint answered with 503',
    });
    expect(await mailJobs(world)).toMatchObject([{ data: { notificationId: id } }]);
  });

  test('that was given up gets one more try from whoever retries the job', async ({ world }) => {
    const { url, received } = await startOperator(500, 500, 500, 500, 500);
    const id = await givenNotice(world);
    for (let tries = 0; tries < 4; tries += 1) await nextTry(world, url, id);
    expect(await nextTry(world, url, id)).toMatchObject({ retryable: false });
    expect(await rowOf(world, id)).toMatchObject({ status: 'failed', attempts: 5 });
    expect(await deliverNotification(delivering(world, url), { notificationId: id })).toBe('delivered');
    expect(received()).toHaveLength(6);
    expect(await rowOf(world, id)).toMatchObject({ status: 'delivered', last_error: null });
  });

  test('leads to no mail when the operator wants none', async ({ world }) => {
    const { url } = await startOperator(500, 500, 500, 500);
    const id = await givenNotice(world);
    const deps = delivering(world, url, false);
    for (let tries = 0; tries < 4; tries += 1) {
      await deliverNotification(deps, { notificationId: id }).catch(() => undefined);
      world.clock.advance(25_000);
    }
    expect(await rowOf(world, id)).toMatchObject({ status: 'failed' });
    expect(await mailJobs(world)).toEqual([]);
  });

  test('is not asked earlier because Redis has lost the job: the pause and the count are in the ledger', async ({
    world,
  }) => {
    const { url, received } = await startOperator(500, 500);
    const id = await givenNotice(world);
    await deliverNotification(delivering(world, url), { notificationId: id }).catch(() => undefined);
    await expect(deliverNotification(delivering(world, url), { notificationId: id })).rejects.toMatchObject({
      ...{ code: 'claimed_elsewhere', retryable: true, retryAfterMs: 1_000 },
    });
    expect(received()).toHaveLength(1);
    expect(await takeNotificationsWithoutJob(world.db, world.now(), 10)).toEqual([]);
    world.clock.advance(62_000);
    expect(await takeNotificationsWithoutJob(world.db, world.now(), 10)).toEqual([id]);
    expect(await takeNotificationsWithoutJob(world.db, world.now(), 10)).toEqual([]);
    expect(await nextTry(world, url, id)).toMatchObject({ retryAfterMs: 5_000 });
    expect(await deliverNotification(delivering(world, url), { notificationId: id })).toBe('delivered');
  });
});

test('two workers that take the job at once post it once', async ({ world }) => {
  const { url, received, faults } = await startOperator();
  const hold = faults.add({ kind: 'hold' });
  const id = await givenNotice(world);
  const first = deliverNotification(delivering(world, url), { notificationId: id });
  await hold.reached;
  await expect(deliverNotification(delivering(world, url), { notificationId: id })).rejects.toMatchObject({
    ...{ code: 'claimed_elsewhere', retryAfterMs: 30_000 },
  });
  hold.release();
  expect(await first).toBe('delivered');
  expect(received()).toHaveLength(1);
});

test('what a dead worker was delivering passes to another one', async ({ world }) => {
  const { url, received, faults } = await startOperator();
  const hold = faults.add({ kind: 'hold' });
  const id = await givenNotice(world);
  // What a worker leaves behind that is killed while it waits for the answer: its claim.
  const dying = deliverNotification(delivering(world, url), { notificationId: id }).catch(() => 'died');
  await hold.reached;
  world.clock.advance(30_000);
  expect(await deliverNotification(delivering(world, url), { notificationId: id })).toBe('delivered');
  expect(await rowOf(world, id)).toMatchObject({ status: 'delivered', attempts: 2 });
  expect(received()[0]?.headers['x-connector-notification-id']).toBe(
    received()[1]?.headers['x-connector-notification-id'],
  );
  hold.release();
  await dying;
  expect(await rowOf(world, id)).toMatchObject({ status: 'delivered', attempts: 2 });
});

test('while the operator wants no notifications they wait', async ({ world }) => {
  const id = await givenNotice(world);
  const deps = { ...delivering(world, ''), endpoint: undefined };
  expect(await deliverNotification(deps, { notificationId: id })).toBe('notifications are off');
  expect(await rowOf(world, id)).toMatchObject({ status: 'pending', attempts: 0 });
});

test('a real worker comes back after the pauses, without using up the tries of the job', async ({ world }) => {
  const { url, received } = await startOperator(500, 500);
  const redis = await openRedis({ kind: 'single', url: world.redisUrl }, 'worker');
  const deps = { ...delivering(world, url), now: systemClock };
  const handlers = { 'notifications.deliver': (data) => deliverNotification(deps, data) } as Partial<JobHandlers>;
  const worker = startWorker('notifications', {
    ...{ redis, queues: world.queues, log: world.log, concurrency: 2, handlers: handlers as JobHandlers },
  });
  onTestFinished(async () => {
    await worker.close(0);
    await redis.quit();
  });
  const id = await givenNotice(world);
  const startedAt = performance.now();
  await enqueue(world.queues, 'notifications.deliver', [{ notificationId: id }]);
  await vi.waitFor(async () => expect(await rowOf(world, id)).toMatchObject({ status: 'delivered' }), 20_000);
  expect(performance.now() - startedAt).toBeGreaterThan(6_000);
  expect(received()).toHaveLength(3);
  const [job] = await vi.waitUntil(async () => {
    const done = await world.queues.byName.notifications.getCompleted();
    return done.length > 0 && done;
  });
  expect(job).toMatchObject({ returnvalue: 'delivered', attemptsMade: 1 });
});
