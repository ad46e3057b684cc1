import { createMiraklClient, turnsInLedger } from '@connector/mirakl';
import { test, type World } from '@connector/testing';
import { sql } from 'kysely';
import { describe, expect } from 'vitest';
import { mailFailures } from '../alerting/index.ts';
import { openMailbox } from '../notice/mailbox-test.ts';
import { ringWaitingWork } from '../recovery/ring-waiting-work.ts';
import { makeCapturesDue } from './captures-table.ts';
import { followCharge } from './follow-charge.ts';
import { captureAll, capturedAmounts, givenPayment, metadataKey, paymentOf, payments, plan } from './payments-test.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

const givenOrder = (world: World, seller: string, fields: object = {}) =>
  world.miraklSimulator.given.productOrder({ id: `Order_1-${seller}`, commercialId: 'Order_1', ...fields });

const line = (fields: object) => ({
  id: 'L-1',
  state: 'SHIPPING',
  total: '100.00',
  taxes: [],
  shippingTaxes: [],
  ...fields,
});

const released = async ({ queues }: World) =>
  (await queues.byName['payment-split'].getWaiting()).map(({ name, data }) => [name, data]);

describe('what is captured', () => {
  test('L12: one seller refuses: what the others deliver is captured, and their transfers go on', async ({ world }) => {
    const { paymentId } = await givenPayment(world, 'Order_1');
    givenOrder(world, 'A', { total: '60.00' });
    givenOrder(world, 'B', { total: '40.00', state: 'REFUSED', debited: false });
    expect(await plan(world)).toBe('1 payments to be captured or let go of, 0 wait');
    expect(await captureAll(world)).toEqual(['done']);
    expect(capturedAmounts(world)).toEqual([6_000]);
    expect(world.stripeSimulator.paymentIntents()).toMatchObject([{ status: 'succeeded', amount_received: 6_000 }]);
    expect(await paymentOf(world, paymentId)).toMatchObject({
      ...{ status: 'captured', capture_amount: 6_000n, stripe_amount: 10_000n, status_reason: null },
      ...{ idempotency_key: null, claimed_until: null, next_try_at: null },
    });
    expect(await released(world)).toEqual([['payment-split.release-order', { commercialOrderId: 'Order_1' }]]);
    const story = await world.db.selectFrom('operation_history').selectAll().orderBy('id').execute();
    expect(story.map(({ kind, from_status, to_status, reason }) => [kind, from_status, to_status, reason])).toEqual([
      ['payment', null, 'to_capture', null],
      ['payment', 'to_capture', 'to_capture', 'to be captured: 60.00 EUR'],
      ['payment', 'to_capture', 'captured', 'captured 60.00 EUR'],
    ]);
    expect(story.at(-1)?.stripe_request_id).toMatch(/^req_/);
  });

  test.for([
    ['included in prices', 'TAX_INCLUDED', 7_000],
    ['on top of them: those of the refused line, shipping taxes among them, are not captured', 'TAX_EXCLUDED', 6_350],
  ] as const)('a seller accepts in part; taxes are %s', async ([, taxMode, captured], { world }) => {
    await givenPayment(world, 'Order_1');
    const taxed = { state: 'WAITING_ACCEPTANCE', taxes: ['5.00', '0.50'], shippingTaxes: ['1.00'] };
    const lines = [line({ ...taxed, total: '70.00' }), line({ ...taxed, id: 'L-2', total: '30.00' })];
    const order = givenOrder(world, 'A', { state: 'WAITING_ACCEPTANCE', taxMode, lines });
    world.miraklSimulator.acceptOrder(order.id, { refusedLines: ['L-2'] });
    world.miraklSimulator.changeProductOrder(order.id, { state: 'SHIPPING' });
    await plan(world);
    await captureAll(world);
    expect(capturedAmounts(world)).toEqual([captured]);
  });

  test('L18: what was cancelled of a line is not captured: goods, shipping and their taxes', async ({ world }) => {
    await givenPayment(world, 'Order_1');
    const lines = [line({ total: '80.00', taxes: ['16.00'], shippingTaxes: ['1.00'] })];
    const order = givenOrder(world, 'A', { total: '80.00', taxMode: 'TAX_EXCLUDED', lines });
    const cancelled = { amount: '10.00', shippingAmount: '2.00', taxes: ['2.00'], shippingTaxes: ['0.25'] };
    world.miraklSimulator.cancelLine(order.id, 'L-1', cancelled);
    world.miraklSimulator.cancelLine(order.id, 'L-1', { amount: '0.75' });
    await plan(world);
    await captureAll(world);
    expect(capturedAmounts(world)).toEqual([8_500]);
  });

  test('what the buyer bought in the same go and Mirakl knows nothing of', async ({ world }) => {
    await givenPayment(world, 'Order_1', { amount: 15_000 });
    givenOrder(world, 'A', { total: '60.00' });
    givenOrder(world, 'B', { total: '40.00', state: 'CANCELED' });
    await plan(world);
    await captureAll(world);
    expect(capturedAmounts(world)).toEqual([11_000]);
  });

  test('goods and services under one commercial id count together', async ({ world }) => {
    await givenPayment(world, 'Order_1', { amount: 30_000 });
    givenOrder(world, 'A');
    const service = { commercialId: 'Order_1', taxMode: 'TAX_EXCLUDED', taxes: ['5.00'], price: '45.00' };
    const refused = world.miraklSimulator.given.serviceOrder({ ...service, id: 'Order_1-S', state: 'ORDER_EXPIRED' });
    const waiting = world.miraklSimulator.given.serviceOrder({ commercialId: 'Order_1', id: 'Order_1-T' });
    await plan(world);
    expect(await payments(world)).toMatchObject([
      { status_reason: 'Order is not ready yet, status is ORDER_ACCEPTED', capture_amount: null },
    ]);
    world.miraklSimulator.given.debit({ orderId: refused.id, state: 'REFUSED' });
    world.miraklSimulator.given.debit({ orderId: waiting.id, state: 'REFUSED' });
    world.miraklSimulator.given.debit({ orderId: waiting.id, state: 'OK' });
    await plan(world, { all: true });
    await captureAll(world);
    expect(capturedAmounts(world)).toEqual([25_000]);
  });

  test('L19: in a currency without decimals, neither a hundred times too much nor too little', async ({ world }) => {
    await givenPayment(world, 'Order_1', { amount: 12_000, currency: 'jpy' });
    givenOrder(world, 'A', { currency: 'JPY', total: '7000' });
    givenOrder(world, 'B', { currency: 'JPY', total: '5000', state: 'REFUSED' });
    await plan(world);
    await captureAll(world);
    expect(capturedAmounts(world)).toEqual([7_000]);
  });

  test('an authorisation without a PaymentIntent', async ({ world }) => {
    await givenPayment(world, 'Order_1', { withPaymentIntent: false });
    givenOrder(world, 'A', { total: '60.00' });
    givenOrder(world, 'B', { total: '40.00', state: 'REFUSED' });
    await plan(world);
    await captureAll(world);
    expect(capturedAmounts(world)).toEqual([6_000]);
  });

  test.for(['INCIDENT_OPEN', 'WAITING_REFUND', 'REFUNDED'])(
    'a line in the state %s is captured like any other: refunds are another matter',
    async (state, { world }) => {
      await givenPayment(world, 'Order_1');
      const order = givenOrder(world, 'A', { lines: [line({ state })] });
      world.miraklSimulator.given.refund({ orderId: order.id });
      await plan(world);
      await captureAll(world);
      expect(capturedAmounts(world)).toEqual([10_000]);
    },
  );
});

describe('nothing left to capture', () => {
  test.for([
    ['a PaymentIntent is cancelled', true, '/cancel'],
    ['a charge without one is refunded, which lets go of it', false, '/v1/refunds'],
  ] as const)('%s', async ([, withPaymentIntent, path], { world }) => {
    const { paymentId } = await givenPayment(world, 'Order_1', { withPaymentIntent });
    for (const seller of ['A', 'B']) givenOrder(world, seller, { total: '50.00', state: 'REFUSED', debited: false });
    await plan(world);
    expect(await captureAll(world)).toEqual(['done']);
    expect(await paymentOf(world, paymentId)).toMatchObject({ status: 'canceled', status_reason: null });
    expect(world.stripeSimulator.charges()).toMatchObject([{ captured: false, refunded: true }]);
    const calls = world.stripeSimulator.requests().filter(({ method }) => method === 'POST');
    expect(calls).toHaveLength(1);
    expect(calls[0]?.path).toContain(path);
    expect(await released(world)).toHaveLength(1);
  });
});

describe('L20: several payments of one commercial order', () => {
  test('are parts of the price: each is captured, the oldest first', async ({ world }) => {
    for (const amount of [6_000, 4_000]) await givenPayment(world, 'Order_1', { amount });
    givenOrder(world, 'A', { total: '70.00' });
    givenOrder(world, 'B', { total: '30.00', state: 'REFUSED' });
    await plan(world);
    await captureAll(world);
    expect(capturedAmounts(world)).toEqual([6_000, 1_000]);
  });

  test('of which one is captured already: only the rest is taken', async ({ world }) => {
    await givenPayment(world, 'Order_1', { amount: 6_000, captured: true });
    await givenPayment(world, 'Order_1', { amount: 4_000 });
    givenOrder(world, 'A', { total: '75.00' });
    givenOrder(world, 'B', { total: '25.00', state: 'CANCELED' });
    await plan(world);
    await captureAll(world);
    expect(capturedAmounts(world)).toEqual([6_000, 1_500]);
  });

  test('a failed one neither wins nor counts, whenever it came', async ({ world }) => {
    await givenPayment(world, 'Order_1', { status: 'failed' });
    await givenPayment(world, 'Order_1');
    await givenPayment(world, 'Order_1', { status: 'failed' });
    givenOrder(world, 'A');
    await plan(world);
    await captureAll(world);
    expect(capturedAmounts(world)).toEqual([0, 10_000, 0]);
  });

  test('one too many is let go of: the buyer pays once', async ({ world }) => {
    for (const _ of [1, 2]) await givenPayment(world, 'Order_1');
    givenOrder(world, 'A', { total: '60.00' });
    givenOrder(world, 'B', { total: '40.00', state: 'REFUSED' });
    await plan(world);
    await captureAll(world);
    expect(capturedAmounts(world)).toEqual([6_000, 0]);
    expect(await payments(world)).toMatchObject([{ status: 'captured' }, { status: 'canceled' }]);
  });

  test('what was let go of changes nothing for the others when they are weighed again', async ({ world }) => {
    const first = await givenPayment(world, 'Order_1', { amount: 6_000 });
    await givenPayment(world, 'Order_1', { amount: 4_000 });
    givenOrder(world, 'A', { total: '50.00' });
    givenOrder(world, 'B', { total: '50.00', state: 'REFUSED' });
    await plan(world);
    const refusal = { error: { type: 'card_error', message: 'The bank says no' } };
    const path = `/v1/payment_intents/${first.paymentIntentId}/capture`;
    world.stripeSimulator.faults.add({ path, kind: 'answer', status: 402, body: refusal });
    await expect(captureAll(world)).rejects.toMatchObject({ code: 'operation_refused' });
    await ringLater(world);
    await captureAll(world);
    expect(await payments(world)).toMatchObject([{ status: 'to_capture' }, { status: 'canceled' }]);
    world.clock.advance(hourMs);
    await plan(world);
    await captureAll(world);
    expect(capturedAmounts(world)).toEqual([5_000, 0]);
  });
});

/** The recovery sweep rings for what was not captured in time. */
async function ringLater(world: World): Promise<void> {
  world.clock.advance(2 * 60_000);
  await ringWaitingWork({ ...world, notifies: false });
}

describe('what waits', () => {
  test.for([
    ['no order is there yet', undefined, 'Cannot find an order of commercial order Order_1'],
    [
      'an order is to be accepted',
      { state: 'WAITING_ACCEPTANCE' },
      'Order is not ready yet, status is WAITING_ACCEPTANCE',
    ],
    [
      'Mirakl is to be told of the payment',
      { state: 'WAITING_DEBIT_PAYMENT' },
      'Order is not ready yet, status is WAITING_DEBIT_PAYMENT',
    ],
    ['it is accepted and not marked as paid', { debited: false }, 'Order is not ready yet, status is SHIPPING'],
    ['a state is not known', { state: 'TELEPORTED' }, 'Unexpected value TELEPORTED of order_state'],
    [
      'a line is in a state that is not known',
      { lines: [line({ state: 'LOST' })] },
      'Unexpected value LOST of order_line_state',
    ],
    ['an amount cannot be read', { raw: { total_price: 'free' } }, 'Unexpected value free of total_price'],
    ['the buyer pays in another currency', { currency: 'USD' }, 'Unexpected value EUR of currency'],
    [
      'what was refused cannot be expressed',
      { lines: [line({ total: '90.00' }), line({ id: 'L-2', state: 'REFUSED', total: '10.005' })] },
      "Amount 10.005 EUR cannot be expressed in Stripe's minor units",
    ],
  ] as const)('%s: with the reason, and goes on once it is gone', async ([, fields, reason], { world }) => {
    const { paymentId } = await givenPayment(world, 'Order_1');
    if (fields) givenOrder(world, 'A', fields);
    expect(await plan(world)).toBe('0 payments to be captured or let go of, 1 wait');
    expect(await paymentOf(world, paymentId)).toMatchObject({
      ...{ status: 'to_capture', status_reason: reason, decided_at: null, capture_amount: null },
      next_try_at: new Date(world.now().getTime() + 300_000),
    });
    expect(await captureAll(world)).toEqual([]);
    expect(await plan(world)).toBe('no payment is to be captured');

    const { id } = fields ? { id: 'Order_1-A' } : givenOrder(world, 'A');
    const mended = { state: 'SHIPPING', debited: true, lines: [line({})], raw: {}, currency: 'EUR', total: '100.00' };
    world.miraklSimulator.changeProductOrder(id, mended);
    world.clock.advance(300_000);
    await plan(world);
    await captureAll(world);
    expect(capturedAmounts(world)).toEqual([10_000]);
  });

  test('L16: one order that cannot be read holds its own commercial order alone', async ({ world }) => {
    await givenPayment(world, 'Order_1');
    await givenPayment(world, 'Order_2');
    givenOrder(world, 'A', { total: '50.00' });
    givenOrder(world, 'B', { total: '50.00', raw: { order_lines: 7 } });
    world.miraklSimulator.given.productOrder({ commercialId: 'Order_2' });
    await plan(world);
    expect(await payments(world)).toMatchObject([
      { status_reason: 'Unexpected value 7 of order_lines' },
      { status_reason: null, capture_amount: 10_000n },
    ]);
  });

  test('what would be more than is authorised is held and never captured', async ({ world }) => {
    const { paymentId } = await givenPayment(world, 'Order_1');
    const cancelations = [{ id: 'c', amount: '-5.00', shippingAmount: '0', taxes: [], shippingTaxes: [] }];
    givenOrder(world, 'A', { lines: [line({ cancelations })] });
    await plan(world);
    expect(await paymentOf(world, paymentId)).toMatchObject({
      status_reason: 'Cannot capture 105.00 EUR, only 100.00 EUR is authorized',
    });
    expect(await captureAll(world)).toEqual([]);
  });

  test('is looked at again at once, and not after a pause, if Mirakl was told of the debit while its order was read', async ({
    world,
  }) => {
    const { miraklSimulator: mirakl, clock, db } = world;
    const { paymentId } = await givenPayment(world, 'Order_1');
    const order = givenOrder(world, 'A', { state: 'WAITING_DEBIT_PAYMENT', debited: false });
    const answer = mirakl.faults.add({ path: '/api/orders', kind: 'hold', at: 'after-effect' });
    const round = plan(world);
    await answer.reached;
    clock.advance(1_000);
    mirakl.changeProductOrder(order.id, { state: 'SHIPPING', debited: true });
    await makeCapturesDue(db, { commercialIds: ['Order_1'] }, clock.now());
    answer.release();
    expect(await round).toBe('0 payments to be captured or let go of, 0 wait');
    expect(await paymentOf(world, paymentId)).toMatchObject({ decided_at: null, next_try_at: clock.now() });
    await plan(world);
    await captureAll(world);
    expect(capturedAmounts(world)).toEqual([10_000]);
  });

  test('an order whose buyer pays the seller directly is not waited for', async ({ world }) => {
    await givenPayment(world, 'Order_1');
    givenOrder(world, 'A');
    givenOrder(world, 'B', { buyerPaysSeller: true, state: 'WAITING_ACCEPTANCE' });
    await plan(world);
    await captureAll(world);
    expect(capturedAmounts(world)).toEqual([10_000]);
  });
});

describe('PA01_AFTER_CAPTURE: Mirakl is told once the capture worked, so the capture comes first', () => {
  const afterCapture = { validateAfterCapture: true, all: true };

  test('when all that Mirakl still waits for is the debit', async ({ world }) => {
    await givenPayment(world, 'Order_1', { amount: 20_000 });
    const first = givenOrder(world, 'A', { state: 'WAITING_DEBIT_PAYMENT', debited: false });
    const second = givenOrder(world, 'B', { state: 'WAITING_ACCEPTANCE' });
    await plan(world, afterCapture);
    expect(await payments(world)).toMatchObject([
      { status_reason: 'Order is not ready yet, status is WAITING_ACCEPTANCE' },
    ]);
    world.miraklSimulator.changeProductOrder(second.id, { state: 'REFUSED' });
    await plan(world, afterCapture);
    await captureAll(world);
    expect(capturedAmounts(world)).toEqual([10_000]);
    expect(world.miraklSimulator.productOrders().find(({ id }) => id === first.id)?.state).toBe(
      'WAITING_DEBIT_PAYMENT',
    );
  });

  test('and not before Mirakl asks for it, where goods are paid for later', async ({ world }) => {
    await givenPayment(world, 'Order_1');
    const order = givenOrder(world, 'A', { state: 'SHIPPED', debited: false, paymentWorkflow: 'PAY_ON_SHIPMENT' });
    await plan(world, afterCapture);
    expect(await payments(world)).toMatchObject([{ status_reason: 'Order is not ready yet, status is SHIPPED' }]);
    // Mirakl lists the debit while the order goes on with its own state (the published PA11).
    world.miraklSimulator.faults.add({
      path: '/api/payment/debit',
      kind: 'answer',
      status: 200,
      body: {
        orders: {
          order: [
            {
              ...{ order_id: order.id, order_commercial_id: 'Order_1', customer_id: '7', amount: 100 },
              currency_iso_code: 'EUR',
            },
          ],
        },
      },
    });
    await plan(world, afterCapture);
    await captureAll(world);
    expect(capturedAmounts(world)).toEqual([10_000]);
  });
});

describe('L15: authorisations run out', () => {
  test('one that waits says so a day before, once in its story, and the operator is mailed', async ({ world }) => {
    const { paymentId, chargeId } = await givenPayment(world, 'Order_1');
    givenOrder(world, 'A', { state: 'WAITING_ACCEPTANCE' });
    const expiresAt = new Date(world.now().getTime() + 7 * dayMs);
    world.clock.advance(6 * dayMs - 1_000);
    expect(await plan(world, { all: true })).toBe('0 payments to be captured or let go of, 1 wait');
    const waits = 'Order is not ready yet, status is WAITING_ACCEPTANCE';
    expect(await paymentOf(world, paymentId)).toMatchObject({ status_reason: waits });
    world.clock.advance(1_000);
    for (const _ of [1, 2]) {
      expect(await plan(world, { all: true })).toBe(
        '0 payments to be captured or let go of, 1 wait, 1 of which expire within a day',
      );
    }
    const reason = `${waits}. The authorization expires at ${expiresAt.toISOString()}`;
    expect(await paymentOf(world, paymentId)).toMatchObject({ status_reason: reason });
    const story = await world.db.selectFrom('operation_history').select('reason').orderBy('id').execute();
    expect(story.map((entry) => entry.reason)).toEqual([null, waits, reason]);

    const { mailbox, mailer } = await openMailbox();
    expect(await mailFailures({ ...world, mailer })).toBe('1 failures mailed');
    expect(mailbox.mails()[0]?.text).toContain(
      `Commercial order id: Order_1\nCharge: ${chargeId}\nAmount: 100.00 EUR\n`,
    );
    world.miraklSimulator.changeProductOrder('Order_1-A', { state: 'SHIPPING' });
    await plan(world, { all: true });
    await captureAll(world);
    expect(await mailFailures({ ...world, mailer })).toBe('nothing is failed');
  });

  test('one whose end nobody told of is looked at when it should have come; the loss is mailed once', async ({
    world,
  }) => {
    const { paymentId, chargeId } = await givenPayment(world, 'Order_1');
    givenOrder(world, 'A', { state: 'WAITING_ACCEPTANCE' });
    world.clock.advance(7 * dayMs);
    world.stripeSimulator.expireAuthorization(chargeId);
    await plan(world);
    const waiting = await world.queues.byName['payment-validation'].getWaiting();
    expect(waiting.map(({ name, data }) => [name, data])).toEqual([['payment-validation.follow-charge', { chargeId }]]);
    await followCharge({ ...world, metadataKey }, { chargeId });
    expect(await paymentOf(world, paymentId)).toMatchObject({
      ...{ status: 'canceled', status_reason: `Authorization of payment ${chargeId} has expired`, next_try_at: null },
    });
    const { mailbox, mailer } = await openMailbox();
    expect(await mailFailures({ ...world, mailer })).toBe('1 failures mailed');
    expect(await mailFailures({ ...world, mailer })).toBe('nothing is failed');
    expect(mailbox.mails()).toHaveLength(1);
  });

  test('a row of the old connector, which knows no date, is given seven days', async ({ world }) => {
    const { paymentId } = await givenPayment(world, 'Order_1');
    const unknown = { capture_before: null, currency: null, stripe_payment_intent_id: null };
    await world.db.updateTable('payment_mapping').set(unknown).execute();
    const order = givenOrder(world, 'A', { state: 'WAITING_ACCEPTANCE' });
    world.clock.advance(6 * dayMs);
    await plan(world);
    expect((await paymentOf(world, paymentId)).status_reason).toContain(
      'The authorization expires at 2026-11-09T09:00',
    );
    world.miraklSimulator.changeProductOrder(order.id, { state: 'SHIPPING' });
    await plan(world, { all: true });
    await captureAll(world);
    expect(await paymentOf(world, paymentId)).toMatchObject({ status: 'captured', currency: 'eur' });
  });
});

describe('a large marketplace', () => {
  test('L34: a hundred commercial orders are asked for in one call each of goods and of services', async ({
    world,
  }) => {
    for (let index = 0; index < 100; index += 1) {
      const commercialId = `Order_${index}`;
      await givenPayment(world, commercialId);
      world.miraklSimulator.given.productOrder({ commercialId, state: index % 2 ? 'SHIPPING' : 'WAITING_ACCEPTANCE' });
    }
    const readSoFar = world.stripeSimulator.requests().length;
    expect(await plan(world)).toBe('50 payments to be captured or let go of, 50 wait');
    const paths = world.miraklSimulator.requests().map(({ path }) => path);
    expect(paths.filter((path) => path === '/api/orders')).toHaveLength(1);
    expect(paths.filter((path) => path === '/api/mms/orders').length).toBeLessThanOrEqual(1);
    expect(world.stripeSimulator.requests()).toHaveLength(readSoFar);
  });

  test('Mirakl’s call frequency is kept: the round comes back when it is its turn', async ({ world }) => {
    const mirakl = createMiraklClient({
      baseUrl: world.miraklSimulator.url,
      auth: { scheme: 'key', apiKey: world.miraklSimulator.apiKey },
      clock: world.now,
      log: world.log,
      takeTurn: turnsInLedger(world.db, world.now),
    });
    await givenPayment(world, 'Order_1');
    await plan({ ...world, mirakl });
    await expect(plan({ ...world, mirakl }, { all: true })).rejects.toMatchObject({
      ...{ code: 'mirakl_too_soon', retryAfterMs: 60_000 },
    });
  });

  test('looking for due payments goes by an index', async ({ world }) => {
    await sql`insert into payment_mapping (mirakl_commercial_order_id, stripe_charge_id, status, stripe_amount, next_try_at)
      select 'O-' || n, 'ch_' || n, case when n % 100 = 0 then 'to_capture' else 'captured' end, 100, now()
      from generate_series(1, 20000) n`.execute(world.db);
    await sql`analyze payment_mapping`.execute(world.db);
    const { rows } = await sql<{ 'QUERY PLAN': string }>`
      explain select mirakl_commercial_order_id from payment_mapping where status = 'to_capture'
      and idempotency_key is null and (next_try_at is null or next_try_at <= now())
      order by next_try_at nulls first limit 100`.execute(world.db);
    expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('payment_mapping_due');
  });
});
