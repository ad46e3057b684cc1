import { test, type World } from '@connector/testing';
import { describe, expect } from 'vitest';
import { ringWaitingWork } from '../recovery/ring-waiting-work.ts';
import { capturePayment } from './capture-payment.ts';
import { followCharge } from './follow-charge.ts';
import { captureAll, capturedAmounts, givenPayment, metadataKey, paymentOf, plan, posts } from './payments-test.ts';

const hourMs = 3_600_000;

type Given = { withPaymentIntent?: boolean; refused?: boolean };

/** An authorisation of 100.00 EUR of which 60.00 are to be captured, or that is to be let go of. */
async function readyPayment(world: World, { withPaymentIntent = true, refused = false }: Given = {}) {
  const payment = await givenPayment(world, 'Order_1', { withPaymentIntent });
  const state = refused ? 'REFUSED' : 'SHIPPING';
  const order = { commercialId: 'Order_1', id: 'Order_1-A', total: '60.00', state };
  world.miraklSimulator.given.productOrder(order);
  world.miraklSimulator.given.productOrder({ ...order, id: 'Order_1-B', total: '40.00', state: 'REFUSED' });
  await plan(world);
  await world.queues.byName['payment-validation'].drain();
  return payment;
}

const waitingJobs = async ({ queues }: World, queue: 'payment-validation' | 'payment-split' | 'sweeps') =>
  (await queues.byName[queue].getWaiting()).map(({ name }) => name);

const storyOf = async ({ db }: World) =>
  (await db.selectFrom('operation_history').select('reason').orderBy('id').execute()).map(({ reason }) => reason);

const alarms = async ({ db }: World) =>
  (await db.selectFrom('operation_alarm').select(['kind', 'operation_id']).execute()).map(
    ({ kind, operation_id: id }) => [kind, id],
  );

/** Something happens to the payment on Stripe, by somebody else's hand. */
async function elsewhere({ stripeSimulator }: World, path: string, body: Record<string, string> = {}): Promise<void> {
  const headers = { authorization: `Bearer ${stripeSimulator.apiKey}` };
  const answer = await fetch(`${stripeSimulator.url}${path}`, {
    method: 'POST',
    headers,
    body: new URLSearchParams(body),
  });
  expect(answer.status).toBe(200);
}

/** All ways in which a payment is captured or let go of, and what is left of it then. */
const ways = [
  ['capturing a PaymentIntent', {}, /payment_intents\/\w+\/capture$/, 'captured', [6_000]],
  ['capturing a charge', { withPaymentIntent: false }, /charges\/\w+\/capture$/, 'captured', [6_000]],
  ['cancelling a PaymentIntent', { refused: true }, /payment_intents\/\w+\/cancel$/, 'canceled', [0]],
  ['letting go of a charge', { refused: true, withPaymentIntent: false }, /\/v1\/refunds$/, 'canceled', [0]],
] as const;

describe.for(ways)('%s', ([, given, path, status, captured]) => {
  const call = { method: 'POST', path };

  async function expectOnce(world: World, paymentId: number): Promise<void> {
    expect(await paymentOf(world, paymentId)).toMatchObject({
      ...{
        status,
        idempotency_key: null,
        request: null,
        first_sent_at: null,
        claimed_until: null,
        status_reason: null,
      },
    });
    expect(capturedAmounts(world)).toEqual(captured);
    expect(world.stripeSimulator.charges()[0]?.amount_refunded).toBe(10_000 - captured[0]);
    expect(world.stripeSimulator.refunds()).toHaveLength(1);
  }

  test('happens once, even when several workers take its job', async ({ world }) => {
    const { paymentId } = await readyPayment(world, given);
    const outcomes = await Promise.allSettled([1, 2, 3, 4].map(() => capturePayment(world, { paymentId })));
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled' && outcome.value === 'done')).toHaveLength(1);
    expect(await capturePayment(world, { paymentId })).toBe('already handled');
    expect(posts(world)).toHaveLength(1);
    await expectOnce(world, paymentId);
  });

  test('L1: the answer gets lost: the same call is repeated with its key', async ({ world }) => {
    const { paymentId } = await readyPayment(world, given);
    world.stripeSimulator.faults.add({ ...call, kind: 'cut-after-effect', times: 2 });
    await expect(capturePayment(world, { paymentId })).rejects.toMatchObject({ code: 'stripe_unknown_outcome' });
    const open = await paymentOf(world, paymentId);
    expect(open).toMatchObject({ status: 'to_capture', idempotency_key: expect.any(String), claimed_until: null });
    expect(await plan(world, { all: true })).toBe('no payment is to be captured');
    expect(await capturePayment(world, { paymentId })).toBe('done');
    expect(new Set(posts(world).map(({ idempotencyKey }) => idempotencyKey))).toEqual(new Set([open.idempotency_key]));
    await expectOnce(world, paymentId);
  });

  test('L1: the worker dies before the call, after the call, or before it has recorded anything', async ({ world }) => {
    const { paymentId } = await readyPayment(world, given);
    for (const at of ['before-effect', 'after-effect'] as const) {
      const hold = world.stripeSimulator.faults.add({ ...call, kind: 'hold', at });
      const dying = capturePayment(world, { paymentId }).catch(() => 'died');
      await hold.reached;
      const before = await paymentOf(world, paymentId);
      hold.release();
      await dying;
      // What a dead worker leaves behind: a key and a request, and a claim that runs out.
      const { status: is, idempotency_key, request, first_sent_at, claimed_until, decided_at, capture_amount } = before;
      await world.db
        .updateTable('payment_mapping')
        .set({
          status: is,
          idempotency_key,
          request: JSON.stringify(request),
          first_sent_at,
          claimed_until,
          decided_at,
        })
        .set({ capture_amount, next_try_at: before.next_try_at })
        .where('id', '=', paymentId)
        .execute();
      await expect(capturePayment(world, { paymentId })).rejects.toMatchObject({ code: 'claimed_elsewhere' });
      world.clock.advance(60_000);
    }
    expect(await capturePayment(world, { paymentId })).toBe('done');
    await expectOnce(world, paymentId);
  });

  test('a day later, when Stripe has forgotten the key, a look finds what was done', async ({ world }) => {
    const { paymentId } = await readyPayment(world, given);
    world.stripeSimulator.faults.add({ ...call, kind: 'cut-after-effect', times: 2 });
    await expect(capturePayment(world, { paymentId })).rejects.toThrow();
    world.clock.advance(25 * hourMs);
    expect(await capturePayment(world, { paymentId })).toBe('found on Stripe');
    await expectOnce(world, paymentId);
  });

  test('a day later, when nothing was done, it is done with a new key', async ({ world }) => {
    const { paymentId } = await readyPayment(world, given);
    world.stripeSimulator.faults.add({ ...call, kind: 'cut-before-effect', times: 2 });
    await expect(capturePayment(world, { paymentId })).rejects.toThrow();
    world.clock.advance(25 * hourMs);
    expect(await capturePayment(world, { paymentId })).toBe('done');
    expect(posts(world).at(-1)?.idempotencyKey).toMatch(/^connector\/PAYMENT_\w+\/ch_\w+\/1$/);
    await expectOnce(world, paymentId);
  });

  test('an error that Stripe keeps under the key is not waited for: a look, then a new key', async ({ world }) => {
    const { paymentId } = await readyPayment(world, given);
    const body = { error: { type: 'api_error', message: 'Something went wrong' } };
    const headers = { 'stripe-should-retry': 'false' };
    world.stripeSimulator.faults.add({ ...call, kind: 'answer', stored: true, status: 500, body, headers });
    await expect(capturePayment(world, { paymentId })).rejects.toMatchObject({ code: 'look_up_first' });
    expect(await capturePayment(world, { paymentId })).toBe('done');
    await expectOnce(world, paymentId);
  });

  test('its job is lost: the recovery sweep rings for it', async ({ world }) => {
    const { paymentId } = await readyPayment(world, given);
    await ringWaitingWork({ ...world, notifies: false });
    expect(await waitingJobs(world, 'payment-validation')).toEqual([]);
    world.clock.advance(2 * 60_000);
    expect(await ringWaitingWork({ ...world, notifies: false })).toContain('1 payments');
    expect(await captureAll(world)).toEqual(['done']);
    await expectOnce(world, paymentId);
  });

  test('Stripe’s event is faster than our record: no outcome stays unknown', async ({ world }) => {
    const { paymentId, chargeId } = await readyPayment(world, given);
    const hold = world.stripeSimulator.faults.add({ ...call, kind: 'hold', at: 'after-effect' });
    const slow = capturePayment(world, { paymentId });
    await hold.reached;
    expect(await followCharge({ ...world, metadataKey }, { chargeId })).toBe(status);
    await expectOnce(world, paymentId);
    hold.release();
    expect(await slow).toBe('done');
    await expectOnce(world, paymentId);
    expect(await alarms(world)).toEqual([]);
  });
});

describe('L15: what others did to the payment is taken over', () => {
  test('captured elsewhere: it is captured, and no error without end', async ({ world }) => {
    const { paymentId, paymentIntentId } = await readyPayment(world);
    await elsewhere(world, `/v1/payment_intents/${paymentIntentId}/capture`, { amount_to_capture: '9000' });
    expect(await capturePayment(world, { paymentId })).toBe('found on Stripe');
    expect(await paymentOf(world, paymentId)).toMatchObject({ status: 'captured', capture_amount: 9_000n });
    expect((await storyOf(world)).at(-1)).toBe('found on Stripe: captured 90.00 EUR');
    expect(await waitingJobs(world, 'payment-split')).toEqual(['payment-split.release-order']);
    expect(await alarms(world)).toEqual([]);
  });

  test('captured elsewhere between our look and our call', async ({ world }) => {
    const { paymentId, paymentIntentId, chargeId } = await readyPayment(world);
    const path = `/v1/payment_intents/${paymentIntentId}/capture`;
    const hold = world.stripeSimulator.faults.add({ path, kind: 'hold', at: 'before-effect' });
    const late = capturePayment(world, { paymentId });
    await hold.reached;
    await elsewhere(world, path);
    hold.release();
    expect(await late).toBe('on hold');
    expect(await waitingJobs(world, 'payment-validation')).toEqual(['payment-validation.follow-charge']);
    await followCharge({ ...world, metadataKey }, { chargeId });
    expect(await paymentOf(world, paymentId)).toMatchObject({ status: 'captured', capture_amount: 10_000n });
    expect(await alarms(world)).toEqual([]);
  });

  test.for([
    ['expired', 'Authorization of payment %s has expired'],
    ['cancelled', 'Payment %s has been canceled'],
  ] as const)(
    '%s although orders were accepted: canceled, with the reason, and somebody should look',
    async ([how, text], { world }) => {
      const { paymentId, paymentIntentId, chargeId } = await readyPayment(world);
      if (how === 'expired') world.stripeSimulator.expireAuthorization(chargeId);
      else await elsewhere(world, `/v1/payment_intents/${paymentIntentId}/cancel`);
      expect(await capturePayment(world, { paymentId })).toBe('aborted');
      const reason = text.replace('%s', chargeId);
      expect(await paymentOf(world, paymentId)).toMatchObject({
        ...{ status: 'canceled', status_reason: reason, release_due_at: world.now() },
      });
      expect(await alarms(world)).toEqual([['payment', paymentId]]);
      expect(await waitingJobs(world, 'payment-split')).toEqual(['payment-split.release-order']);
      expect(await followCharge({ ...world, metadataKey }, { chargeId })).toBe('known already');
    },
  );

  test('cancelled by somebody else as we wanted: nothing to look at', async ({ world }) => {
    const { paymentId, paymentIntentId } = await readyPayment(world, { refused: true });
    await elsewhere(world, `/v1/payment_intents/${paymentIntentId}/cancel`);
    expect(await capturePayment(world, { paymentId })).toBe('found on Stripe');
    expect(await paymentOf(world, paymentId)).toMatchObject({ status: 'canceled', status_reason: null });
    expect(await alarms(world)).toEqual([]);
  });

  test('a charge in another currency than the orders is not touched', async ({ world }) => {
    const { paymentId } = await readyPayment(world);
    await world.db.updateTable('payment_mapping').set({ currency: 'usd' }).execute();
    expect(await capturePayment(world, { paymentId })).toBe('on hold');
    expect(await paymentOf(world, paymentId)).toMatchObject({ status_reason: 'Unexpected value EUR of currency' });
    expect(posts(world)).toEqual([]);
  });
});

describe('L15: a capture that is refused', () => {
  const refusal = { error: { type: 'card_error', message: 'The bank says no' } };

  test('stays to be captured, with the reason, its story and an alarm; the next try gets a new key after a pause that grows', async ({
    world,
  }) => {
    const { paymentId, paymentIntentId } = await readyPayment(world);
    const path = `/v1/payment_intents/${paymentIntentId}/capture`;
    const pauses: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      world.stripeSimulator.faults.add({ path, kind: 'answer', status: 402, body: refusal });
      await expect(capturePayment(world, { paymentId })).rejects.toMatchObject({
        ...{ code: 'operation_refused', retryable: false },
      });
      const row = await paymentOf(world, paymentId);
      expect(row).toMatchObject({
        ...{ status: 'to_capture', status_reason: 'The bank says no', round: round + 1, idempotency_key: null },
        decided_at: null,
      });
      const pauseMs = (row.next_try_at?.getTime() ?? 0) - world.now().getTime();
      pauses.push(pauseMs / 60_000);
      expect(await plan(world)).toBe('no payment is to be captured');
      world.clock.advance(pauseMs);
      expect(await plan(world)).toBe('1 payments to be captured or let go of, 0 wait');
    }
    expect(pauses).toEqual([5, 10, 20]);
    expect((await storyOf(world)).filter((reason) => reason === 'The bank says no')).toHaveLength(3);
    expect(await alarms(world)).toEqual([['payment', paymentId]]);
    expect(await capturePayment(world, { paymentId })).toBe('done');
    expect(posts(world).map(({ idempotencyKey }) => idempotencyKey?.at(-1))).toEqual(['0', '1', '2', '3']);
    expect(await world.db.selectFrom('operation_alarm').select('due_at').execute()).toEqual([{ due_at: null }]);
  });

  test('is due at once when somebody retries its job by hand', async ({ world }) => {
    const { paymentId, paymentIntentId } = await readyPayment(world);
    const path = `/v1/payment_intents/${paymentIntentId}/capture`;
    world.stripeSimulator.faults.add({ path, kind: 'answer', status: 402, body: refusal });
    await expect(capturePayment(world, { paymentId })).rejects.toThrow();
    expect(await capturePayment(world, { paymentId })).toBe('due again');
    expect((await paymentOf(world, paymentId)).next_try_at).toEqual(world.now());
    expect(await waitingJobs(world, 'sweeps')).toEqual(['payment-validation.plan-captures']);
  });

  test('a rate limit or a revoked key decides nothing about the payment', async ({ world }) => {
    const { paymentId } = await readyPayment(world);
    for (const status of [429, 401]) {
      const body = { error: { type: 'invalid_request_error', message: 'no' } };
      world.stripeSimulator.faults.add({ kind: 'answer', status, body });
      await expect(capturePayment(world, { paymentId })).rejects.toMatchObject({ pausesQueue: true });
      expect(await paymentOf(world, paymentId)).toMatchObject({ status_reason: null, claimed_until: null });
    }
    expect(await capturePayment(world, { paymentId })).toBe('done');
  });
});

test('a worker whose claim has run out does not end the round that another has opened since', async ({ world }) => {
  const { paymentId, chargeId, paymentIntentId } = await readyPayment(world);
  const slowLook = world.stripeSimulator.faults.add({
    path: `/v1/charges/${chargeId}`,
    kind: 'hold',
    at: 'after-effect',
  });
  world.stripeSimulator.changeCharge(chargeId, { status: 'pending' });
  const slow = capturePayment(world, { paymentId });
  await slowLook.reached;
  world.stripeSimulator.changeCharge(chargeId, { status: 'succeeded' });
  world.clock.advance(60_000);
  const path = `/v1/payment_intents/${paymentIntentId}/capture`;
  const call = world.stripeSimulator.faults.add({ path, kind: 'hold', at: 'after-effect' });
  const other = capturePayment(world, { paymentId });
  await call.reached;
  slowLook.release();
  expect(await slow).toBe('on hold');
  expect(await paymentOf(world, paymentId)).toMatchObject({ idempotency_key: expect.any(String), status_reason: null });
  call.release();
  expect(await other).toBe('done');
  expect(await paymentOf(world, paymentId)).toMatchObject({ status: 'captured', capture_amount: 6_000n });
});
