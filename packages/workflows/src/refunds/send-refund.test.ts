import { test, type World } from '@connector/testing';
import { describe, expect } from 'vitest';
import { ringWaitingWork } from '../recovery/ring-waiting-work.ts';
import {
  givenPaidOrder,
  givenPaidService,
  givenPayment,
  hourMs,
  jobs,
  minuteMs,
  onlyRefund,
  plan,
  posts,
  refunds,
  sendAll,
  split,
  storyOf,
} from './refunds-test.ts';
import { sendRefund } from './send-refund.ts';

/** A refund of 10.00 that is ready to be sent. */
async function pendingRefund(world: World, charge: Parameters<typeof givenPaidOrder>[2] = {}) {
  const given = await givenPaidOrder(world, {}, charge);
  world.miraklSimulator.given.refund({ orderId: given.orderId, id: '1110' });
  await plan(world);
  return { ...given, refundId: (await onlyRefund(world)).id };
}

const refundPosts = (world: World) => posts(world, /^\/v1\/refunds$/);
const cancels = (world: World) => posts(world, /\/cancel$/);
const refunding = { method: 'POST', path: '/v1/refunds' } as const;

test('the buyer gets his money, and its id is on record before Mirakl hears of it', async ({ world }) => {
  const { refundId, chargeId } = await pendingRefund(world);
  await world.queues.byName.refunds.drain();
  expect(await sendRefund(world, { refundId })).toBe('done');
  const [refund] = world.stripeSimulator.refunds();
  expect(refund).toMatchObject({
    ...{ charge: chargeId, amount: 1_000, currency: 'eur' },
    metadata: {
      ...{ miraklRefundId: '1110', miraklOrderId: 'O-1-A', miraklCommercialOrderId: 'O-1' },
      ...{ pluginName: 'stripe-mirakl-connector', pluginVersion: world.version },
    },
  });
  const row = await onlyRefund(world);
  expect(row).toMatchObject({
    ...{ status: 'REFUND_PENDING', stripe_refund_id: refund?.id, transaction_id: chargeId },
    ...{ paid_back_at: world.now(), idempotency_key: null, claimed_until: null, mirakl_validation_time: null },
  });
  expect(await storyOf(world, 'refund', refundId)).toEqual([
    'REFUND_PENDING',
    `REFUND_PENDING: ${refund?.id} was made on Stripe`,
  ]);
  expect(refundPosts(world).map(({ idempotencyKey }) => idempotencyKey)).toEqual([
    'connector/REFUND_PRODUCT_ORDER/1110/0',
  ]);
  expect(await jobs(world)).toEqual([['refunds.confirm-refunds', {}]]);
});

test('L3: a refund is made once, even when several workers take its job, and never again after', async ({ world }) => {
  const { refundId } = await pendingRefund(world);
  const outcomes = await Promise.allSettled([1, 2, 3, 4].map(() => sendRefund(world, { refundId })));
  expect(outcomes.filter((outcome) => outcome.status === 'fulfilled' && outcome.value === 'done')).toHaveLength(1);
  world.clock.advance(25 * hourMs);
  expect(await sendRefund(world, { refundId })).toBe('already handled');
  expect(world.stripeSimulator.refunds()).toHaveLength(1);
});

describe('L1: a lost answer never leads to a second refund', () => {
  test('the connection breaks after Stripe has made it', async ({ world }) => {
    const { refundId } = await pendingRefund(world);
    world.stripeSimulator.faults.add({ ...refunding, kind: 'cut-after-effect', times: 2 });
    await expect(sendRefund(world, { refundId })).rejects.toMatchObject({ code: 'stripe_unknown_outcome' });
    expect(await onlyRefund(world)).toMatchObject({ status: 'REFUND_PENDING', stripe_refund_id: null });
    // Neither the sweep nor anything else begins anew meanwhile.
    await plan(world, { all: true });
    expect(await sendRefund({ ...world, version: '99.0.0' }, { refundId })).toBe('done');
    expect(world.stripeSimulator.refunds()).toHaveLength(1);
    expect((await onlyRefund(world)).stripe_refund_id).toBe(world.stripeSimulator.refunds()[0]?.id);
  });

  test('the worker dies before the call: another one takes over when its claim has run out', async ({ world }) => {
    const { refundId } = await pendingRefund(world);
    const hold = world.stripeSimulator.faults.add({ method: 'GET', kind: 'hold' });
    const dying = sendRefund(world, { refundId }).catch(() => 'died');
    await hold.reached;
    await expect(sendRefund(world, { refundId })).rejects.toMatchObject({ code: 'claimed_elsewhere' });
    world.clock.advance(minuteMs);
    expect(await sendRefund(world, { refundId })).toBe('done');
    hold.release();
    await dying;
    expect(world.stripeSimulator.refunds()).toHaveLength(1);
  });

  test('the worker dies between the answer and the record: the same call gives the same refund', async ({ world }) => {
    const { refundId } = await pendingRefund(world);
    const hold = world.stripeSimulator.faults.add({ ...refunding, kind: 'hold', at: 'after-effect' });
    const dying = sendRefund(world, { refundId }).catch(() => 'died');
    await hold.reached;
    world.clock.advance(minuteMs);
    const { idempotency_key, request, first_sent_at, claimed_until } = await onlyRefund(world);
    hold.release();
    await dying;
    await world.db
      .updateTable('stripe_refund')
      .set({ status: 'REFUND_PENDING', stripe_refund_id: null, paid_back_at: null })
      .set({ idempotency_key, request: JSON.stringify(request), first_sent_at, claimed_until })
      .execute();
    expect(await sendRefund(world, { refundId })).toBe('done');
    expect(world.stripeSimulator.refunds()).toHaveLength(1);
    expect((await onlyRefund(world)).stripe_refund_id).toBe(world.stripeSimulator.refunds()[0]?.id);
  });

  test('the worker dies after the record: Mirakl hears of it from the recovery sweep', async ({ world }) => {
    const { refundId } = await pendingRefund(world);
    await sendRefund(world, { refundId });
    await world.queues.byName.refunds.drain();
    await ringWaitingWork({ ...world, notifies: false });
    expect(await jobs(world)).toEqual([['refunds.confirm-refunds', {}]]);
  });

  test('a day later, when Stripe has forgotten the key, a look finds the refund that was made', async ({ world }) => {
    const { refundId } = await pendingRefund(world);
    world.stripeSimulator.faults.add({ ...refunding, kind: 'cut-after-effect', times: 2 });
    await expect(sendRefund(world, { refundId })).rejects.toThrow();
    world.clock.advance(25 * hourMs);
    expect(await sendRefund(world, { refundId })).toBe('found on Stripe');
    expect(world.stripeSimulator.refunds()).toHaveLength(1);
  });

  test('a day later, when nothing was made, it is made with a new key', async ({ world }) => {
    const { refundId } = await pendingRefund(world);
    world.stripeSimulator.faults.add({ ...refunding, kind: 'cut-before-effect', times: 2 });
    await expect(sendRefund(world, { refundId })).rejects.toThrow();
    world.clock.advance(25 * hourMs);
    expect(await sendRefund(world, { refundId })).toBe('done');
    expect(refundPosts(world).at(-1)?.idempotencyKey).toBe('connector/REFUND_PRODUCT_ORDER/1110/1');
    expect(world.stripeSimulator.refunds()).toHaveLength(1);
  });

  test('an error that Stripe keeps under the key: a look, then a new key', async ({ world }) => {
    const { refundId } = await pendingRefund(world);
    const body = { error: { type: 'api_error', message: 'Something went wrong' } };
    const headers = { 'stripe-should-retry': 'false' };
    world.stripeSimulator.faults.add({ ...refunding, kind: 'answer', stored: true, status: 500, body, headers });
    await expect(sendRefund(world, { refundId })).rejects.toMatchObject({ code: 'look_up_first' });
    expect(await sendRefund(world, { refundId })).toBe('done');
    expect(world.stripeSimulator.refunds()).toHaveLength(1);
  });

  test('a job that is lost with Redis is rung for', async ({ world }) => {
    const { refundId } = await pendingRefund(world);
    await world.queues.byName.refunds.drain();
    await ringWaitingWork({ ...world, notifies: false });
    expect(await jobs(world)).toEqual([]);
    world.clock.advance(2 * minuteMs);
    await ringWaitingWork({ ...world, notifies: false });
    expect(await jobs(world)).toEqual([['refunds.send-refund', { refundId }]]);
  });
});

describe('the payment is looked at in the moment of sending', () => {
  test('that of the order’s transfer comes first, then those of the commercial order, the one with enough left', async ({
    world,
  }) => {
    const { orderId, chargeId } = await givenPaidOrder(world, {}, { amount: 9_000 });
    await split(world);
    world.miraklSimulator.given.refund({ orderId, id: '1', amount: '60.00' });
    world.miraklSimulator.given.refund({ orderId, id: '2', amount: '40.00' });
    const second = await givenPayment(world, 'O-1', { amount: 5_000 });
    await plan(world);
    await sendAll(world);
    expect(world.stripeSimulator.refunds()).toMatchObject([
      { amount: 6_000, charge: chargeId },
      { amount: 4_000, charge: second.chargeId },
    ]);
  });

  test('where none has enough left, Stripe says so, and nothing is cut', async ({ world }) => {
    const { refundId } = await pendingRefund(world, { amountRefunded: 9_500 });
    await expect(sendRefund(world, { refundId })).rejects.toMatchObject({ code: 'operation_refused' });
    expect(await onlyRefund(world)).toMatchObject({
      status: 'REFUND_FAILED',
      status_reason: 'Refund amount (10.00 EUR) is greater than unrefunded amount on charge (5.00 EUR)',
    });
    expect(world.stripeSimulator.refunds()).toEqual([]);
  });

  test.for([
    [
      'not captured',
      { captured: false },
      'REFUND_ON_HOLD',
      (id: string) => `Payment ${id} is not ready yet, status is succeeded (not captured)`,
    ],
    [
      'under way',
      { status: 'pending' },
      'REFUND_ON_HOLD',
      (id: string) => `Payment ${id} is not ready yet, status is pending`,
    ],
    ['failed', { status: 'failed' }, 'REFUND_ABORTED', (id: string) => `Payment ${id} failed`],
    [
      'refunded in full',
      { amountRefunded: 10_000 },
      'REFUND_ABORTED',
      (id: string) => `Payment ${id} has been fully refunded`,
    ],
  ] as const)('%s', async ([, charge, status, reason], { world }) => {
    const { refundId, chargeId } = await pendingRefund(world, charge);
    await sendRefund(world, { refundId });
    expect(await onlyRefund(world)).toMatchObject({ status, status_reason: reason(chargeId) });
    expect(refundPosts(world)).toEqual([]);
  });

  test('a PaymentIntent that was cancelled aborts it, and so does a charge that does not exist', async ({ world }) => {
    const { refundId, paymentIntentId = '' } = await pendingRefund(world, { captured: false });
    await fetch(`${world.stripeSimulator.url}/v1/payment_intents/${paymentIntentId}/cancel`, {
      method: 'POST',
      headers: { authorization: `Bearer ${world.stripeSimulator.apiKey}` },
    });
    await split(world);
    const payment = (id: string) =>
      world.db.updateTable('stripe_transfer').set({ transaction_id: id }).where('type', '!=', 'TRANSFER_REFUND');
    await world.db.deleteFrom('payment_mapping').execute();
    await payment(paymentIntentId).execute();
    expect(await sendRefund(world, { refundId })).toBe('aborted');
    expect(await onlyRefund(world)).toMatchObject({ status_reason: `Payment ${paymentIntentId} has been canceled` });

    await payment('ch_missing').execute();
    await world.db.updateTable('stripe_refund').set({ status: 'REFUND_PENDING' }).execute();
    expect(await sendRefund(world, { refundId })).toBe('aborted');
    expect(await onlyRefund(world)).toMatchObject({ status_reason: "No such charge: 'ch_missing'" });
  });

  test('L7: a rate limit while it is read decides nothing', async ({ world }) => {
    const { refundId } = await pendingRefund(world);
    const body = { error: { type: 'invalid_request_error', code: 'rate_limit', message: 'Too many requests' } };
    world.stripeSimulator.faults.add({ method: 'GET', kind: 'answer', status: 429, body });
    await expect(sendRefund(world, { refundId })).rejects.toMatchObject({ pausesQueue: true });
    expect(await onlyRefund(world)).toMatchObject({ status: 'REFUND_PENDING', claimed_until: null });
    expect(await sendRefund(world, { refundId })).toBe('done');
  });
});

describe('L12: an authorisation is let go of only if all of it is paid back', () => {
  const authorised = { captured: false } as const;

  async function refundOf(world: World, amount: string, charge: Parameters<typeof givenPaidOrder>[2] = {}) {
    const given = await givenPaidOrder(world, {}, { ...authorised, ...charge });
    world.miraklSimulator.given.refund({ orderId: given.orderId, id: '1', amount });
    await plan(world);
    return { ...given, refundId: (await onlyRefund(world)).id };
  }

  test('the PaymentIntent of a refund of everything is cancelled, and Mirakl is told its id', async ({ world }) => {
    const { refundId, paymentIntentId } = await refundOf(world, '100.00');
    expect(await sendRefund(world, { refundId })).toBe('done');
    expect(world.stripeSimulator.paymentIntents()).toMatchObject([{ id: paymentIntentId, status: 'canceled' }]);
    expect(await onlyRefund(world)).toMatchObject({ stripe_refund_id: paymentIntentId, paid_back_at: world.now() });
    expect(refundPosts(world)).toEqual([]);
  });

  test('a charge without a PaymentIntent is let go of by a refund of all', async ({ world }) => {
    const { refundId, chargeId } = await refundOf(world, '100.00', { withPaymentIntent: false });
    await sendRefund(world, { refundId });
    expect(world.stripeSimulator.refunds()).toMatchObject([{ charge: chargeId, amount: 10_000 }]);
  });

  test('one seller’s part of it waits until it is captured, and is refunded then', async ({ world }) => {
    const { refundId, chargeId } = await refundOf(world, '40.00');
    expect(await sendRefund(world, { refundId })).toBe('on hold');
    expect(world.stripeSimulator.paymentIntents()).toMatchObject([{ status: 'requires_capture' }]);
    const { paymentIntentId } = { paymentIntentId: world.stripeSimulator.paymentIntents()[0]?.id };
    await fetch(`${world.stripeSimulator.url}/v1/payment_intents/${paymentIntentId}/capture`, {
      method: 'POST',
      headers: { authorization: `Bearer ${world.stripeSimulator.apiKey}` },
    });
    world.clock.advance(hourMs);
    await plan(world);
    await sendAll(world);
    expect(world.stripeSimulator.refunds()).toMatchObject([{ charge: chargeId, amount: 4_000 }]);
  });

  test('all of it, but not of the commercial order: another seller’s order is there', async ({ world }) => {
    const { refundId } = await refundOf(world, '100.00');
    world.miraklSimulator.given.productOrder({ id: 'O-1-B', commercialId: 'O-1' });
    await split(world);
    expect(await sendRefund(world, { refundId })).toBe('on hold');
    expect(cancels(world)).toEqual([]);
  });

  test('all of it, but not of the commercial order: another payment is there', async ({ world }) => {
    const { refundId } = await refundOf(world, '100.00');
    await givenPayment(world, 'O-1', authorised);
    expect(await sendRefund(world, { refundId })).toBe('on hold');
    expect(cancels(world)).toEqual([]);
  });

  test('an order that was refused and a payment that failed stand in no way', async ({ world }) => {
    const { refundId } = await refundOf(world, '100.00');
    world.miraklSimulator.given.productOrder({ id: 'O-1-B', commercialId: 'O-1', state: 'REFUSED' });
    await split(world);
    const { chargeId } = await givenPayment(world, 'O-1', { status: 'failed' });
    await world.db
      .updateTable('payment_mapping')
      .set({ status: 'failed' })
      .where('stripe_charge_id', '=', chargeId)
      .execute();
    expect(await sendRefund(world, { refundId })).toBe('done');
    expect(cancels(world)).toHaveLength(1);
  });

  test('L1: a lost answer to the cancelation is found out a day later', async ({ world }) => {
    const { refundId, paymentIntentId } = await refundOf(world, '100.00');
    world.stripeSimulator.faults.add({ method: 'POST', path: /cancel$/, kind: 'cut-after-effect', times: 2 });
    await expect(sendRefund(world, { refundId })).rejects.toThrow();
    world.clock.advance(25 * hourMs);
    expect(await sendRefund(world, { refundId })).toBe('found on Stripe');
    expect(await onlyRefund(world)).toMatchObject({ stripe_refund_id: paymentIntentId, paid_back_at: world.now() });
  });
});

describe('a definite refusal', () => {
  const refused = { error: { type: 'invalid_request_error', message: 'This charge is disputed.' } };

  test('fails the row and the job; the next try has a new key, after a pause that grows', async ({ world }) => {
    await pendingRefund(world);
    const pauses: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      world.stripeSimulator.faults.add({ ...refunding, kind: 'answer', stored: true, status: 400, body: refused });
      await expect(sendAll(world)).rejects.toMatchObject({ code: 'operation_refused', retryable: false });
      const row = await onlyRefund(world);
      expect(row).toMatchObject({ status: 'REFUND_FAILED', status_reason: 'This charge is disputed.' });
      pauses.push(((row.next_try_at?.getTime() ?? 0) - world.now().getTime()) / minuteMs);
      world.clock.advance((pauses.at(-1) ?? 0) * minuteMs);
      await plan(world);
    }
    expect(pauses).toEqual([5, 10, 20]);
    await sendAll(world);
    expect(refundPosts(world).map(({ idempotencyKey }) => idempotencyKey?.at(-1))).toEqual(['0', '1', '2', '3']);
    expect(world.stripeSimulator.refunds()).toHaveLength(1);
  });

  test('a job that somebody retries by hand makes the refund due at once', async ({ world }) => {
    const { refundId } = await pendingRefund(world);
    world.stripeSimulator.faults.add({ ...refunding, kind: 'answer', stored: true, status: 400, body: refused });
    await expect(sendRefund(world, { refundId })).rejects.toThrow();
    expect(await sendRefund(world, { refundId })).toBe('due again');
    expect(await jobs(world, 'sweeps')).toEqual([['refunds.plan-product-refunds', {}]]);
    await plan(world);
    await sendAll(world);
    expect(world.stripeSimulator.refunds()).toHaveLength(1);
  });
});

test.for([
  ['EUR', '0.29', 29],
  ['JPY', '1234', 1_234],
  ['KWD', '12.340', 12_340],
  ['ISK', '50', 5_000],
] as const)('L19: %s %s arrives exactly', async ([currency, amount, minor], { world }) => {
  const { orderId } = await givenPaidService(
    world,
    { currency },
    { amount: 100_000, currency: currency.toLowerCase() },
  );
  world.miraklSimulator.given.refund({ orderId, id: '1', amount });
  await plan(world, { kind: 'service' });
  await sendAll(world);
  expect(world.stripeSimulator.refunds()).toMatchObject([{ amount: minor, currency: currency.toLowerCase() }]);
  expect(await refunds(world)).toMatchObject([{ type: 'REFUND_SERVICE_ORDER', amount: BigInt(minor) }]);
});
