import { utcTimestamp } from '@connector/database';
import { test, type World } from '@connector/testing';
import { sql } from 'kysely';
import { describe, expect, vi } from 'vitest';
import { writeHistory } from '../operation/history.ts';
import { ringWaitingWork } from '../recovery/ring-waiting-work.ts';
import type { ToldKind } from './alarm.ts';
import { quietAlarm, takeDueAlarms } from './due-alarms-table.ts';
import { findAlarms } from './find-alarms.ts';
import { givenNotice } from './notifications-test.ts';

const tables = { transfer: 'stripe_transfer', payout: 'stripe_payout', refund: 'stripe_refund' } as const;
const round = { renew: () => Promise.resolve() };

async function givenMapping({ db }: World) {
  const mapping = { mirakl_shop_id: 2_000, stripe_account_id: 'acct_1' };
  return db.insertInto('account_mapping').values(mapping).returning('id').executeTakeFirstOrThrow();
}

async function givenTransfer({ db }: World, orderId = 'O-1-A', mappingId: number | null = null): Promise<number> {
  const { id } = await db
    .insertInto('stripe_transfer')
    .values({
      ...{ type: 'TRANSFER_PRODUCT_ORDER', mirakl_id: orderId, status: 'TRANSFER_PENDING', amount: 8_500n },
      ...{ currency: 'eur', account_mapping_id: mappingId, transaction_id: 'ch_1', mirakl_shop_id: 2_000 },
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** Brings an operation to a state as the workflows do: the row and its story in one transaction. */
async function bring({ db, now }: World, kind: ToldKind, id: number, state: string, reason: string | null = null) {
  const status = `${kind.toUpperCase()}_${state}`;
  await db.transaction().execute(async (transaction) => {
    await transaction.updateTable(tables[kind]).set({ status, status_reason: reason }).where('id', '=', id).execute();
    await writeHistory(transaction, kind, [{ operationId: id, from: null, to: status, reason }], now());
  });
}

const notices = ({ db }: World) =>
  db.selectFrom('notification').select(['type', 'about', 'payload', 'status']).orderBy('id').execute();

const typesTold = async (world: World) => (await notices(world)).map(({ type }) => type);

const deliveries = async ({ queues }: World) =>
  (await queues.byName.notifications.getWaiting()).map(({ name }) => name);

describe('L32: the operator is told what is new, and once', () => {
  test('a transfer that fails 288 times in a day for the same reason is one notification', async ({ world }) => {
    const id = await givenTransfer(world);
    for (let tries = 0; tries < 288; tries += 1) {
      await bring(world, 'transfer', id, 'PENDING');
      await bring(world, 'transfer', id, 'FAILED', 'Insufficient funds');
      await findAlarms(world, round);
      world.clock.advance(5 * 60_000);
    }
    expect(await typesTold(world)).toEqual(['transfer.failed']);
    expect(await deliveries(world)).toEqual(['notifications.deliver']);
  });

  test('another reason is news, and so is that it has worked after all', async ({ world }) => {
    const id = await givenTransfer(world);
    for (const [state, reason] of [
      ['FAILED', 'Insufficient funds'],
      ['PENDING', null],
      ['FAILED', 'No such destination'],
      ['ON_HOLD', 'Payouts are disabled shop ID 2000'],
      ['PENDING', null],
      ['CREATED', null],
    ] as const) {
      await bring(world, 'transfer', id, state, reason);
      await findAlarms(world, round);
    }
    expect(await notices(world)).toMatchObject([
      { type: 'transfer.failed', about: `transfer/${id}/1`, payload: { failedReason: 'Insufficient funds' } },
      { type: 'transfer.failed', about: `transfer/${id}/2`, payload: { failedReason: 'No such destination' } },
      {
        type: 'transfer.recovered',
        about: `transfer/${id}/3`,
        payload: { status: 'TRANSFER_CREATED', failedReason: null },
      },
    ]);
  });

  test('a failure between two looks that is over already is none', async ({ world }) => {
    const id = await givenTransfer(world);
    await bring(world, 'transfer', id, 'FAILED', 'Insufficient funds');
    await bring(world, 'transfer', id, 'CREATED');
    expect(await findAlarms(world, round)).toBe('1 operations looked at, 0 notices, 0 old ones deleted');
    expect(await notices(world)).toEqual([]);
  });

  test('what was given up silently and fails again is news', async ({ world }) => {
    const id = await givenTransfer(world);
    for (const state of ['FAILED', 'ABORTED', 'FAILED']) {
      await bring(world, 'transfer', id, state, 'Shop 2000 is ignored');
      await findAlarms(world, round);
    }
    expect(await typesTold(world)).toEqual(['transfer.failed', 'transfer.failed']);
  });

  test('two sweeps at once tell it once', async ({ world }) => {
    const id = await givenTransfer(world);
    await bring(world, 'transfer', id, 'FAILED', 'Insufficient funds');
    await Promise.all([findAlarms(world, round), findAlarms(world, round), findAlarms(world, round)]);
    expect(await typesTold(world)).toEqual(['transfer.failed']);
  });

  test('a change that comes while somebody looks is looked at afterwards', async ({ world }) => {
    const id = await givenTransfer(world);
    await bring(world, 'transfer', id, 'FAILED', 'Insufficient funds');
    let changing: Promise<void> | undefined;
    await world.db.transaction().execute(async (transaction) => {
      const [alarm = expect.fail('no alarm is due')] = await takeDueAlarms(transaction, world.now(), 10);
      changing = bring(world, 'transfer', id, 'FAILED', 'No such destination');
      await vi.waitFor(async () => expect(await waitingForLocks(world)).toBe(1));
      await quietAlarm(transaction, alarm);
    });
    await changing;
    await findAlarms(world, round);
    expect(await notices(world)).toMatchObject([{ payload: { failedReason: 'No such destination' } }]);
  });
});

async function waitingForLocks({ db }: World): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`.execute(db);
  return rows[0]?.count ?? 0;
}

describe('what the operator is told of', () => {
  test('a transfer', async ({ world }) => {
    const mapping = await givenMapping(world);
    const id = await givenTransfer(world, 'O-1-A', mapping.id);
    await bring(world, 'transfer', id, 'FAILED', 'Insufficient funds');
    await findAlarms(world, round);
    expect(await notices(world)).toEqual([
      {
        type: 'transfer.failed',
        about: `transfer/${id}/1`,
        status: 'pending',
        payload: {
          internalId: id,
          miraklId: 'O-1-A',
          type: 'TRANSFER_PRODUCT_ORDER',
          stripeAccountId: 'acct_1',
          miraklShopId: 2_000,
          transferId: null,
          transactionId: 'ch_1',
          amount: 8_500,
          status: 'TRANSFER_FAILED',
          failedReason: 'Insufficient funds',
          currency: 'eur',
        },
      },
    ]);
  });

  test('a payout', async ({ world }) => {
    const mapping = await givenMapping(world);
    const { id } = await world.db
      .insertInto('stripe_payout')
      .values({
        ...{ account_mapping_id: mapping.id, amount: 999_999_999_999n, currency: 'eur', mirakl_invoice_id: 77 },
        ...{ payout_id: 'po_1', status: 'PAYOUT_CREATED', mirakl_created_date: utcTimestamp(world.now()) },
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    await bring(world, 'payout', id, 'FAILED', 'account_closed: The bank account has been closed');
    await findAlarms(world, round);
    expect(await notices(world)).toMatchObject([{ type: 'payout.failed', about: `payout/${id}/1` }]);
    expect((await notices(world))[0]?.payload).toEqual({
      internalId: id,
      amount: 999_999_999_999,
      currency: 'eur',
      miraklInvoiceId: 77,
      stripePayoutId: 'po_1',
      payoutId: 'po_1',
      status: 'PAYOUT_FAILED',
      failedReason: 'account_closed: The bank account has been closed',
      stripeAccountId: 'acct_1',
      miraklShopId: 2_000,
    });
  });

  test('a refund', async ({ world }) => {
    const { id } = await world.db
      .insertInto('stripe_refund')
      .values({
        ...{ amount: 1_234n, currency: 'eur', mirakl_refund_id: 'R-1', mirakl_order_id: 'O-1-A' },
        ...{ status: 'REFUND_PENDING', type: 'REFUND_PRODUCT_ORDER', transaction_id: 'ch_1' },
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    await bring(world, 'refund', id, 'FAILED', 'No such charge');
    await findAlarms(world, round);
    expect(await notices(world)).toMatchObject([{ type: 'refund.failed', about: `refund/${id}/1` }]);
    expect((await notices(world))[0]?.payload).toEqual({
      internalId: id,
      amount: 1_234,
      currency: 'eur',
      miraklOrderId: 'O-1-A',
      miraklRefundId: 'R-1',
      stripeRefundId: null,
      transactionId: 'ch_1',
      status: 'REFUND_FAILED',
      failedReason: 'No such charge',
      type: 'REFUND_PRODUCT_ORDER',
    });
  });
});

test('many failures at once are told page by page', async ({ world }) => {
  const { db, now } = world;
  const rows = Array.from({ length: 450 }, (_, index) => ({
    ...{ type: 'TRANSFER_PRODUCT_ORDER', mirakl_id: `O-${index}`, status: 'TRANSFER_FAILED', status_reason: 'no' },
  }));
  const ids = await db.insertInto('stripe_transfer').values(rows).returning('id').execute();
  const story = ids.map(({ id }) => ({ operationId: id, from: null, to: 'TRANSFER_FAILED', reason: 'no' }));
  await writeHistory(db, 'transfer', story, now());
  expect(await findAlarms(world, round)).toBe('450 operations looked at, 450 notices, 0 old ones deleted');
  expect(await world.queues.byName.notifications.getWaitingCount()).toBe(450);
});

describe('a notice whose job is lost', () => {
  const ring = (world: World) => ringWaitingWork({ ...world, notifies: true });

  test('is rung again when the job should have run', async ({ world }) => {
    const id = await givenNotice(world);
    await ring(world);
    expect(await deliveries(world)).toEqual([]);
    world.clock.advance(4 * 60_000);
    expect(await ring(world)).toContain('1 notifications');
    const [job] = await world.queues.byName.notifications.getWaiting();
    expect(job).toMatchObject({ name: 'notifications.deliver', data: { notificationId: id } });
  });

  test('waits while the operator wants none', async ({ world }) => {
    await givenNotice(world);
    world.clock.advance(4 * 60_000);
    await ringWaitingWork({ ...world, notifies: false });
    expect(await deliveries(world)).toEqual([]);
  });
});

test('notifications that were delivered are kept for 90 days, those that were not for longer', async ({ world }) => {
  const { db, clock } = world;
  const deliver = (id: number) =>
    db
      .updateTable('notification')
      .set({ status: 'delivered', delivered_at: clock.now(), next_try_at: null })
      .where('id', '=', id)
      .execute();
  await deliver(await givenNotice(world, 'evt_old'));
  await givenNotice(world, 'evt_waiting');
  clock.advance(2 * 86_400_000);
  await deliver(await givenNotice(world, 'evt_young'));
  clock.advance(89 * 86_400_000);
  expect(await findAlarms(world, round)).toBe('0 operations looked at, 0 notices, 1 old ones deleted');
  expect((await notices(world)).map(({ about }) => about)).toEqual([
    'account.updated/evt_waiting',
    'account.updated/evt_young',
  ]);
});

test('an alarm about a payment is for the daily mail: there is no notification of that type', async ({ world }) => {
  const entry = { operationId: 1, from: 'to_capture', to: 'to_capture', reason: 'The bank says no', isFailure: true };
  await writeHistory(world.db, 'payment', [entry], world.now());
  expect(await findAlarms(world, round)).toContain('0 operations looked at');
  expect(await notices(world)).toEqual([]);
});
