import type { Charge } from '@connector/stripe';
import { test, type World } from '@connector/testing';
import { describe, expect, test as plain } from 'vitest';
import { receiveEvent } from '../stripe-events/index.ts';
import { decidePaymentStatus } from './decide-payment-status.ts';
import { followCharge, followPaymentIntent } from './follow-charge.ts';

const metadataKey = 'mirakl_commercial_order_id';
const follow = (world: World, chargeId: string) => followCharge({ ...world, metadataKey }, { chargeId });
const payments = ({ db }: World) =>
  db
    .selectFrom('payment_mapping')
    .select(['mirakl_commercial_order_id', 'stripe_charge_id', 'status', 'stripe_amount', 'currency'])
    .orderBy('id')
    .execute();
const givenCharge = (world: World, charge: Partial<Parameters<World['stripeSimulator']['given']['charge']>[0]> = {}) =>
  world.stripeSimulator.given.charge({
    amount: 10_000,
    currency: 'eur',
    metadata: { [metadataKey]: 'Order_1' },
    ...charge,
  });
/** Something happens to an object on Stripe. */
function change<T extends { id: string }>(objects: readonly T[], id: string, fields: Partial<T>): void {
  Object.assign(objects.find((object) => object.id === id) ?? expect.fail(id), fields);
}
const stories = async ({ db }: World) =>
  (await db.selectFrom('operation_history').selectAll().where('kind', '=', 'payment').orderBy('id').execute()).map(
    ({ from_status, to_status, reason }) => [from_status, to_status, reason],
  );
const alarms = ({ db }: World) => db.selectFrom('operation_alarm').selectAll().where('kind', '=', 'payment').execute();
const released = async ({ queues }: World) =>
  (await queues.byName['payment-split'].getWaiting()).map(({ name, data }) => [name, data]);

describe('the status of a payment', () => {
  const charge = { status: 'succeeded', captured: true, fullyRefunded: false } as const;
  plain.each<[string, Partial<Pick<Charge, 'status' | 'captured' | 'fullyRefunded'>>, string | undefined, string]>([
    ['captured', {}, 'succeeded', 'captured'],
    ['captured, and refunded since', { fullyRefunded: true }, 'succeeded', 'captured'],
    ['authorised', { captured: false }, 'requires_capture', 'to_capture'],
    ['authorised, without a PaymentIntent', { captured: false }, undefined, 'to_capture'],
    ['an authorisation whose PaymentIntent was cancelled', { captured: false }, 'canceled', 'canceled'],
    ['an authorisation that has expired', { captured: false, fullyRefunded: true }, undefined, 'canceled'],
    ['declined', { status: 'failed', captured: false }, 'requires_payment_method', 'failed'],
    ['still under way', { status: 'pending' }, 'processing', 'wait'],
  ])('%s', (_, change, intent, status) => {
    expect(decidePaymentStatus({ ...charge, ...change }, intent)).toBe(status);
  });
});

test('a charge that names its order becomes a payment of it, and what waits for it is looked at again', async ({
  world,
}) => {
  const { chargeId } = givenCharge(world);
  expect(await follow(world, chargeId)).toBe('captured');
  expect(await payments(world)).toEqual([
    {
      mirakl_commercial_order_id: 'Order_1',
      stripe_charge_id: chargeId,
      status: 'captured',
      stripe_amount: 10_000n,
      currency: 'eur',
    },
  ]);
  expect(await released(world)).toEqual([['payment-split.release-order', { commercialOrderId: 'Order_1' }]]);
});

test('the order can stand on the PaymentIntent; one call tells', async ({ world }) => {
  const { chargeId, paymentIntentId = '' } = givenCharge(world, { metadata: {} });
  change(world.stripeSimulator.paymentIntents(), paymentIntentId, { metadata: { [metadataKey]: 'Order_2' } });
  await follow(world, chargeId);
  expect(await payments(world)).toMatchObject([{ mirakl_commercial_order_id: 'Order_2' }]);
  expect(world.stripeSimulator.requests()).toHaveLength(1);
});

test('a charge without an order is none of ours', async ({ world }) => {
  const { chargeId } = givenCharge(world, { metadata: {} });
  expect(await follow(world, chargeId)).toBe('ignored: no mirakl_commercial_order_id in the metadata');
  expect(await payments(world)).toEqual([]);
});

test('L6: a charge of a connected account cannot claim an order, even if its event comes through', async ({
  world,
}) => {
  expect(await follow(world, 'ch_of_somebody_else')).toContain('ignored: No such charge');
  expect(await payments(world)).toEqual([]);
});

test('L6: a charge never moves to another order', async ({ world }) => {
  const { chargeId, paymentIntentId = '' } = givenCharge(world, { captured: false });
  await follow(world, chargeId);
  change(world.stripeSimulator.charges(), chargeId, { metadata: { [metadataKey]: 'Order_of_somebody_else' } });
  change(world.stripeSimulator.paymentIntents(), paymentIntentId, { status: 'canceled' });
  await follow(world, chargeId);
  expect(await payments(world)).toMatchObject([{ mirakl_commercial_order_id: 'Order_1', status: 'canceled' }]);
});

test('L6: two charges of one order are kept as two', async ({ world }) => {
  const [first, second] = [givenCharge(world, { status: 'failed' }), givenCharge(world)];
  for (const { chargeId } of [second, first]) await follow(world, chargeId);
  expect(await payments(world)).toMatchObject([
    { stripe_charge_id: second.chargeId, status: 'captured' },
    { stripe_charge_id: first.chargeId, status: 'failed' },
  ]);
});

test('L25: a late event does not turn captured into to_capture, and neither does a late answer of Stripe', async ({
  world,
}) => {
  const { chargeId } = givenCharge(world, { captured: false });
  const hold = world.stripeSimulator.faults.add({ path: `/v1/charges/${chargeId}`, kind: 'hold', at: 'after-effect' });
  const slow = follow(world, chargeId);
  await hold.reached;
  change(world.stripeSimulator.charges(), chargeId, { captured: true });
  expect(await follow(world, chargeId)).toBe('captured');
  hold.release();
  expect(await slow).toBe('known already');
  expect(await payments(world)).toMatchObject([{ status: 'captured' }]);
});

test('a cancelled PaymentIntent gives its authorisation back; that somebody did so is no alarm', async ({ world }) => {
  const { chargeId, paymentIntentId = '' } = givenCharge(world, { captured: false });
  await follow(world, chargeId);
  change(world.stripeSimulator.paymentIntents(), paymentIntentId, { status: 'canceled' });
  expect(await followPaymentIntent({ ...world, metadataKey }, { paymentIntentId })).toBe('canceled');
  const reason = `Payment ${chargeId} has been canceled`;
  expect(await stories(world)).toEqual([
    [null, 'to_capture', null],
    ['to_capture', 'canceled', reason],
  ]);
  expect(await payments(world)).toMatchObject([{ status: 'canceled' }]);
  expect(await alarms(world)).toEqual([]);
});

test('L15: an authorisation that has expired is canceled with that reason, and somebody should look', async ({
  world,
}) => {
  const { chargeId } = givenCharge(world, { captured: false });
  await follow(world, chargeId);
  const { capture_before: until } = await world.db.selectFrom('payment_mapping').selectAll().executeTakeFirstOrThrow();
  expect(until).toEqual(new Date(world.now().getTime() + 7 * 86_400_000));
  world.stripeSimulator.expireAuthorization(chargeId);
  expect(await follow(world, chargeId)).toBe('canceled');
  const reason = `Authorization of payment ${chargeId} has expired`;
  expect((await stories(world)).at(-1)).toEqual(['to_capture', 'canceled', reason]);
  expect(await alarms(world)).toHaveLength(1);
});

test('of what was captured elsewhere in part, the part is known', async ({ world }) => {
  const { chargeId } = givenCharge(world, { captured: false });
  await follow(world, chargeId);
  change(world.stripeSimulator.charges(), chargeId, { captured: true, amount_captured: 6_000 });
  await follow(world, chargeId);
  expect(await world.db.selectFrom('payment_mapping').selectAll().execute()).toMatchObject([
    { status: 'captured', stripe_amount: 10_000n, capture_amount: 6_000n, status_reason: null },
  ]);
});

test('all events about a charge are dealt with by one look; what Stripe cannot tell now is asked again', async ({
  world,
}) => {
  const { chargeId } = givenCharge(world);
  for (const id of ['evt_1', 'evt_2']) {
    const event = { id, type: 'charge.updated', account: undefined, objectId: chargeId, object: {} };
    await receiveEvent({ ...world, metadataKey }, 'operator', event);
  }
  const handled = async () =>
    (await world.db.selectFrom('stripe_event').select('outcome').execute()).map(({ outcome }) => outcome);
  world.stripeSimulator.faults.add({ path: `/v1/charges/${chargeId}`, kind: 'answer', status: 500, body: {} });
  await expect(follow(world, chargeId)).rejects.toMatchObject({ retryable: true });
  expect(await handled()).toEqual([null, null]);
  await follow(world, chargeId);
  expect(await handled()).toEqual(['captured', 'captured']);
});

test('L34: what Stripe tells of a payment that is captured, such as our own refunds of it, costs no call', async ({
  world,
}) => {
  const { chargeId } = givenCharge(world);
  await follow(world, chargeId);
  const calls = world.stripeSimulator.requests().length;
  const event = { id: 'evt_1', type: 'charge.refunded', account: undefined, objectId: chargeId, object: {} };
  await receiveEvent({ ...world, metadataKey }, 'operator', event);
  expect(await follow(world, chargeId)).toBe('known already');
  expect(world.stripeSimulator.requests()).toHaveLength(calls);
  expect(await world.db.selectFrom('stripe_event').select('outcome').execute()).toEqual([{ outcome: 'known already' }]);
});
