import { test, type World } from '@connector/testing';
import { describe, expect } from 'vitest';
import {
  dayMs,
  givenSeller,
  minuteMs,
  plan,
  posts,
  postToStripe,
  settle,
  settleOnce,
  statesOf,
} from './settlement-test.ts';

const hourMs = 3_600_000;
const body = { error: { type: 'api_error', message: 'Something went wrong' } };

/** An invoice of which only one thing is to be moved. */
const kinds = [
  ['a fee', { table: 'stripe_transfer', type: 'TRANSFER_SUBSCRIPTION', parts: { subscription: '-10.00' } }],
  ['a credit', { table: 'stripe_transfer', type: 'TRANSFER_EXTRA_CREDITS', parts: { otherCredits: '10.00' } }],
  ['a payout', { table: 'stripe_payout', type: 'PAYOUT', parts: {} }],
] as const;
type Kind = (typeof kinds)[number][1];

async function givenInvoice(world: World, { parts, type }: Kind) {
  const { accountId } = await givenSeller(world, { funds: 50_000 });
  world.stripeSimulator.given.funds({ amount: 50_000, currency: 'eur' });
  const amountTransferred = type === 'PAYOUT' ? '85.00' : '0';
  world.miraklSimulator.given.invoice({ invoiceId: 7, parts, amountTransferred });
  await plan(world);
  return accountId;
}

const pathOf = ({ table }: Kind) => (table === 'stripe_payout' ? '/v1/payouts' : '/v1/transfers');
const made = ({ stripeSimulator }: World, kind: Kind): readonly { readonly id: string }[] =>
  kind.type === 'PAYOUT' ? stripeSimulator.payouts() : stripeSimulator.transfers();
const keys = (world: World) => posts(world).map(({ idempotencyKey }) => idempotencyKey);

/** The row, whichever table it is in. */
async function rowOf({ db }: World, { table, type }: Kind) {
  if (table === 'stripe_payout') {
    const { payout_id: id, ...row } = await db.selectFrom(table).selectAll().executeTakeFirstOrThrow();
    return { ...row, id };
  }
  const rows = db.selectFrom(table).selectAll().where('type', '=', type);
  const { transfer_id: id, ...row } = await rows.executeTakeFirstOrThrow();
  return { ...row, id };
}

describe.for(kinds)('L1: %s is made once, wherever the worker dies', ([, kind]) => {
  test('before the claim', async ({ world }) => {
    await givenInvoice(world, kind);
    await settle(world);
    expect(made(world, kind)).toHaveLength(1);
  });

  test('after the claim: another one takes over when it has run out', async ({ world }) => {
    await givenInvoice(world, kind);
    const claimed_until = new Date(world.now().getTime() + 30_000);
    const { type, table } = kind;
    await (table === 'stripe_payout'
      ? world.db.updateTable(table).set({ claimed_until }).execute()
      : world.db.updateTable(table).set({ claimed_until }).where('type', '=', type).execute());
    await expect(settleOnce(world)).rejects.toMatchObject({ code: 'claimed_elsewhere', retryAfterMs: 30_000 });
    expect(made(world, kind)).toEqual([]);
    world.clock.advance(30_001);
    await settle(world);
    expect(made(world, kind)).toHaveLength(1);
  });

  test.for(['cut-before-effect', 'cut-after-effect'] as const)(
    'with the key stored and no answer: the same call with the same key (%s)',
    async (cut, { world }) => {
      await givenInvoice(world, kind);
      world.stripeSimulator.faults.add({ method: 'POST', path: pathOf(kind), kind: cut, times: 2 });
      await expect(settleOnce(world)).rejects.toMatchObject({ code: 'stripe_unknown_outcome', retryable: true });
      expect(await rowOf(world, kind)).toMatchObject({
        idempotency_key: `connector/${kind.type}/7/0`,
        claimed_until: null,
      });
      world.clock.advance(2_000);
      await settle(world);
      expect(made(world, kind)).toHaveLength(1);
      expect(new Set(keys(world))).toEqual(new Set([`connector/${kind.type}/7/0`]));
      expect((await rowOf(world, kind)).id).toBe(made(world, kind)[0]?.id);
    },
  );

  test('between the answer and the record: the repeat gets the same answer', async ({ world }) => {
    await givenInvoice(world, kind);
    const hold = world.stripeSimulator.faults.add({
      ...{ method: 'POST', path: pathOf(kind), kind: 'hold', at: 'after-effect' },
    });
    const dying = settleOnce(world).catch(() => 'died');
    await hold.reached;
    const before = await rowOf(world, kind);
    expect(before).toMatchObject({ id: null, idempotency_key: expect.any(String) });
    hold.release();
    await dying;
    // What a dead worker leaves behind: its claim, its turn, and no record of the answer.
    const { status, idempotency_key, request, first_sent_at, claimed_until, next_try_at } = before;
    const left = {
      status,
      idempotency_key,
      first_sent_at,
      claimed_until,
      next_try_at,
      request: JSON.stringify(request),
    };
    await (kind.table === 'stripe_payout'
      ? world.db
          .updateTable(kind.table)
          .set({ ...left, payout_id: null })
          .execute()
      : world.db
          .updateTable(kind.table)
          .set({ ...left, transfer_id: null })
          .where('type', '=', kind.type)
          .execute());
    world.clock.advance(3 * minuteMs);
    await settle(world);
    expect(made(world, kind)).toHaveLength(1);
    expect(await rowOf(world, kind)).toMatchObject({ id: made(world, kind)[0]?.id, attempts: 2 });
  });

  test('after the record: there is nothing left to do', async ({ world }) => {
    await givenInvoice(world, kind);
    await settle(world);
    world.clock.advance(dayMs);
    await plan(world);
    await settle(world);
    expect(made(world, kind)).toHaveLength(1);
  });

  test('for a day, so that Stripe has forgotten the key: a look finds what was made', async ({ world }) => {
    await givenInvoice(world, kind);
    world.stripeSimulator.faults.add({ method: 'POST', path: pathOf(kind), kind: 'cut-after-effect', times: 2 });
    await expect(settleOnce(world)).rejects.toThrow();
    world.clock.advance(25 * hourMs);
    await settle(world);
    expect(made(world, kind)).toHaveLength(1);
    expect(await rowOf(world, kind)).toMatchObject({ id: made(world, kind)[0]?.id, round: 0 });
  });

  test('for a day, and nothing was made: it is sent with a new key', async ({ world }) => {
    await givenInvoice(world, kind);
    world.stripeSimulator.faults.add({ method: 'POST', path: pathOf(kind), kind: 'cut-before-effect', times: 2 });
    await expect(settleOnce(world)).rejects.toThrow();
    world.clock.advance(25 * hourMs);
    await settle(world);
    expect(made(world, kind)).toHaveLength(1);
    expect(keys(world).at(-1)).toBe(`connector/${kind.type}/7/1`);
  });

  test('an error that Stripe keeps under the key: a look a minute later, then a new key', async ({ world }) => {
    await givenInvoice(world, kind);
    world.stripeSimulator.faults.add({
      ...{ method: 'POST', path: pathOf(kind), kind: 'answer', stored: true, status: 500, body },
      headers: { 'stripe-should-retry': 'false' },
    });
    await expect(settleOnce(world)).rejects.toMatchObject({ code: 'look_up_first', retryAfterMs: minuteMs });
    await settle(world);
    expect(made(world, kind)).toEqual([]);
    world.clock.advance(minuteMs);
    await settle(world);
    expect(made(world, kind)).toHaveLength(1);
  });

  test('the request is repeated to the letter, also after an upgrade of the connector', async ({ world }) => {
    await givenInvoice(world, kind);
    world.stripeSimulator.faults.add({ method: 'POST', path: pathOf(kind), kind: 'cut-after-effect', times: 2 });
    await expect(settleOnce(world)).rejects.toThrow();
    world.clock.advance(minuteMs);
    await settle({ ...world, version: '99.0.0' });
    expect(made(world, kind)).toHaveLength(1);
  });
});

describe.for(kinds)('a definite refusal of %s', ([, kind]) => {
  test('is on record with Stripe’s words, and the next try has a new key after a pause that grows', async ({
    world,
  }) => {
    await givenInvoice(world, kind);
    const refusal = { error: { type: 'invalid_request_error', message: 'No, never' } };
    world.stripeSimulator.faults.add({
      ...{ method: 'POST', path: pathOf(kind), kind: 'answer', status: 400, body: refusal, times: 2 },
    });
    await expect(settleOnce(world)).rejects.toMatchObject({ code: 'operation_refused', retryable: false });
    expect(await rowOf(world, kind)).toMatchObject({ status_reason: 'No, never', round: 1, idempotency_key: null });
    expect(await settleOnce(world)).toBe('nothing is due');
    world.clock.advance(5 * minuteMs);
    await expect(settleOnce(world)).rejects.toThrow('No, never');
    world.clock.advance(5 * minuteMs);
    expect(await settleOnce(world)).toBe('nothing is due');
    world.clock.advance(5 * minuteMs);
    await settle(world);
    expect(made(world, kind)).toHaveLength(1);
    expect(keys(world).map((key) => key?.at(-1))).toEqual(['0', '1', '2']);
  });
});

describe('what was lost is found again by what is written on it', () => {
  test('the two fees of an invoice, of the same amount and the same way, are told apart', async ({ world }) => {
    const { accountId } = await givenSeller(world, { funds: 100_000 });
    const parts = { subscription: '-10.00', otherInvoices: '-10.00' };
    world.miraklSimulator.given.invoice({ invoiceId: 7, parts });
    await plan(world);
    for (let lost = 0; lost < 2; lost += 1) {
      world.stripeSimulator.faults.add({ path: '/v1/transfers', kind: 'cut-after-effect', times: 2 });
      await expect(settleOnce(world)).rejects.toThrow();
      world.clock.advance(25 * hourMs);
      await plan(world);
    }
    await settle(world);
    const types = world.stripeSimulator.transfers(accountId).map(({ metadata }) => metadata.transferType);
    expect(types).toEqual(['TRANSFER_SUBSCRIPTION', 'TRANSFER_EXTRA_INVOICES']);
    expect(await statesOf(world, 7)).toMatchObject({ SUBSCRIPTION: 'CREATED', EXTRA_INVOICES: 'CREATED' });
    expect(world.stripeSimulator.payouts()).toHaveLength(1);
  });

  test('and one that was never made is not taken for the other', async ({ world }) => {
    const { accountId } = await givenSeller(world, { funds: 100_000 });
    const parts = { subscription: '-10.00', otherInvoices: '-10.00' };
    world.miraklSimulator.given.invoice({ invoiceId: 7, parts });
    await plan(world);
    const path = '/v1/transfers';
    const refusal = { error: { type: 'invalid_request_error', message: 'Not now' } };
    world.stripeSimulator.faults.add({ path, kind: 'answer', status: 400, body: refusal });
    world.stripeSimulator.faults.add({ path, kind: 'cut-after-effect', times: 2 });
    await expect(settleOnce(world)).rejects.toMatchObject({ code: 'stripe_unknown_outcome' });
    world.clock.advance(5 * minuteMs);
    world.stripeSimulator.faults.add({ path, kind: 'cut-before-effect', times: 2 });
    await expect(settleOnce(world)).rejects.toMatchObject({ code: 'stripe_unknown_outcome' });
    world.clock.advance(25 * hourMs);
    await settle(world);
    const types = world.stripeSimulator.transfers(accountId).map(({ metadata }) => metadata.transferType);
    expect(types).toEqual(['TRANSFER_EXTRA_INVOICES', 'TRANSFER_SUBSCRIPTION']);
    expect(await statesOf(world, 7)).toMatchObject({
      SUBSCRIPTION: 'CREATED',
      EXTRA_INVOICES: 'CREATED',
      PAYOUT: 'CREATED',
    });
  });

  test('rows of the old connector: nothing that it has made is made again', async ({ world }) => {
    const { accountId } = await givenSeller(world, { funds: 8_500 });
    world.stripeSimulator.given.funds({ amount: 1_000, currency: 'eur' });
    const { id: platform } = world.stripeSimulator.platform;
    const fee = { amount: '1000', currency: 'eur', destination: platform, 'metadata[miraklId]': '7' };
    await postToStripe(world.stripeSimulator, '/v1/transfers', fee, accountId);
    await postToStripe(world.stripeSimulator, '/v1/transfers', fee, accountId);
    await postToStripe(world.stripeSimulator, '/v1/transfers', { ...fee, destination: accountId });
    const payout = { amount: '7500', currency: 'eur', 'metadata[invoiceId]': '7', 'metadata[miraklShopId]': '2000' };
    await postToStripe(world.stripeSimulator, '/v1/payouts', payout, accountId);
    const at = '2026-11-01 10:00:00';
    const old = { account_mapping_id: 1, currency: 'eur', mirakl_created_date: at, creation_datetime: at };
    const types = ['TRANSFER_SUBSCRIPTION', 'TRANSFER_EXTRA_CREDITS', 'TRANSFER_EXTRA_INVOICES'];
    await world.db
      .insertInto('stripe_transfer')
      .values(types.map((type) => ({ ...old, type, mirakl_id: '7', status: 'TRANSFER_PENDING', amount: 1_000n })))
      .execute();
    await world.db
      .insertInto('stripe_payout')
      .values({ ...old, mirakl_invoice_id: 7, status: 'PAYOUT_PENDING', amount: 7_500n })
      .execute();
    const before = posts(world).length;
    const parts = { subscription: '-10.00', otherCredits: '10.00', otherInvoices: '-10.00' };
    world.miraklSimulator.given.invoice({ invoiceId: 7, parts });
    await plan(world);
    await settle(world);
    expect(posts(world).slice(before)).toEqual([]);
    expect(await statesOf(world, 7)).toEqual({
      ...{ EXTRA_CREDITS: 'CREATED', SUBSCRIPTION: 'CREATED', EXTRA_INVOICES: 'CREATED', PAYOUT: 'CREATED' },
    });
    const ids = await world.db.selectFrom('stripe_transfer').select('transfer_id').execute();
    expect(new Set(ids.map(({ transfer_id }) => transfer_id))).toEqual(
      new Set(world.stripeSimulator.transfers().map(({ id }) => id)),
    );
  });
});
