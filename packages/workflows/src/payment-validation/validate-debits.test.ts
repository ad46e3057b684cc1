import { test, type World } from '@connector/testing';
import { describe, expect } from 'vitest';
import type { ValidationRules } from './decide-debit.ts';
import { captureAll, capturedAmounts, givenPayment, payments, plan, sweep } from './payments-test.ts';
import type { DebitKind } from './unconfirmed-debits-table.ts';
import { validateDebits } from './validate-debits.ts';

const minuteMs = 60_000;
const plainRules: ValidationRules = { validateAfterCapture: false, sendRefused: true };

const validate = (
  world: World,
  { kind = 'product', all, ...rules }: { kind?: DebitKind; all?: boolean } & Partial<ValidationRules> = {},
) => validateDebits({ ...world, rules: { ...plainRules, ...rules } }, { kind, all }, sweep);

/** An order of 100.00 EUR that waits for the buyer's money. */
const givenDebit = ({ miraklSimulator }: World, commercialId: string, fields: object = {}) =>
  miraklSimulator.given.productOrder({ commercialId, state: 'WAITING_DEBIT_PAYMENT', debited: false, ...fields });

const orders = ({ miraklSimulator }: World) =>
  miraklSimulator.productOrders().map(({ id, state, transactionNumber }) => [id, state, transactionNumber]);

const confirmations = ({ miraklSimulator }: World) =>
  miraklSimulator.requests().filter(({ method }) => method === 'PUT');

const unconfirmed = ({ db }: World) => db.selectFrom('unconfirmed_debit').selectAll().orderBy('order_id').execute();

describe('debits whose payment is live are confirmed', () => {
  test('with the charge, the customer and the amount as Mirakl listed it; transfers go on where the money is there', async ({
    world,
  }) => {
    const captured = await givenPayment(world, 'Order_1', { captured: true });
    const authorized = await givenPayment(world, 'Order_2');
    givenDebit(world, 'Order_1', { total: '59.90' });
    givenDebit(world, 'Order_2');
    givenDebit(world, 'Order_3');
    expect(await validate(world)).toBe(
      '3 product orders wait for their debits: 2 told as paid, 0 as never to be paid, 0 refused by Mirakl',
    );
    expect(orders(world)).toEqual([
      ['Order_1-A', 'SHIPPING', captured.chargeId],
      ['Order_2-A', 'SHIPPING', authorized.chargeId],
      ['Order_3-A', 'WAITING_DEBIT_PAYMENT', null],
    ]);
    const released = (await world.queues.byName['payment-split'].getWaiting()).map(({ name, data }) => [name, data]);
    expect(released).toEqual([['payment-split.release-order', { commercialOrderId: 'Order_1' }]]);
    expect(confirmations(world)).toMatchObject([
      {
        path: '/api/payment/debit',
        body: {
          orders: [
            {
              ...{ order_id: 'Order_1-A', customer_id: 'customer-of-Order_1', amount: 59.9, currency_iso_code: 'EUR' },
              ...{ payment_status: 'OK', transaction_number: captured.chargeId },
            },
            { order_id: 'Order_2-A' },
          ],
        },
      },
    ]);
  });

  test('those of services alike', async ({ world }) => {
    const { chargeId } = await givenPayment(world, 'Service_1');
    world.miraklSimulator.given.serviceOrder({ commercialId: 'Service_1', state: 'WAITING_DEBIT_PAYMENT' });
    expect(await validate(world, { kind: 'service' })).toContain('1 told as paid');
    expect(world.miraklSimulator.serviceOrders()).toMatchObject([{ state: 'ORDER_PENDING' }]);
    expect(world.miraklSimulator.debits()).toMatchObject([{ state: 'OK', transactionNumber: chargeId }]);
    expect(await validate(world, { kind: 'service' })).toContain('0 service orders wait');
  });

  test('a marketplace without services, where Mirakl does not know the listing, has none that wait', async ({
    world,
  }) => {
    world.miraklSimulator.faults.add({ path: '/api/mms/debits', kind: 'answer', status: 404, body: {} });
    expect(await validate(world, { kind: 'service' })).toContain('0 service orders wait');
  });

  test('of several payments the most useful one is told: captured before authorised, never a failed one', async ({
    world,
  }) => {
    await givenPayment(world, 'Order_1', { status: 'failed' });
    await givenPayment(world, 'Order_1');
    const captured = await givenPayment(world, 'Order_1', { captured: true });
    givenDebit(world, 'Order_1');
    await validate(world);
    expect(orders(world)).toEqual([['Order_1-A', 'SHIPPING', captured.chargeId]]);
  });

  test('of two cards the larger one is told, whichever Stripe told of first: the transfers are made of it', async ({
    world,
  }) => {
    for (const [id, amounts] of Object.entries({ Order_1: [4_000, 6_000], Order_2: [6_000, 4_000] })) {
      for (const amount of amounts) await givenPayment(world, id, { amount, captured: true });
      givenDebit(world, id);
    }
    await validate(world);
    const [, larger, first] = (await payments(world)).map((row) => row.stripe_charge_id);
    expect(orders(world)).toMatchObject([
      ['Order_1-A', 'SHIPPING', larger],
      ['Order_2-A', 'SHIPPING', first],
    ]);
  });

  test('and the capture that waited for it goes on in the same run', async ({ world }) => {
    await givenPayment(world, 'Order_1');
    givenDebit(world, 'Order_1');
    await plan(world);
    expect(await payments(world)).toMatchObject([{ status_reason: expect.stringContaining('WAITING_DEBIT_PAYMENT') }]);
    await validate(world);
    const rung = (await world.queues.byName.sweeps.getWaiting()).map(({ name }) => name);
    expect(rung).toEqual(['payment-validation.plan-captures']);
    await plan(world);
    await captureAll(world);
    expect(capturedAmounts(world)).toEqual([10_000]);
  });
});

describe('PA01_AFTER_CAPTURE', () => {
  test('an order is confirmed once its payment is captured, and not before', async ({ world }) => {
    const rules = { validateAfterCapture: true };
    await givenPayment(world, 'Order_1');
    givenDebit(world, 'Order_1');
    expect(await validate(world, rules)).toContain('0 told as paid');
    await plan(world, rules);
    await captureAll(world);
    expect(await validate(world, rules)).toContain('1 told as paid');
    expect(orders(world)).toMatchObject([['Order_1-A', 'SHIPPING', expect.stringMatching(/^ch_/)]]);
  });
});

describe('L14: a payment that comes to nothing is told as well', () => {
  test('when every payment has failed or was cancelled, and the buyer has had an hour for another one', async ({
    world,
  }) => {
    await givenPayment(world, 'Order_1', { status: 'failed' });
    givenDebit(world, 'Order_1');
    world.clock.advance(30 * minuteMs);
    await givenPayment(world, 'Order_1', { status: 'failed' });
    world.clock.advance(60 * minuteMs);
    expect(await validate(world)).toContain('0 told as paid, 0 as never to be paid');
    world.clock.advance(1_000);
    expect(await validate(world)).toContain('0 told as paid, 1 as never to be paid');
    expect(orders(world)).toEqual([['Order_1-A', 'CANCELED', null]]);
    expect(confirmations(world)).toMatchObject([{ body: { orders: [{ payment_status: 'REFUSED' }] } }]);
  });

  test.for([
    ['another card has worked', { captured: true }, {}],
    ['another card is authorised and Mirakl is told after the capture', {}, { validateAfterCapture: true }],
    ['the operator does not want it', { status: 'failed' }, { sendRefused: false }],
  ] as const)('not when %s', async ([, charge, rules], { world }) => {
    await givenPayment(world, 'Order_1', { status: 'failed' });
    await givenPayment(world, 'Order_1', charge);
    givenDebit(world, 'Order_1');
    world.clock.advance(120 * minuteMs);
    expect(await validate(world, rules)).toContain('0 as never to be paid');
    expect(orders(world)).not.toMatchObject([['Order_1-A', 'CANCELED', null]]);
  });

  test('not when no payment is known at all: it may have been made elsewhere', async ({ world }) => {
    givenDebit(world, 'Order_1');
    world.clock.advance(48 * 60 * minuteMs);
    await validate(world);
    expect(confirmations(world)).toEqual([]);
  });
});

describe('L16: an order that Mirakl refuses', () => {
  test('holds up no other, stands in the ledger, and is asked for again after a pause that grows', async ({
    world,
  }) => {
    for (const id of ['Order_1', 'Order_2', 'Order_3']) {
      await givenPayment(world, id);
      givenDebit(world, id);
    }
    refuse(world, 'Order_2-A', 4);
    expect(await validate(world)).toContain('3 told as paid, 0 as never to be paid, 1 refused by Mirakl');
    expect(orders(world).map(([, state]) => state)).toEqual(['SHIPPING', 'WAITING_DEBIT_PAYMENT', 'SHIPPING']);
    const refused = {
      ...{ kind: 'product', order_id: 'Order_2-A', reason: 'Order Order_2-A is blocked', refusals: 1 },
      ...{ first_refused_at: world.now(), next_try_at: new Date(world.now().getTime() + 5 * minuteMs) },
    };
    expect(await unconfirmed(world)).toMatchObject([refused]);

    const calls = confirmations(world).length;
    world.clock.advance(4 * minuteMs);
    await validate(world);
    expect(confirmations(world)).toHaveLength(calls);
    await validate(world, { all: true });
    expect(await unconfirmed(world)).toMatchObject([
      { refusals: 2, next_try_at: new Date(world.now().getTime() + 10 * minuteMs) },
    ]);
  });

  test('is forgotten once it is confirmed', async ({ world }) => {
    await givenPayment(world, 'Order_1');
    givenDebit(world, 'Order_1');
    refuse(world, 'Order_1-A', 1);
    await validate(world);
    world.clock.advance(5 * minuteMs);
    expect(await validate(world)).toContain('1 told as paid, 0 as never to be paid, 0 refused');
    expect(await unconfirmed(world)).toEqual([]);
  });

  test('is forgotten once Mirakl waits for it no more', async ({ world }) => {
    await givenPayment(world, 'Order_1');
    givenDebit(world, 'Order_1');
    refuse(world, 'Order_1-A', 1);
    await validate(world);
    world.miraklSimulator.changeProductOrder('Order_1-A', { state: 'CANCELED' });
    await validate(world);
    expect(await unconfirmed(world)).toEqual([]);
  });

  test('or describes in words that we do not know, is not told and stands in the ledger', async ({ world }) => {
    await givenPayment(world, 'Order_1');
    await givenPayment(world, 'Order_2');
    const listed = (id: string, fields: object) => ({
      ...{ order_id: `${id}-A`, order_commercial_id: id, customer_id: `customer-of-${id}`, amount: 100 },
      ...{ currency_iso_code: 'EUR', ...fields },
    });
    givenDebit(world, 'Order_2');
    const order = [
      listed('Order_1', { currency_iso_code: 'EURO' }),
      listed('Order_2', {}),
      listed('Order_3', { amount: 'all' }),
    ];
    world.miraklSimulator.faults.add({ kind: 'answer', status: 200, body: { orders: { order } } });
    expect(await validate(world)).toContain('3 product orders wait for their debits: 1 told as paid');
    expect(await unconfirmed(world)).toMatchObject([
      { order_id: 'Order_1-A', reason: 'Unexpected value EURO of currency_iso_code' },
      { order_id: 'Order_3-A', reason: 'Unexpected value all of amount' },
    ]);
  });

  /** Mirakl refuses any confirmation with this order. */
  function refuse({ miraklSimulator }: World, orderId: string, times: number): void {
    miraklSimulator.faults.add({
      ...{ method: 'PUT', path: '/api/payment/debit', times },
      when: ({ body }) => JSON.stringify(body).includes(orderId),
      ...{ kind: 'answer', status: 400, body: { status: 400, message: `Order ${orderId} is blocked` } },
    });
  }
});

test('a lost answer is read back before anything is confirmed again, and nothing is confirmed twice', async ({
  world,
}) => {
  for (const id of ['Order_1', 'Order_2']) {
    await givenPayment(world, id);
    givenDebit(world, id);
  }
  world.miraklSimulator.faults.add({ method: 'PUT', kind: 'cut-after-effect' });
  await expect(validate(world)).rejects.toMatchObject({ code: 'mirakl_unavailable', retryable: true });
  givenDebit(world, 'Order_3');
  await givenPayment(world, 'Order_3');
  expect(await validate(world)).toContain('1 product orders wait for their debits: 1 told as paid');
  const told = confirmations(world).flatMap(({ body }) => JSON.stringify(body).match(/Order_\d-A/g) ?? []);
  expect(told).toEqual(['Order_1-A', 'Order_2-A', 'Order_3-A']);
  expect(await unconfirmed(world)).toEqual([]);
});

test('L34: two hundred orders are two listings and two confirmations, and none is skipped by what was confirmed before', async ({
  world,
}) => {
  const ids = Array.from({ length: 200 }, (_, index) => `Order_${index}`);
  for (const id of ids) givenDebit(world, id);
  await world.db
    .insertInto('payment_mapping')
    .values(
      ids.map((id) => ({
        ...{ mirakl_commercial_order_id: id, stripe_charge_id: `ch_${id}`, status: 'captured', stripe_amount: 10_000n },
      })),
    )
    .execute();
  expect(await validate(world)).toContain('200 told as paid');
  expect(orders(world).every(([, state]) => state === 'SHIPPING')).toBe(true);
  expect(confirmations(world)).toHaveLength(2);
  expect(world.miraklSimulator.requests()).toHaveLength(4);
});
