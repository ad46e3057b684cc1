import { type StripeTransferRow, utcTimestamp } from '@connector/database';
import { currencyOf } from '@connector/kernel';
import { test, type World } from '@connector/testing';
import { describe, expect } from 'vitest';
import { sendTransfer } from './send-transfer.ts';
import { transferMiraklId } from './transfer.ts';
import { findTransfers, insertTransfers } from './transfers-table.ts';

const eur = currencyOf('EUR') ?? expect.fail('EUR is a currency');
const hourMs = 3_600_000;

type Pending = { amount?: number; paymentId?: string | undefined; orderId?: string };

/** A shop with an account, a payment of the buyer, and a transfer that is ready to be sent. */
async function pendingTransfer(world: World, { amount = 8_500, orderId = 'O-1-A', ...given }: Pending = {}) {
  const account = world.stripeSimulator.given.account();
  const { chargeId, paymentIntentId } = world.stripeSimulator.given.charge({ amount: 10_000, currency: 'eur' });
  const mapping = await world.db
    .insertInto('account_mapping')
    .values({ mirakl_shop_id: 2_000, stripe_account_id: account.id, payout_enabled: true, payin_enabled: true })
    .returning('id')
    .executeTakeFirstOrThrow();
  const paymentId = 'paymentId' in given ? given.paymentId : paymentIntentId;
  const [id = 0] = await insertTransfers(
    world.db,
    [
      {
        subject: {
          type: 'TRANSFER_PRODUCT_ORDER',
          miraklId: transferMiraklId(orderId, 'seller'),
          shopId: 2_000,
          commercialOrderId: 'O-1',
          createdAt: new Date('2026-11-01T10:00:00Z'),
          currency: eur,
        },
        decision: {
          kind: 'send',
          amount: { minor: BigInt(amount), currency: eur },
          source: paymentId === undefined ? { kind: 'none' } : { kind: 'payment', id: paymentId },
          mappingId: mapping.id,
        },
      },
    ],
    world.now(),
  );
  return { transferId: id, account, chargeId, paymentIntentId };
}

const rowOf = ({ db }: World, id: number): Promise<StripeTransferRow> =>
  db.selectFrom('stripe_transfer').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

const storyOf = ({ db }: World, id: number) =>
  db.selectFrom('operation_history').selectAll().where('operation_id', '=', id).orderBy('id').execute();

const posts = ({ stripeSimulator }: World) => stripeSimulator.requests().filter((request) => request.method === 'POST');

test('a transfer is made out of the charge, and its story tells when and by which request', async ({ world }) => {
  const { transferId, account, chargeId } = await pendingTransfer(world);
  expect(await sendTransfer(world, { transferId })).toBe('done');

  const [transfer] = world.stripeSimulator.transfers();
  expect(transfer).toMatchObject({
    amount: 8_500,
    currency: 'eur',
    destination: account.id,
    source_transaction: chargeId,
    metadata: {
      miraklId: 'O-1-A',
      miraklShopId: '2000',
      miraklCommercialOrderId: 'O-1',
      pluginName: 'stripe-mirakl-connector',
    },
  });
  const row = await rowOf(world, transferId);
  expect(row).toMatchObject({
    status: 'TRANSFER_CREATED',
    transfer_id: transfer?.id,
    status_reason: null,
    idempotency_key: null,
    claimed_until: null,
    next_try_at: null,
  });
  expect(await storyOf(world, transferId)).toMatchObject([
    { from_status: null, to_status: 'TRANSFER_PENDING' },
    {
      from_status: 'TRANSFER_PENDING',
      to_status: 'TRANSFER_CREATED',
      attempt: 1,
      stripe_request_id: row.stripe_request_id,
    },
  ]);
  expect(row.stripe_request_id).toMatch(/^req_/);
});

test('L3: a transfer is sent once, even when several workers take its job', async ({ world }) => {
  const { transferId } = await pendingTransfer(world);
  const outcomes = await Promise.allSettled([1, 2, 3, 4].map(() => sendTransfer(world, { transferId })));
  expect(outcomes.filter((outcome) => outcome.status === 'fulfilled' && outcome.value === 'done')).toHaveLength(1);
  expect(await sendTransfer(world, { transferId })).toBe('already handled');
  expect(world.stripeSimulator.transfers()).toHaveLength(1);
});

describe('L1: a lost answer never leads to a second transfer', () => {
  test('the connection breaks after Stripe has made it', async ({ world }) => {
    const { transferId } = await pendingTransfer(world);
    world.stripeSimulator.faults.add({ method: 'POST', path: '/v1/transfers', kind: 'cut-after-effect', times: 2 });
    await expect(sendTransfer(world, { transferId })).rejects.toMatchObject({
      code: 'stripe_unknown_outcome',
      retryable: true,
    });
    expect(await rowOf(world, transferId)).toMatchObject({
      status: 'TRANSFER_PENDING',
      idempotency_key: 'connector/TRANSFER_PRODUCT_ORDER/O-1-A/0',
      claimed_until: null,
    });

    expect(await sendTransfer(world, { transferId })).toBe('done');
    expect(world.stripeSimulator.transfers()).toHaveLength(1);
    expect(new Set(posts(world).map((request) => request.idempotencyKey)).size).toBe(1);
    expect((await storyOf(world, transferId)).map((line) => line.reason)).toEqual([
      null,
      expect.stringContaining('outcome unknown'),
      null,
    ]);
  });

  test('the worker dies between the answer and the record, and another one takes over', async ({ world }) => {
    const { transferId } = await pendingTransfer(world);
    const hold = world.stripeSimulator.faults.add({
      method: 'POST',
      path: '/v1/transfers',
      kind: 'hold',
      at: 'after-effect',
    });
    const dying = sendTransfer(world, { transferId }).catch(() => 'died');
    await hold.reached;
    // What a dead worker leaves behind: its claim runs out, its answer never arrives.
    world.clock.advance(60_000);
    const before = await rowOf(world, transferId);
    expect(before).toMatchObject({ status: 'TRANSFER_PENDING', idempotency_key: expect.any(String) });
    hold.release();
    await dying;
    await world.db
      .updateTable('stripe_transfer')
      .set({
        status: 'TRANSFER_PENDING',
        transfer_id: null,
        idempotency_key: before.idempotency_key,
        request: JSON.stringify(before.request),
        first_sent_at: before.first_sent_at,
        claimed_until: before.claimed_until,
      })
      .where('id', '=', transferId)
      .execute();

    expect(await sendTransfer(world, { transferId })).toBe('done');
    expect(world.stripeSimulator.transfers()).toHaveLength(1);
    expect((await rowOf(world, transferId)).transfer_id).toBe(world.stripeSimulator.transfers()[0]?.id);
  });

  test('the same request is repeated to the letter, also after an upgrade of the connector', async ({ world }) => {
    const { transferId } = await pendingTransfer(world);
    world.stripeSimulator.faults.add({ method: 'POST', path: '/v1/transfers', kind: 'cut-after-effect', times: 2 });
    await expect(sendTransfer(world, { transferId })).rejects.toThrow();
    expect(await sendTransfer({ ...world, version: '99.0.0' }, { transferId })).toBe('done');
    expect(world.stripeSimulator.transfers()).toHaveLength(1);
  });

  test('a day later, when Stripe has forgotten the key, a look finds the transfer that was made', async ({ world }) => {
    const { transferId } = await pendingTransfer(world);
    world.stripeSimulator.faults.add({ method: 'POST', path: '/v1/transfers', kind: 'cut-after-effect', times: 2 });
    await expect(sendTransfer(world, { transferId })).rejects.toThrow();
    world.clock.advance(25 * hourMs);
    expect(await sendTransfer(world, { transferId })).toBe('found on Stripe');
    expect(world.stripeSimulator.transfers()).toHaveLength(1);
    expect(await rowOf(world, transferId)).toMatchObject({
      status: 'TRANSFER_CREATED',
      transfer_id: world.stripeSimulator.transfers()[0]?.id,
    });
  });

  test('a day later, when nothing was made, it is sent with a new key', async ({ world }) => {
    const { transferId } = await pendingTransfer(world);
    world.stripeSimulator.faults.add({ method: 'POST', path: '/v1/transfers', kind: 'cut-before-effect', times: 2 });
    await expect(sendTransfer(world, { transferId })).rejects.toThrow();
    world.clock.advance(25 * hourMs);
    expect(await sendTransfer(world, { transferId })).toBe('done');
    expect(world.stripeSimulator.transfers()).toHaveLength(1);
    expect(posts(world).at(-1)?.idempotencyKey).toBe('connector/TRANSFER_PRODUCT_ORDER/O-1-A/1');
  });

  test('an error that Stripe keeps under the key is not waited for: a look, then a new key', async ({ world }) => {
    const { transferId } = await pendingTransfer(world);
    const body = { error: { type: 'api_error', message: 'Something went wrong' } };
    world.stripeSimulator.faults.add({
      method: 'POST',
      path: '/v1/transfers',
      kind: 'answer',
      stored: true,
      status: 500,
      body,
      headers: { 'stripe-should-retry': 'false' },
    });
    await expect(sendTransfer(world, { transferId })).rejects.toMatchObject({
      code: 'look_up_first',
      retryAfterMs: 60_000,
    });
    expect(await sendTransfer(world, { transferId })).toBe('done');
    expect(world.stripeSimulator.transfers()).toHaveLength(1);
  });
});

test('a row of the old connector is looked for on Stripe before anything is sent', async ({ world }) => {
  const { transferId, account, chargeId } = await pendingTransfer(world);
  await world.db.updateTable('stripe_transfer').set({ look_up_first: true }).where('id', '=', transferId).execute();
  const old = {
    amount: '8500',
    currency: 'eur',
    destination: account.id,
    source_transaction: chargeId,
    'metadata[miraklId]': 'O-1-A',
  };
  await fetch(`${world.stripeSimulator.url}/v1/transfers`, {
    method: 'POST',
    headers: { authorization: `Bearer ${world.stripeSimulator.apiKey}` },
    body: new URLSearchParams(old),
  });
  expect(await sendTransfer(world, { transferId })).toBe('found on Stripe');
  expect(world.stripeSimulator.transfers()).toHaveLength(1);
});

describe('a definite refusal', () => {
  test('makes the row failed and the job too, and the next try gets a new key after a pause that grows', async ({
    world,
  }) => {
    const { transferId, account } = await pendingTransfer(world);
    world.stripeSimulator.setCapability(account.id, 'transfers', 'inactive');
    const pauses: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      await expect(sendTransfer(world, { transferId })).rejects.toMatchObject({
        code: 'operation_refused',
        retryable: false,
      });
      const row = await rowOf(world, transferId);
      expect(row).toMatchObject({
        status: 'TRANSFER_FAILED',
        round: round + 1,
        idempotency_key: null,
        status_reason: expect.stringContaining('capabilities'),
      });
      pauses.push(((row.next_try_at?.getTime() ?? 0) - world.now().getTime()) / 60_000);
      await world.db
        .updateTable('stripe_transfer')
        .set({ status: 'TRANSFER_PENDING' })
        .where('id', '=', transferId)
        .execute();
    }
    expect(pauses).toEqual([5, 10, 20]);
    world.stripeSimulator.setCapability(account.id, 'transfers', 'active');
    expect(await sendTransfer(world, { transferId })).toBe('done');
    expect(posts(world).map((request) => request.idempotencyKey?.at(-1))).toEqual(['0', '1', '2', '3']);
  });

  test('L7: a rate limit while the payment is read decides nothing about the transfer', async ({ world }) => {
    const { transferId } = await pendingTransfer(world);
    const body = { error: { type: 'invalid_request_error', code: 'rate_limit', message: 'Too many requests' } };
    world.stripeSimulator.faults.add({
      method: 'GET',
      path: /payment_intents/,
      kind: 'answer',
      status: 429,
      body,
      headers: { 'stripe-rate-limited-reason': 'global-rate' },
    });
    await expect(sendTransfer(world, { transferId })).rejects.toMatchObject({ pausesQueue: true });
    expect(await rowOf(world, transferId)).toMatchObject({ status: 'TRANSFER_PENDING', claimed_until: null });
    expect(await sendTransfer(world, { transferId })).toBe('done');
  });

  test('a revoked key stops the queue and fails no row', async ({ world }) => {
    const { transferId } = await pendingTransfer(world);
    const body = { error: { type: 'invalid_request_error', message: 'Invalid API Key provided' } };
    world.stripeSimulator.faults.add({ method: 'POST', kind: 'answer', status: 401, body });
    await expect(sendTransfer(world, { transferId })).rejects.toMatchObject({
      pausesQueue: true,
      code: 'stripe_misconfigured',
    });
    expect(await rowOf(world, transferId)).toMatchObject({ status: 'TRANSFER_PENDING', claimed_until: null });
  });
});

describe('what the payment allows', () => {
  test.for([
    ['it is not captured', { captured: false }, 'TRANSFER_ON_HOLD', 'is not ready yet, status is requires_capture'],
    ['it is still pending', { status: 'pending' }, 'TRANSFER_ON_HOLD', 'is not ready yet, status is processing'],
    ['it was refunded in full', { amountRefunded: 10_000 }, 'TRANSFER_ABORTED', 'has been fully refunded'],
  ] as const)('%s', async ([, charge, status, reason], { world }) => {
    const { paymentIntentId } = world.stripeSimulator.given.charge({ amount: 10_000, currency: 'eur', ...charge });
    const { transferId } = await pendingTransfer(world, { paymentId: paymentIntentId });
    await sendTransfer(world, { transferId });
    expect(await rowOf(world, transferId)).toMatchObject({ status, status_reason: expect.stringContaining(reason) });
    expect(world.stripeSimulator.transfers()).toEqual([]);
  });

  test('a charge that failed aborts it, and so does a payment that does not exist', async ({ world }) => {
    const { chargeId } = world.stripeSimulator.given.charge({
      amount: 10_000,
      currency: 'eur',
      status: 'failed',
      withPaymentIntent: false,
    });
    const failed = await pendingTransfer(world, { paymentId: chargeId });
    expect(await sendTransfer(world, failed)).toBe('aborted');
    expect(await rowOf(world, failed.transferId)).toMatchObject({
      status_reason: `Payment ${chargeId} failed`,
      next_try_at: null,
    });

    await world.db
      .updateTable('stripe_transfer')
      .set({ status: 'TRANSFER_PENDING', transaction_id: 'ch_missing' })
      .execute();
    expect(await sendTransfer(world, failed)).toBe('aborted');
    expect(await rowOf(world, failed.transferId)).toMatchObject({ status_reason: "No such charge: 'ch_missing'" });
  });

  describe('where a buyer has paid a purchase with several cards', () => {
    const status = ({ captured = true }: { captured?: boolean }) => (captured ? 'captured' : 'to_capture');

    /** Payments of the commercial order of the transfer, of which Mirakl names the first. */
    async function givenCards(world: World, cards: { amount: number; captured?: boolean }[]) {
      const charges = cards.map((card) => world.stripeSimulator.given.charge({ currency: 'eur', ...card }).chargeId);
      const rows = cards.map((card, index) => ({
        ...{ mirakl_commercial_order_id: 'O-1', stripe_charge_id: charges[index] ?? '', status: status(card) },
        stripe_amount: BigInt(card.amount),
      }));
      await world.db.insertInto('payment_mapping').values(rows).execute();
      const { transferId } = await pendingTransfer(world, { paymentId: charges[0] });
      return { charges, transferId };
    }

    const sources = ({ stripeSimulator }: World) => stripeSimulator.transfers().map((made) => made.source_transaction);

    test.for([
      ['the largest that was captured is taken, whichever Mirakl names', [{ amount: 4_000 }, { amount: 10_000 }], 1],
      ['one that is not captured yet is not', [{ amount: 9_000 }, { amount: 10_000, captured: false }], 0],
      ['nor is a named one that is not', [{ amount: 10_000, captured: false }, { amount: 9_000 }], 1],
    ] as const)('%s', async ([, cards, taken], { world }) => {
      const { charges, transferId } = await givenCards(world, [...cards]);
      expect(await sendTransfer(world, { transferId })).toBe('done');
      expect(sources(world)).toEqual([charges[taken]]);
      expect(await rowOf(world, transferId)).toMatchObject({ transaction_id: charges[taken] });
    });

    test('one that the buyer has got back is passed over', async ({ world }) => {
      const { charges, transferId } = await givenCards(world, [{ amount: 9_000 }, { amount: 10_000 }]);
      await fetch(`${world.stripeSimulator.url}/v1/refunds`, {
        method: 'POST',
        headers: { authorization: `Bearer ${world.stripeSimulator.apiKey}` },
        body: new URLSearchParams({ charge: charges[1] ?? '' }),
      });
      expect(await sendTransfer(world, { transferId })).toBe('done');
      expect(sources(world)).toEqual([charges[0]]);
    });

    test('it waits for one that may yet be large enough, and is refused by Stripe if none will be', async ({
      world,
    }) => {
      const { charges, transferId } = await givenCards(world, [{ amount: 4_000 }, { amount: 10_000, captured: false }]);
      expect(await sendTransfer(world, { transferId })).toBe('on hold');
      const status_reason = `Payment ${charges[1]} is not ready yet, status is succeeded (not captured)`;
      expect(await rowOf(world, transferId)).toMatchObject({ status: 'TRANSFER_ON_HOLD', status_reason });

      await world.db
        .deleteFrom('payment_mapping')
        .where('stripe_charge_id', '=', charges[1] ?? '')
        .execute();
      await world.db.updateTable('stripe_transfer').set({ status: 'TRANSFER_PENDING' }).execute();
      await expect(sendTransfer(world, { transferId })).rejects.toMatchObject({ code: 'operation_refused' });
    });

    test('a payment that Mirakl names and the payment mappings do not know is taken alone', async ({ world }) => {
      await givenCards(world, [{ amount: 20_000 }, { amount: 10_000 }]);
      const { chargeId } = world.stripeSimulator.given.charge({ amount: 9_000, currency: 'eur' });
      await world.db.updateTable('stripe_transfer').set({ transaction_id: chargeId }).execute();
      const { id: transferId } = await world.db.selectFrom('stripe_transfer').select('id').executeTakeFirstOrThrow();
      expect(await sendTransfer(world, { transferId })).toBe('done');
      expect(sources(world)).toEqual([chargeId]);
    });
  });

  test('without a payment the money comes from the balance of the platform', async ({ world }) => {
    const { transferId } = await pendingTransfer(world, { paymentId: undefined });
    expect(await sendTransfer(world, { transferId })).toBe('done');
    expect(world.stripeSimulator.transfers()).toMatchObject([{ source_transaction: null, amount: 8_500 }]);
  });
});

test('an amount that is not positive aborts the transfer once the payment is known', async ({ world }) => {
  const { transferId } = await pendingTransfer(world, { amount: 0 });
  expect(await sendTransfer(world, { transferId })).toBe('aborted');
  expect(await rowOf(world, transferId)).toMatchObject({
    status: 'TRANSFER_ABORTED',
    status_reason: 'Amount must be positive, input was: 0',
  });
});

test('a shop that was blocked or excluded since the transfer was planned is not paid', async ({ world }) => {
  const { transferId } = await pendingTransfer(world);
  await world.db.updateTable('account_mapping').set({ kyc_blocked_at: world.now() }).execute();
  expect(await sendTransfer(world, { transferId })).toBe('on hold');
  expect(await rowOf(world, transferId)).toMatchObject({ status_reason: 'Payouts are disabled shop ID 2000' });
  await world.db.updateTable('stripe_transfer').set({ status: 'TRANSFER_PENDING' }).execute();
  await world.db
    .updateTable('account_mapping')
    .set({ ignored: true, modification_datetime: utcTimestamp(world.now()) })
    .execute();
  expect(await sendTransfer(world, { transferId })).toBe('ignored');
  expect(posts(world)).toEqual([]);
});

test('the job of a failed transfer that somebody retries by hand makes it due at once', async ({ world }) => {
  const { transferId, account } = await pendingTransfer(world);
  world.stripeSimulator.setCapability(account.id, 'transfers', 'inactive');
  await expect(sendTransfer(world, { transferId })).rejects.toThrow();
  expect(await sendTransfer(world, { transferId })).toBe('due again');
  expect((await rowOf(world, transferId)).next_try_at).toEqual(world.now());
  expect(await world.queues.byName.sweeps.getWaiting()).toMatchObject([
    { name: 'payment-split.plan-due-product-orders' },
  ]);
  expect((await findTransfers(world.db, 'TRANSFER_PRODUCT_ORDER', ['O-1-A'])).size).toBe(1);
});
