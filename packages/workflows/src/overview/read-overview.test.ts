import { utcTimestamp } from '@connector/database';
import { formatMoney } from '@connector/kernel';
import { test } from '@connector/testing';
import { expect } from 'vitest';
import { countOperations, readOverview } from './index.ts';

const transfer = { type: 'TRANSFER_PRODUCT_ORDER', currency: 'eur' };

test('operations are counted by state, and reasons that differ in an id only are one', async ({ world }) => {
  const { db, clock, now } = world;
  const earlier = utcTimestamp(now());
  clock.advance(3_600_000);
  const later = utcTimestamp(now());
  const held = (shopId: number, modification_datetime: string) => ({
    ...transfer,
    mirakl_id: `O-${shopId}`,
    status: 'TRANSFER_ON_HOLD',
    status_reason: `Cannot find Stripe account for shop ID ${shopId}`,
    creation_datetime: earlier,
    modification_datetime,
  });
  await db
    .insertInto('stripe_transfer')
    .values([held(12, later), held(13, later), { ...transfer, mirakl_id: 'O-1', status: 'TRANSFER_PENDING' }])
    .execute();
  await db
    .insertInto('stripe_refund')
    .values({ amount: 1n, currency: 'eur', mirakl_refund_id: 'R', mirakl_order_id: 'O', status: 'REFUND_CREATED' })
    .execute();

  const { operations } = await readOverview(db, now());
  expect(operations).toMatchObject([
    {
      kind: 'transfer',
      status: 'ON_HOLD',
      reason: 'Cannot find Stripe account for shop ID …',
      count: 2,
      oldestAt: new Date(now().getTime() - 3_600_000),
      unchangedSince: now(),
    },
    { kind: 'transfer', status: 'PENDING', reason: undefined, count: 1 },
    { kind: 'refund', status: 'CREATED', count: 1 },
  ]);
  expect(await countOperations(db)).toEqual(
    expect.arrayContaining([
      { kind: 'transfer', status: 'ON_HOLD', count: 2 },
      { kind: 'transfer', status: 'PENDING', count: 1 },
      { kind: 'refund', status: 'CREATED', count: 1 },
    ]),
  );
});

test('rare reasons beyond the twenty most frequent of a state are told together, and none is lost', async ({
  world,
}) => {
  const word = (index: number) => String.fromCharCode(97 + index);
  const failed = Array.from({ length: 25 }, (_, index) => ({
    ...transfer,
    mirakl_id: `O-${index}`,
    status: 'TRANSFER_FAILED',
    status_reason: `Stripe said ${word(index)}`,
  }));
  await world.db.insertInto('stripe_transfer').values(failed).execute();
  const { operations } = await readOverview(world.db, world.now());
  expect(operations).toHaveLength(21);
  expect(operations[0]).toMatchObject({ status: 'FAILED', reason: 'Other reasons', count: 5 });
  expect(operations.reduce((sum, { count }) => sum + count, 0)).toBe(25);
});

test('money is summed exactly by currency and state, also beyond what a float can hold', async ({ world }) => {
  const created = (mirakl_id: string, amount: bigint, currency: string) => ({
    ...{ type: 'TRANSFER_PRODUCT_ORDER', status: 'TRANSFER_CREATED' },
    ...{ mirakl_id, amount, currency },
  });
  await world.db
    .insertInto('stripe_transfer')
    .values([
      created('O-1', 9_007_199_254_740_993n, 'eur'),
      created('O-2', 2n, 'eur'),
      created('O-3', 1_234n, 'jpy'),
      created('O-4', 12_340n, 'kwd'),
      { ...transfer, mirakl_id: 'O-5', status: 'TRANSFER_ON_HOLD' },
    ])
    .execute();
  const { money } = await readOverview(world.db, world.now());
  expect(money.map(({ status, count, total }) => [status, count, formatMoney(total)])).toEqual([
    ['CREATED', 2, '90071992547409.95 EUR'],
    ['CREATED', 1, '1234 JPY'],
    ['CREATED', 1, '12.340 KWD'],
  ]);
});

test('a call counts as of unknown outcome once nobody works on it any more', async ({ world }) => {
  const { db, clock, now } = world;
  const sent = (mirakl_id: string, claimed_until: Date) => ({
    ...transfer,
    ...{ mirakl_id, claimed_until, status: 'TRANSFER_PENDING', amount: 100n },
    ...{ idempotency_key: mirakl_id, request: JSON.stringify({}), first_sent_at: now() },
  });
  await db
    .insertInto('stripe_transfer')
    .values([sent('O-1', new Date(now().getTime() + 60_000)), sent('O-2', new Date(now().getTime() - 1_000))])
    .execute();
  expect((await readOverview(db, now())).unknownOutcomes).toBe(1);
  clock.advance(120_000);
  expect((await readOverview(db, now())).unknownOutcomes).toBe(2);
});

test('shops, sweeps and checkpoints are told as they stand', async ({ world }) => {
  const { db, now } = world;
  const at = { created_at: now(), updated_at: now() };
  const failed = (mirakl_shop_id: number) => ({
    ...at,
    mirakl_shop_id,
    status: 'failed',
    status_reason: 'Invalid URL',
  });
  await db
    .insertInto('shop_onboarding')
    .values([
      ...Array.from({ length: 25 }, (_, index) => failed(index + 1)),
      { ...at, mirakl_shop_id: 99, status: 'done' },
    ])
    .execute();
  await db
    .insertInto('sweep')
    .values({ name: 'onboarding.find-shops', last_started_at: now(), last_error: 'no' })
    .execute();
  const checkpoint = { key: 'seller_onboarding_checkpoint', value: '2026-11-02T08:00:00Z' };
  await db
    .insertInto('config')
    .values([checkpoint, { key: 'something_else', value: '1' }])
    .execute();

  const overview = await readOverview(db, now());
  expect(overview.shops).toEqual([
    { status: 'done', count: 1 },
    { status: 'failed', count: 25 },
  ]);
  expect(overview.failedShops).toHaveLength(20);
  expect(overview.failedShops[0]).toMatchObject({ reason: 'Invalid URL', nextTryAt: null });
  expect(overview.sweeps).toMatchObject([{ name: 'onboarding.find-shops', last_error: 'no', last_succeeded_at: null }]);
  expect(overview.checkpoints).toEqual([checkpoint]);
});
