import { openQueues, openRedis } from '@connector/queues';
import { startRedis, test, type World } from '@connector/testing';
import { expect, onTestFinished } from 'vitest';
import { ringWaitingWork } from '../recovery/ring-waiting-work.ts';
import type { IncomingEvent } from './decide-event.ts';
import { receiveEvent } from './receive-event.ts';
import { markEventsHandled } from './stripe-events-table.ts';

const charge: IncomingEvent = {
  id: 'evt_1',
  type: 'charge.succeeded',
  account: undefined,
  objectId: 'ch_1',
  object: { metadata: { mirakl_commercial_order_id: 'Order_1' } },
};
const receive = (world: World, event: Partial<IncomingEvent> = {}, change: object = {}) =>
  receiveEvent({ ...world, metadataKey: 'mirakl_commercial_order_id', ...change }, 'operator', { ...charge, ...event });
const jobs = async ({ queues }: World) =>
  (await queues.byName['payment-validation'].getWaiting()).map(({ name, data }) => [name, data]);
const events = ({ db }: World) => db.selectFrom('stripe_event').select(['id', 'object_id', 'handled_at']).execute();

test('an event is kept, without its object, and its object is looked at by a job', async ({ world }) => {
  expect(await receive(world)).toEqual({ accepted: true, text: 'Event received' });
  expect(await world.db.selectFrom('stripe_event').selectAll().execute()).toEqual([
    {
      id: 'evt_1',
      type: 'charge.succeeded',
      account: null,
      object_id: 'ch_1',
      received_at: world.now(),
      handled_at: null,
      next_try_at: new Date(world.now().getTime() + 120_000),
      outcome: null,
    },
  ]);
  expect(await jobs(world)).toEqual([['payment-validation.follow-charge', { chargeId: 'ch_1' }]]);
});

test('L25: the same event again is answered and does nothing', async ({ world }) => {
  await receive(world);
  await world.queues.byName['payment-validation'].drain();
  expect(await receive(world)).toEqual({ accepted: true, text: 'Event was received before' });
  expect(await jobs(world)).toEqual([]);
});

test('what is ignored or refused is not kept', async ({ world }) => {
  await receive(world, { type: 'invoice.paid' });
  const empty = { object: { metadata: { mirakl_commercial_order_id: '' } } };
  expect(await receive(world, empty)).toMatchObject({ accepted: false });
  expect(await events(world)).toEqual([]);
  expect(await jobs(world)).toEqual([]);
});

test('a Redis that is away loses no event: it is rung for when Redis is back', async ({ world }) => {
  const server = await startRedis();
  onTestFinished(() => server.stop());
  const redis = await openRedis({ kind: 'single', url: server.url }, 'producer');
  onTestFinished(() => redis.disconnect());
  await server.kill();
  expect(await receive(world, {}, { queues: openQueues(redis, 'away') })).toEqual({
    accepted: true,
    text: 'Event received',
  });

  await ringWaitingWork({ ...world, notifies: false });
  expect(await jobs(world)).toEqual([]);
  world.clock.advance(2 * 60_000);
  await ringWaitingWork({ ...world, notifies: false });
  expect(await jobs(world)).toEqual([['payment-validation.follow-charge', { chargeId: 'ch_1' }]]);
});

test('an event is forgotten when it can come no more, one that nobody has dealt with never', async ({ world }) => {
  await receive(world);
  await receive(world, { id: 'evt_2', objectId: 'ch_2' });
  await markEventsHandled(world.db, ['evt_1'], 'captured', world.now());
  world.clock.advance(34 * 86_400_000);
  await ringWaitingWork({ ...world, notifies: false });
  expect(await events(world)).toHaveLength(2);
  world.clock.advance(2 * 86_400_000);
  await ringWaitingWork({ ...world, notifies: false });
  expect(await events(world)).toMatchObject([{ id: 'evt_2' }]);
});
