import { createMiraklClient, turnsInLedger } from '@connector/mirakl';
import { test, type World } from '@connector/testing';
import { sql } from 'kysely';
import { describe, expect, vi } from 'vitest';
import { readCheckpoint } from '../checkpoint.ts';
import { runSweep } from '../sweep/run-sweep.ts';
import { planInvoices } from './plan-invoices.ts';
import { dayMs, givenSeller, minuteMs, movements, plan, rules, settle, statesOf } from './settlement-test.ts';

const checkpoint = ({ db }: World) => readCheckpoint(db, 'seller_settlement_checkpoint');
const jobs = async ({ queues }: World) =>
  (await queues.byName.settlement.getWaiting()).map(({ name, data }) => [name, data.shopId]);
const listings = ({ miraklSimulator }: World) => miraklSimulator.requests().map(({ query }) => query);
const storyOf = ({ db }: World, kind: string) =>
  db
    .selectFrom('operation_history')
    .select(['from_status', 'to_status', 'reason'])
    .where('kind', '=', kind)
    .orderBy('id')
    .execute();

/** A world whose Mirakl is asked no more often than its contract allows. */
const withTurns = (world: World): World => ({
  ...world,
  mirakl: createMiraklClient({
    ...{ baseUrl: world.miraklSimulator.url, auth: { scheme: 'key', apiKey: world.miraklSimulator.apiKey } },
    ...{ takeTurn: turnsInLedger(world.db, world.now), log: world.log },
  }),
});

test('a new invoice becomes up to three transfers and a payout, with the first line of their story, a moved checkpoint and a job', async ({
  world,
}) => {
  await givenSeller(world);
  world.miraklSimulator.given.invoice({ invoiceId: 7, parts: { subscription: '-10.00', otherCredits: '5.00' } });
  expect(await plan(world)).toBe('1 invoices read, 1 sellers to be settled');
  const common = { mirakl_id: '7', currency: 'eur' };
  const { transfers, payouts } = await movements(world);
  expect(transfers).toMatchObject([
    { ...common, type: 'TRANSFER_EXTRA_CREDITS', status: 'TRANSFER_PENDING', amount: 500n },
    { ...common, type: 'TRANSFER_SUBSCRIPTION', status: 'TRANSFER_PENDING', amount: 1_000n },
    { ...common, type: 'TRANSFER_EXTRA_INVOICES', status: 'TRANSFER_ABORTED', amount: null },
  ]);
  expect(payouts).toMatchObject([{ mirakl_invoice_id: 7, status: 'PAYOUT_PENDING', amount: 8_000n, currency: 'eur' }]);
  expect(await storyOf(world, 'payout')).toEqual([{ from_status: null, to_status: 'PAYOUT_PENDING', reason: null }]);
  expect(await storyOf(world, 'transfer')).toHaveLength(3);
  expect(await checkpoint(world)).toBe('2026-11-02T09:00:00Z');
  expect(await jobs(world)).toEqual([['settlement.settle-seller', 2_000]]);
});

test('drafts and documents by hand are not ours to settle', async ({ world }) => {
  world.miraklSimulator.given.invoice({ state: 'DRAFT' });
  world.miraklSimulator.given.invoice({ type: 'MANUAL_CREDIT' });
  world.miraklSimulator.given.invoice({ raw: { type: 'MANUAL_INVOICE', summary: undefined } });
  expect(await plan(world)).toBe('1 invoices read, 0 sellers to be settled');
  expect(await movements(world)).toEqual({ transfers: [], payouts: [] });
});

describe('L5: on an empty ledger', () => {
  test('nothing is paid before the operator has said where to begin', async ({ world }) => {
    await givenSeller(world, { funds: 100_000 });
    world.miraklSimulator.given.invoice({ invoiceId: 7 });
    expect(await plan(world, { startDate: undefined })).toContain('START_DATE is not set');
    expect(await movements(world)).toEqual({ transfers: [], payouts: [] });
    expect(listings(world)).toEqual([]);
  });

  test('only documents from that date on are looked at', async ({ world }) => {
    world.miraklSimulator.given.invoice({ invoiceId: 6, createdAt: new Date('2026-10-31T23:59:59Z') });
    world.miraklSimulator.given.invoice({ invoiceId: 7, createdAt: new Date('2026-11-01T00:00:00Z') });
    await plan(world, { startDate: '2026-11-01T00:00:00.000Z' });
    expect((await movements(world)).payouts).toMatchObject([{ mirakl_invoice_id: 7 }]);
  });

  test('the checkpoint of the old connector is where it goes on', async ({ world }) => {
    await world.db
      .insertInto('config')
      .values({ key: 'seller_settlement_checkpoint', value: '2026-11-01T12:00:00+0000' })
      .execute();
    await plan(world, { startDate: undefined });
    expect(listings(world)).toMatchObject([{ start_date: '2026-11-01T12:00:00Z' }]);
  });
});

describe('L16: one document that is wrong stops no other', () => {
  test.for([
    [
      'sums that are words',
      { summary: { amount_transferred: 'a lot' } },
      'Unexpected value a lot of summary.amount_transferred',
    ],
    ['no sums', { summary: undefined }, 'Unexpected value (missing) of summary'],
    ['an unknown state', { state: 'SHREDDED' }, 'Unexpected value SHREDDED of state'],
  ] as const)('%s', async ([, raw, reason], { world }) => {
    await givenSeller(world, { funds: 100_000 });
    world.miraklSimulator.given.invoice({ invoiceId: 6, raw });
    world.miraklSimulator.given.invoice({ invoiceId: 7 });
    await plan(world);
    expect(await statesOf(world, 6)).toEqual({
      ...{ EXTRA_CREDITS: `ON_HOLD: ${reason}`, SUBSCRIPTION: `ON_HOLD: ${reason}` },
      ...{ EXTRA_INVOICES: `ON_HOLD: ${reason}`, PAYOUT: `ON_HOLD: ${reason}` },
    });
    expect((await statesOf(world, 7)).PAYOUT).toBe('PENDING');
    await settle(world);
    expect(world.stripeSimulator.payouts()).toHaveLength(1);

    world.miraklSimulator.changeInvoice(6, { raw: {} });
    world.clock.advance(dayMs);
    await plan(world);
    await settle(world);
    expect((await statesOf(world, 6)).PAYOUT).toBe('CREATED');
  });

  test('one that has gone from Mirakl', async ({ world }) => {
    world.miraklSimulator.given.invoice({ invoiceId: 6 });
    world.miraklSimulator.given.invoice({ invoiceId: 7 });
    await plan(world);
    world.miraklSimulator.changeInvoice(6, { invoiceId: 60, state: 'DRAFT' });
    await givenSeller(world, { funds: 100_000 });
    world.clock.advance(3 * dayMs);
    await plan(world);
    await settle(world);
    expect((await statesOf(world, 6)).PAYOUT).toBe('ON_HOLD: Invoice 6 was last seen on Mirakl on 2026-11-02');
    expect((await statesOf(world, 7)).PAYOUT).toBe('CREATED');
  });

  test('one whose number is none, or larger than the ledger can hold', async ({ world }) => {
    const error = vi.spyOn(world.log, 'error');
    const nameless = { invoice_id: undefined, id: undefined, summary: { amount_transferred: 'x' } };
    world.miraklSimulator.given.invoice({ shopId: 2_000, raw: nameless });
    world.miraklSimulator.given.invoice({ raw: { invoice_id: 3_000_000_000 } });
    world.miraklSimulator.given.invoice({ raw: { invoice_id: 4_000_000_000, summary: {} } });
    world.miraklSimulator.given.invoice({ invoiceId: 7 });
    await plan(world);
    expect((await movements(world)).payouts).toMatchObject([{ mirakl_invoice_id: 7 }]);
    expect(error.mock.calls.map(([, text]) => text)).toEqual([
      'invoice left out: number too large',
      'invoice without a number left out',
      'invoice without a number left out',
    ]);
  });

  test('one whose sums do not add up is paid, and shown in its story, the log and the outcome of the sweep', async ({
    world,
  }) => {
    const warn = vi.spyOn(world.log, 'warn');
    await givenSeller(world, { funds: 100_000 });
    world.miraklSimulator.given.invoice({ invoiceId: 7, amountTransferred: '80.00' });
    expect(await plan(world)).toBe('1 invoices read, 1 do not add up, 1 sellers to be settled');
    const note = 'Invoice 7 does not add up: its parts are 85, its amount is 80';
    expect(await storyOf(world, 'payout')).toEqual([{ from_status: null, to_status: 'PAYOUT_PENDING', reason: note }]);
    expect(warn).toHaveBeenCalledExactlyOnceWith({ invoiceId: 7, note }, 'invoice does not add up');
    expect(await plan(world)).not.toContain('do not add up');
    expect(warn).toHaveBeenCalledOnce();
    await settle(world);
    expect(world.stripeSimulator.payouts()).toMatchObject([{ amount: 8_000 }]);
  });

  test('it is held if the operator wants that, until Mirakl has mended it', async ({ world }) => {
    const strict = { rules: { ...rules, partsCheck: 'hold' as const } };
    await givenSeller(world, { funds: 100_000 });
    world.miraklSimulator.given.invoice({ invoiceId: 7, amountTransferred: '80.00' });
    await plan(world, strict);
    await settle(world);
    expect((await statesOf(world, 7)).PAYOUT).toMatch(/^ON_HOLD: Invoice 7 does not add up/);
    world.miraklSimulator.changeInvoice(7, { amountTransferred: '85.00' });
    world.clock.advance(dayMs);
    await plan(world, strict);
    await settle(world);
    expect(world.stripeSimulator.payouts()).toMatchObject([{ amount: 8_500 }]);
  });
});

describe('pages and checkpoints', () => {
  test('documents of one second over several pages are found once, also when the round is repeated', async ({
    world,
  }) => {
    for (let invoiceId = 1; invoiceId <= 250; invoiceId += 1) world.miraklSimulator.given.invoice({ invoiceId });
    await plan(world);
    await plan(world);
    world.miraklSimulator.given.invoice({ invoiceId: 251 });
    await plan(world);
    const { transfers, payouts } = await movements(world);
    expect([transfers.length, payouts.length]).toEqual([753, 251]);
    expect(await storyOf(world, 'payout')).toHaveLength(251);
  });

  test('a page that fails leaves the checkpoint at the one before it', async ({ world }) => {
    for (let invoiceId = 1; invoiceId <= 150; invoiceId += 1) {
      const createdAt = new Date(Date.parse('2026-11-01T00:00:00Z') + invoiceId * 1_000);
      world.miraklSimulator.given.invoice({ invoiceId, createdAt });
    }
    world.miraklSimulator.faults.add({
      ...{ path: '/api/invoices', kind: 'answer', status: 400, body: { message: 'no' } },
      when: ({ query }) => (query as { offset?: string }).offset === '100',
    });
    await expect(plan(world)).rejects.toMatchObject({ code: 'mirakl_refused' });
    expect(await checkpoint(world)).toBe('2026-11-01T00:01:40Z');
    expect((await movements(world)).payouts).toHaveLength(100);
    await plan(world);
    expect((await movements(world)).payouts).toHaveLength(150);
  });

  test('L3: two rounds at the same time make one row of each', async ({ world }) => {
    for (let invoiceId = 1; invoiceId <= 120; invoiceId += 1) world.miraklSimulator.given.invoice({ invoiceId });
    await Promise.all([plan(world), plan(world)]);
    expect(await storyOf(world, 'payout')).toHaveLength(120);
    expect(await storyOf(world, 'transfer')).toHaveLength(360);
  });

  test('rows that are missing beside a payout that is done stay so; beside one that is not they are added', async ({
    world,
  }) => {
    const row = { mirakl_created_date: '2026-11-01 00:00:00', mirakl_shop_id: 2_000 };
    await world.db
      .insertInto('stripe_payout')
      .values([
        { ...row, mirakl_invoice_id: 6, status: 'PAYOUT_CREATED', payout_id: 'po_1' },
        { ...row, mirakl_invoice_id: 7, status: 'PAYOUT_ON_HOLD' },
      ])
      .execute();
    world.miraklSimulator.given.invoice({ invoiceId: 6 });
    world.miraklSimulator.given.invoice({ invoiceId: 7 });
    await plan(world);
    const { transfers } = await movements(world);
    expect(transfers.map(({ mirakl_id }) => mirakl_id)).toEqual(['7', '7', '7']);
  });
});

describe('what is not done is heard of again', () => {
  test('an invoice that was paid elsewhere meanwhile is not paid once more', async ({ world }) => {
    world.miraklSimulator.given.invoice({ invoiceId: 7, parts: { subscription: '-10.00' } });
    await plan(world);
    world.miraklSimulator.changeInvoice(7, { paymentState: 'PAID' });
    await givenSeller(world, { funds: 100_000 });
    world.clock.advance(dayMs);
    await plan(world);
    await settle(world);
    expect(await statesOf(world, 7)).toMatchObject({
      ...{ SUBSCRIPTION: 'ABORTED: Invoice 7 is already paid', PAYOUT: 'ABORTED: Invoice 7 is already paid' },
    });
    expect(world.stripeSimulator.payouts()).toEqual([]);
    expect(await jobs(world)).toEqual([]);
  });

  test('L34: in the same listing as the new ones, by their numbers, and what is done is not asked for', async ({
    world,
  }) => {
    await givenSeller(world, { funds: 100_000 });
    world.miraklSimulator.given.invoice({ invoiceId: 6 });
    world.miraklSimulator.given.invoice({ invoiceId: 7, shopId: 2_001 });
    await plan(world);
    await settle(world);
    world.clock.advance(dayMs);
    world.miraklSimulator.given.invoice({ invoiceId: 8 });
    await plan(world);
    expect(listings(world).slice(1)).toMatchObject([
      { start_date: '2026-11-02T09:00:00Z', max: '100' },
      { invoice_id: '7', max: '100' },
    ]);
  });

  test('a row that is held is looked at again, and its story gets no line for that', async ({ world }) => {
    world.miraklSimulator.given.invoice({ invoiceId: 7 });
    await plan(world);
    world.clock.advance(dayMs);
    await plan(world);
    const { payouts } = await movements(world);
    expect(payouts).toMatchObject([{ status: 'PAYOUT_ON_HOLD', next_try_at: world.now() }]);
    expect(await storyOf(world, 'payout')).toHaveLength(1);
    expect(await jobs(world)).toEqual([['settlement.settle-seller', 2_000]]);
  });

  test('a call of unknown outcome is left alone, whatever Mirakl says now', async ({ world }) => {
    await givenSeller(world, { funds: 100_000 });
    world.miraklSimulator.given.invoice({ invoiceId: 7 });
    await plan(world);
    await world.db
      .updateTable('stripe_payout')
      .set({ idempotency_key: 'key', request: JSON.stringify({}), first_sent_at: world.now() })
      .execute();
    world.miraklSimulator.changeInvoice(7, { paymentState: 'PAID' });
    await plan(world);
    expect((await statesOf(world, 7)).PAYOUT).toBe('PENDING');
  });
});

test('rows that the old connector left behind are weighed by our rules', async ({ world }) => {
  const { accountId } = await givenSeller(world, { funds: 100_000 });
  const at = '2026-10-01 00:00:00';
  const row = { mirakl_created_date: at, creation_datetime: at, amount: 1n, currency: 'eur', account_mapping_id: 1 };
  await world.db
    .insertInto('stripe_payout')
    .values([
      { ...row, mirakl_invoice_id: 6, status: 'PAYOUT_PENDING' },
      { ...row, mirakl_invoice_id: 7, status: 'PAYOUT_FAILED', status_reason: 'account_closed: closed' },
      { ...row, mirakl_invoice_id: 8, status: 'PAYOUT_ON_HOLD', status_reason: 'Payouts are disabled shop ID 2000' },
    ])
    .execute();
  for (const invoiceId of [6, 7, 8]) {
    world.miraklSimulator.given.invoice({ invoiceId, createdAt: new Date('2026-10-01T00:00:00Z') });
  }
  await settle(world);
  expect(world.stripeSimulator.payouts()).toEqual([]);
  await plan(world, { startDate: '2026-11-01' });
  await settle(world);
  expect(world.stripeSimulator.payouts(accountId).map(({ amount }) => amount)).toEqual([8_500, 8_500, 8_500]);
  const looks = world.stripeSimulator
    .requests()
    .filter(({ method, path }) => method === 'GET' && path === '/v1/payouts');
  expect(looks).toHaveLength(3);
});

describe('L34: Mirakl is asked for invoices at most once a day', () => {
  test('a round on demand that comes too soon settles what is due, and says when the next listing can be', async ({
    world,
  }) => {
    const turns = withTurns(world);
    world.miraklSimulator.given.invoice({ invoiceId: 7 });
    await plan(turns);
    await givenSeller(world);
    world.clock.advance(60 * minuteMs);
    expect(await plan(turns)).toBe(
      'Mirakl allows one listing of invoices a day, the next from 2026-11-03 09:00 UTC on, 1 sellers to be settled',
    );
    expect(listings(world)).toHaveLength(1);
    expect(await jobs(world)).toEqual([['settlement.settle-seller', 2_000]]);
  });

  test('a round of the schedule that is a little early comes back when Mirakl allows it, which is no failure', async ({
    world,
  }) => {
    const turns = withTurns(world);
    await plan(turns);
    world.clock.advance(dayMs - 2_000);
    const round = runSweep(world, 'settlement.plan-invoices', (sweep) =>
      planInvoices({ ...turns, rules }, { startDate: 'all', scheduled: true }, sweep),
    );
    await expect(round).rejects.toMatchObject({ code: 'mirakl_too_soon', retryable: true, retryAfterMs: 2_000 });
    expect(await world.db.selectFrom('sweep').selectAll().execute()).toMatchObject([
      { last_error: null, last_outcome: expect.stringContaining('the next from 2026-11-03 09:00 UTC on') },
    ]);
    world.clock.advance(2_000);
    expect(await plan(turns, { scheduled: true })).toBe('0 invoices read, 0 sellers to be settled');
    // One that is far too early would wait in the queue beside those of the next days.
    expect(await plan(turns, { scheduled: true })).toContain('the next from 2026-11-04 09:00 UTC on');
  });

  test('a hundred documents a page', async ({ world }) => {
    for (let invoiceId = 1; invoiceId <= 250; invoiceId += 1) world.miraklSimulator.given.invoice({ invoiceId });
    await plan(world);
    expect(listings(world)).toHaveLength(3);
  });

  test('and what is due is found by an index', async ({ world }) => {
    const lines = await world.db.transaction().execute(async (trx) => {
      // Few rows are quicker to read whole; the planner is asked what it would do with many.
      await sql`set local enable_seqscan = off`.execute(trx);
      const plans = await Promise.all([
        sql<{ 'QUERY PLAN': string }>`explain select id from stripe_payout
          where status in ('PAYOUT_PENDING', 'PAYOUT_ON_HOLD', 'PAYOUT_FAILED') and next_try_at <= now()`.execute(trx),
        sql<{ 'QUERY PLAN': string }>`explain select id from stripe_transfer
          where mirakl_shop_id = 1 and type in ('TRANSFER_EXTRA_CREDITS', 'TRANSFER_SUBSCRIPTION', 'TRANSFER_EXTRA_INVOICES')
            and status in ('TRANSFER_PENDING', 'TRANSFER_ON_HOLD', 'TRANSFER_FAILED')`.execute(trx),
      ]);
      return plans.map(({ rows }) => rows.map((line) => line['QUERY PLAN']).join('\n'));
    });
    expect(lines[0]).toContain('stripe_payout_due');
    expect(lines[1]).toContain('stripe_transfer_of_invoices');
  });
});

test('with all, what is not due yet is tried again too, but not what waits for a new bank account', async ({
  world,
}) => {
  await givenSeller(world);
  world.miraklSimulator.given.invoice({ invoiceId: 6 });
  world.miraklSimulator.given.invoice({ invoiceId: 7, shopId: 2_001 });
  const turns = withTurns(world);
  await plan(turns);
  await settle(world);
  await world.db
    .updateTable('stripe_payout')
    .set({ status: 'PAYOUT_FAILED', next_try_at: null })
    .where('mirakl_invoice_id', '=', 7)
    .execute();
  await world.queues.byName.settlement.drain();
  world.clock.advance(minuteMs);
  expect(await plan(turns)).toContain('0 sellers to be settled');
  expect(await plan(turns, { all: true, run: 'run-1' })).toContain('1 sellers to be settled');
  expect(await jobs(world)).toEqual([['settlement.settle-seller', 2_000]]);
});
