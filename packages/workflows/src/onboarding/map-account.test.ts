import { createDatabase } from '@connector/database';
import { openQueues, openRedis } from '@connector/queues';
import { startRedis, test, type World } from '@connector/testing';
import { sql } from 'kysely';
import { describe, expect, onTestFinished, vi } from 'vitest';
import { ringWaitingWork } from '../recovery/ring-waiting-work.ts';
import { mapAccount } from './map-account.ts';
import { onboardSeller } from './onboard-seller.ts';
import { unmapAccount } from './unmap-account.ts';
import { writeLinks } from './write-links.ts';

const fields = { link: 'stripe-url', ignored: 'stripe-ignored' };
const links = {
  linkKind: 'direct',
  refreshUrl: 'https://connector.example.com/api/public/onboarding/refresh',
  returnUrl: 'https://mirakl.example.com/mmp/shop/account/shop',
} as const;
const deps = (world: World) => ({ ...world, fields });
const map = (world: World, shopId: number, accountId: string) => mapAccount(deps(world), { shopId, accountId });

const mappings = ({ db }: World) => db.selectFrom('account_mapping').selectAll().orderBy('id').execute();
const records = ({ db }: World) => db.selectFrom('shop_onboarding').selectAll().orderBy('mirakl_shop_id').execute();

async function jobs({ queues }: World) {
  const waiting = await Promise.all(Object.values(queues.byName).map((queue) => queue.getWaiting()));
  return waiting.flat().map(({ name, data }) => ({ name, data: data as unknown }));
}

/** What was waiting is done, as if workers had done it. */
async function emptyQueues({ queues }: World) {
  await Promise.all(Object.values(queues.byName).map((queue) => queue.obliterate({ force: true })));
}

describe('L28: a mapping made by hand', () => {
  test('keeps what Stripe says of the account, and gets what every other gets: link, KYC status, waiting transfers', async ({
    world,
  }) => {
    const { id: shopId } = world.miraklSimulator.given.shop();
    const account = world.stripeSimulator.given.account({ payouts_enabled: true, charges_enabled: false });
    expect(await map(world, shopId, account.id)).toBe('mapped');
    expect(await mappings(world)).toMatchObject([
      {
        ...{ mirakl_shop_id: shopId, stripe_account_id: account.id, ignored: false },
        ...{ payout_enabled: true, payin_enabled: false, disabled_reason: null },
        ...{ details_submitted: true, account_type: 'express', account_read_at: world.now() },
        ...{ kyc_status: null, kyc_blocked_at: null, creation_datetime: world.now() },
      },
    ]);
    expect(await records(world)).toMatchObject([{ mirakl_shop_id: shopId, status: 'due', next_try_at: world.now() }]);
    expect(await jobs(world)).toEqual([
      { name: 'onboarding.onboard-seller', data: { shopId } },
      { name: 'kyc.follow-account', data: { accountId: account.id } },
      { name: 'payment-split.release-shop', data: { shopId } },
    ]);

    await onboardSeller({ ...deps(world), prefill: false, accountMetadata: {} }, { shopId });
    await writeLinks({ ...deps(world), ...links }, {});
    expect(world.miraklSimulator.shops()[0]?.additionalFields['stripe-url']).toContain(`/${account.id}/login_`);
    expect(world.stripeSimulator.accounts()).toHaveLength(1);
  });

  test('of a shop that the operator excludes is excluded from the first moment, and causes no work', async ({
    world,
  }) => {
    const { id } = world.miraklSimulator.given.shop({ additionalFields: { 'stripe-ignored': 'true' } });
    expect(await map(world, id, world.stripeSimulator.given.account().id)).toBe('mapped');
    expect(await mappings(world)).toMatchObject([{ mirakl_shop_id: id, ignored: true }]);
    expect(await records(world)).toMatchObject([{ mirakl_shop_id: id, status: 'ignored', ignored: true }]);
    expect(await jobs(world)).toEqual([]);
  });

  test('is saved while Redis is away, and its work is rung when Redis is back', async ({ world }) => {
    const server = await startRedis();
    const redis = await openRedis({ kind: 'single', url: server.url }, 'producer');
    onTestFinished(() => redis.disconnect());
    const queues = openQueues(redis, 'gone');
    await server.stop();
    const { id: shopId } = world.miraklSimulator.given.shop();
    const account = world.stripeSimulator.given.account();
    expect(await mapAccount({ ...deps(world), queues }, { shopId, accountId: account.id })).toBe('mapped');
    expect(await mappings(world)).toHaveLength(1);
    world.clock.advance(3 * 60_000);
    await ringWaitingWork({ ...world, notifies: false });
    expect(await jobs(world)).toEqual([
      { name: 'onboarding.onboard-seller', data: { shopId } },
      { name: 'payment-split.release-shop', data: { shopId } },
    ]);
  });

  test('is one, however many ask for it at the same time', async ({ world }) => {
    const [one, other] = [world.miraklSimulator.given.shop(), world.miraklSimulator.given.shop()];
    const [account, second] = [world.stripeSimulator.given.account(), world.stripeSimulator.given.account()];
    const outcomes = await Promise.all([
      map(world, one.id, account.id),
      map(world, one.id, account.id),
      map(world, other.id, account.id),
      map(world, one.id, second.id),
    ]);
    const saved = await mappings(world);
    expect(outcomes.filter((outcome) => outcome === 'mapped')).toHaveLength(saved.length);
    expect(outcomes.filter((outcome) => outcome === 'already-mapped')).toHaveLength(4 - saved.length);
    expect(new Set(saved.map((row) => row.mirakl_shop_id)).size).toBe(saved.length);
    expect(await map(world, one.id, account.id)).toBe('already-mapped');
  });
});

test('the tax account is mapped as shop 0, which Mirakl is not asked about, and what waited for it is due', async ({
  world,
}) => {
  const account = world.stripeSimulator.given.account();
  expect(await map(world, 0, account.id)).toBe('mapped');
  expect(world.miraklSimulator.requests()).toEqual([]);
  expect(await records(world)).toEqual([]);
  expect(await jobs(world)).toEqual([
    { name: 'kyc.follow-account', data: { accountId: account.id } },
    { name: 'payment-split.release-shop', data: { shopId: 0 } },
  ]);
});

test('an account that Stripe does not show to this platform is unknown, and nothing else is asked for', async ({
  world,
}) => {
  const { id } = world.miraklSimulator.given.shop();
  for (const accountId of ['acct_unknown', '', '..', 'acct_1/../../balance', 'cus_1'])
    expect([accountId, await map(world, id, accountId)]).toEqual([accountId, 'account-unknown']);
  expect(world.stripeSimulator.requests().map(({ path }) => path)).toEqual(['/v1/accounts/acct_unknown']);
});

test('a key that Stripe refuses says nothing about the account', async ({ world }) => {
  const { id } = world.miraklSimulator.given.shop();
  world.stripeSimulator.faults.add({
    ...{ kind: 'answer', status: 401 },
    body: { error: { type: 'invalid_request_error', message: 'Invalid API Key provided' } },
  });
  await expect(map(world, id, 'acct_1')).rejects.toMatchObject({ code: 'stripe_misconfigured' });
});

describe('a mapping that is taken away', () => {
  const unmap = (world: World, mappingId: number) => unmapAccount(world, { mappingId });
  const transfer = { type: 'TRANSFER_PRODUCT_ORDER', mirakl_id: 'O-1-A' };
  const payout = { mirakl_invoice_id: 1, mirakl_created_date: '2026-11-01T00:00:00' };

  async function givenMapping(world: World): Promise<{ shopId: number; mappingId: number }> {
    const { id: shopId } = world.miraklSimulator.given.shop();
    await map(world, shopId, world.stripeSimulator.given.account().id);
    await emptyQueues(world);
    const [mapping] = await mappings(world);
    return { shopId, mappingId: mapping?.id ?? 0 };
  }

  test('leaves the account on Stripe, and nothing to do for the shop', async ({ world }) => {
    const { shopId, mappingId } = await givenMapping(world);
    await world.db
      .insertInto('shop_update')
      .values({ mirakl_shop_id: shopId, link: 'login', next_try_at: world.now(), requested_at: world.now() })
      .execute();
    expect(await unmap(world, mappingId)).toEqual({ kind: 'unmapped' });
    expect(await mappings(world)).toEqual([]);
    expect(await records(world)).toMatchObject([{ status: 'done', next_try_at: null, account_round: 1 }]);
    expect(await world.db.selectFrom('shop_update').selectAll().execute()).toEqual([]);
    expect(world.stripeSimulator.accounts()).toHaveLength(1);
    expect(await unmap(world, mappingId)).toEqual({ kind: 'unknown' });
  });

  test('makes room for another one of the same shop', async ({ world }) => {
    const { shopId, mappingId } = await givenMapping(world);
    await world.db
      .insertInto('stripe_transfer')
      .values({ ...transfer, mirakl_shop_id: shopId, status: 'TRANSFER_ON_HOLD' })
      .execute();
    expect(await unmap(world, mappingId)).toEqual({ kind: 'unmapped' });
    expect(await map(world, shopId, world.stripeSimulator.given.account().id)).toBe('mapped');
  });

  test.for([
    ['a transfer that names it', 'transfers'],
    ['a transfer that was sent for its shop', 'transfers'],
    ['a transfer of its shop whose outcome is unknown', 'transfers'],
    ['a payout that names it', 'payouts'],
    ['a payout that was made for its shop', 'payouts'],
  ] as const)('L28: is not taken away under %s', async ([name, kind], { world }) => {
    const { shopId, mappingId } = await givenMapping(world);
    const named = { account_mapping_id: mappingId };
    const ofShop = { mirakl_shop_id: shopId };
    const sent = { idempotency_key: 'key', request: JSON.stringify({}), first_sent_at: world.now() };
    const { db } = world;
    const [pendingTransfer, createdTransfer] = [
      { ...transfer, status: 'TRANSFER_PENDING' },
      { ...transfer, status: 'TRANSFER_CREATED' },
    ];
    const inserts = {
      'a transfer that names it': () => db.insertInto('stripe_transfer').values({ ...pendingTransfer, ...named }),
      'a transfer that was sent for its shop': () =>
        db.insertInto('stripe_transfer').values({ ...createdTransfer, ...ofShop, transfer_id: 'tr_1' }),
      'a transfer of its shop whose outcome is unknown': () =>
        db.insertInto('stripe_transfer').values({ ...pendingTransfer, ...ofShop, ...sent }),
      'a payout that names it': () =>
        db.insertInto('stripe_payout').values({ ...payout, ...named, status: 'PAYOUT_ON_HOLD' }),
      'a payout that was made for its shop': () =>
        db.insertInto('stripe_payout').values({ ...payout, ...ofShop, payout_id: 'po_1', status: 'PAYOUT_CREATED' }),
    };
    await inserts[name]().execute();
    const others = { transfers: false, payouts: false };
    expect(await unmap(world, mappingId)).toEqual({ kind: 'in-use', ...others, [kind]: true });
    expect(await mappings(world)).toHaveLength(1);
  });

  test('L28: is not taken away under a transfer that is being saved at the same moment', async ({ world }) => {
    const { mappingId } = await givenMapping(world);
    const other = createDatabase({ url: world.databaseUrl });
    onTestFinished(() => other.destroy());
    const { promise: mayCommit, resolve: commit } = Promise.withResolvers<void>();
    const { promise: isSaved, resolve: saved } = Promise.withResolvers<void>();
    const saving = other.transaction().execute(async (trx) => {
      const row = { ...transfer, status: 'TRANSFER_PENDING', account_mapping_id: mappingId };
      await trx.insertInto('stripe_transfer').values(row).execute();
      saved();
      await mayCommit;
    });
    await isSaved;
    const unmapping = unmap(world, mappingId);
    const waitsForLock = sql`select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    await vi.waitFor(async () => expect((await waitsForLock.execute(other)).rows).toHaveLength(1));
    commit();
    await saving;
    expect(await unmapping).toMatchObject({ kind: 'in-use', transfers: true });
  });
});
