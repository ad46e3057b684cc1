import { keepSchedules } from '@connector/queues';
import { test, type World } from '@connector/testing';
import { describe, expect } from 'vitest';
import { readCheckpoint } from '../checkpoint.ts';
import { findShops, onboardSeller } from '../onboarding/index.ts';
import { planDueOrders, planNewOrders, sendTransfer } from '../payment-split/index.ts';
import { runSweep } from '../sweep/run-sweep.ts';
import { ringWaitingWork } from './ring-waiting-work.ts';

const rules = { payOutPspCodes: new Set(['OPERATOR']), splitWithoutCharge: false, taxSplit: undefined };
const shops = {
  fields: { link: 'stripe-url', ignored: 'stripe-ignored' },
  ...{ prefill: false, accountMetadata: {} },
};
const hourMs = 3_600_000;

const findNewOrders = (world: World) =>
  runSweep(world, 'payment-split.plan-new-product-orders', (round) =>
    planNewOrders({ ...world, rules }, { kind: 'product', startDate: 'all' }, round),
  );
const weighDueOrders = (world: World) =>
  runSweep(world, 'payment-split.plan-due-product-orders', (round) =>
    planDueOrders({ ...world, rules }, { kind: 'product', all: undefined }, round),
  );
const findNewShops = (world: World) =>
  runSweep(world, 'onboarding.find-shops', (round) => findShops({ ...world, ...shops }, {}, round));

const statuses = ({ db }: World) =>
  db.selectFrom('stripe_transfer').select(['mirakl_id', 'status']).orderBy('mirakl_id').execute();
const sweep = ({ db }: World, name: string) =>
  db.selectFrom('sweep').selectAll().where('name', '=', name).executeTakeFirstOrThrow();

function givenShop({ miraklSimulator }: World): number {
  return miraklSimulator.given.shop({ additionalFields: { 'stripe-url': 'https://link.example.com' } }).id;
}

async function mapShop({ db, stripeSimulator }: World, shopId: number): Promise<void> {
  const account = stripeSimulator.given.account().id;
  await db.insertInto('account_mapping').values({ mirakl_shop_id: shopId, stripe_account_id: account }).execute();
}

function givenOrder({ stripeSimulator, miraklSimulator }: World, order: { id: string; shopId: number }): void {
  const { paymentIntentId = null } = stripeSimulator.given.charge({ amount: 10_000, currency: 'eur' });
  miraklSimulator.given.productOrder({ ...order, transactionNumber: paymentIntentId });
}

describe('Mirakl is away for a day', () => {
  test.for([
    ['answers 503', { kind: 'answer', status: 503 }, 'Mirakl answered OR11 with 503'],
    ['does not answer', { kind: 'cut-before-effect' }, 'Mirakl cannot be reached (OR11: '],
    ['does not know the key', { kind: 'answer', status: 401 }, 'Mirakl answered OR11 with 401'],
  ] as const)(
    'and %s: the sweeps fail and say why, nothing is lost, and the first round that succeeds catches up',
    async ([, fault, reason], { world }) => {
      const { miraklSimulator, clock, db } = world;
      const [shopId, laterMapped] = [givenShop(world), givenShop(world)];
      await mapShop(world, shopId);
      givenOrder(world, { id: 'O-1-A', shopId });
      givenOrder(world, { id: 'O-2-A', shopId: laterMapped });
      await findNewOrders(world);
      await findNewShops(world);
      const checkpoint = await readCheckpoint(db, 'product_payment_split_checkpoint');

      const away = miraklSimulator.faults.add({ ...fault, times: Number.POSITIVE_INFINITY });
      clock.advance(hourMs);
      givenOrder(world, { id: 'O-3-A', shopId });
      const newShop = miraklSimulator.given.shop();
      for (const passes of [1, 22]) {
        for (const work of [findNewOrders, weighDueOrders, findNewShops]) {
          await expect(work(world)).rejects.toMatchObject({ name: 'MiraklError' });
        }
        clock.advance(passes * hourMs);
      }
      expect(await sweep(world, 'payment-split.plan-new-product-orders')).toMatchObject({
        last_error: expect.stringContaining(reason),
        last_succeeded_at: new Date(clock.now().getTime() - 24 * hourMs),
      });
      expect(await readCheckpoint(db, 'product_payment_split_checkpoint')).toBe(checkpoint);
      // What was decided before and needs no more of Mirakl is sent meanwhile.
      const ready = await db
        .selectFrom('stripe_transfer')
        .select('id')
        .where('status', '=', 'TRANSFER_PENDING')
        .execute();
      for (const { id } of ready) expect(await sendTransfer(world, { transferId: id })).toBe('done');

      away.release();
      await mapShop(world, laterMapped);
      for (const work of [findNewOrders, weighDueOrders, findNewShops]) await work(world);
      expect(await statuses(world)).toEqual([
        { mirakl_id: 'O-1-A', status: 'TRANSFER_CREATED' },
        { mirakl_id: 'O-2-A', status: 'TRANSFER_PENDING' },
        { mirakl_id: 'O-3-A', status: 'TRANSFER_PENDING' },
      ]);
      expect(await sweep(world, 'payment-split.plan-new-product-orders')).toMatchObject({ last_error: null });
      expect(await onboardSeller({ ...world, ...shops }, { shopId: newShop.id })).toBe('link to be written');
    },
  );
});

describe('a daily round that failed', () => {
  const name = 'alerting.mail-failures';
  const minuteMs = 60_000;
  /** Schedules go by the clock of the machine. */
  const ago = (world: World, minutes: number) => ({ ...world, now: () => new Date(Date.now() - minutes * minuteMs) });
  const fail = (world: World, minutesAgo: number) =>
    expect(
      runSweep(ago(world, minutesAgo), name, () => Promise.reject(new Error('the mail server is away'))),
    ).rejects.toThrow();
  const ring = (world: World) => ringWaitingWork({ ...ago(world, 0), notifies: false });
  /** Those that the schedule has not brought. */
  const rounds = async ({ queues }: World) =>
    (await queues.byName.sweeps.getWaiting()).filter(({ repeatJobKey }) => !repeatJobKey).map((job) => job.name);
  /** Once a day, and not within the next hours. */
  const daily = () => ({ cron: `0 ${(new Date().getUTCHours() + 12) % 24} * * *`, timeZone: 'UTC' });

  test('is made again ten minutes later, and its day is not lost', async ({ world }) => {
    await keepSchedules(world.queues, { [name]: daily() }, new Date());
    await fail(world, 9);
    expect(await ring(world)).toContain('0 failed sweeps rung again');
    await fail(world, 10);
    expect(await ring(world)).toContain('1 failed sweeps rung again');
    expect(await rounds(world)).toEqual([name]);
    await runSweep(ago(world, 10), name, () => Promise.resolve('mail sent'));
    expect(await ring(world)).toContain('0 failed sweeps rung again');
  });

  test('is left alone if it was switched off, or comes soon by itself', async ({ world }) => {
    await fail(world, 10);
    expect(await ring(world)).toContain('0 failed sweeps rung again');
    await keepSchedules(world.queues, { [name]: { everyMs: minuteMs } }, new Date());
    expect(await ring(world)).toContain('0 failed sweeps rung again');
    expect(await rounds(world)).toEqual([]);
  });
});
