import { createDatabase } from '@connector/database';
import { copyTestDatabase, test, type World } from '@connector/testing';
import { describe, expect, onTestFinished } from 'vitest';
import { findShops, onboardSeller } from '../onboarding/index.ts';
import { findRestoration } from '../operation/restoration-table.ts';
import { planNewOrders, sendTransfer } from '../payment-split/index.ts';
import { planRefunds, sendRefund } from '../refunds/index.ts';
import { planInvoices, rememberPlatformAccount, settleSeller } from '../settlement/index.ts';
import { runSweep } from '../sweep/run-sweep.ts';
import { noteRestoration } from './note-restoration.ts';

const rules = { payOutPspCodes: new Set(['OPERATOR']), splitWithoutCharge: false, taxSplit: undefined };
const shops = {
  fields: { link: 'stripe-url', ignored: 'stripe-ignored' },
  ...{ prefill: false, accountMetadata: {} },
};
const hourMs = 3_600_000;
const sweep = { renew: () => Promise.resolve() };

/** The world with the ledger as it was when this was called, once `restore` is called. */
async function backUp(world: World) {
  const copy = await copyTestDatabase(world.databaseUrl);
  const db = createDatabase({ url: copy.url, poolSize: 4 });
  onTestFinished(async () => {
    await db.destroy();
    await copy.drop();
  });
  return { restore: (): World => ({ ...world, db }) };
}

const splitNew = (world: World) =>
  runSweep(world, 'payment-split.plan-new-product-orders', (round) =>
    planNewOrders({ ...world, rules }, { kind: 'product', startDate: 'all' }, round),
  );

async function sendAll(world: World) {
  const rows = await world.db
    .selectFrom('stripe_transfer')
    .select(['id', 'mirakl_id'])
    .where('status', '=', 'TRANSFER_PENDING')
    .orderBy('mirakl_id')
    .execute();
  const outcomes: [string, string][] = [];
  for (const { id, mirakl_id } of rows) outcomes.push([mirakl_id, await sendTransfer(world, { transferId: id })]);
  return outcomes;
}

async function givenShop({ db, stripeSimulator, miraklSimulator }: World): Promise<number> {
  const shop = miraklSimulator.given.shop({ additionalFields: { 'stripe-url': 'https://link.example.com' } });
  const account = stripeSimulator.given.account().id;
  await db
    .insertInto('account_mapping')
    .values({ mirakl_shop_id: shop.id, stripe_account_id: account, payout_enabled: true, payin_enabled: true })
    .execute();
  return shop.id;
}

function givenOrder({ stripeSimulator, miraklSimulator }: World, id: string, shopId: number): void {
  const { paymentIntentId = null } = stripeSimulator.given.charge({ amount: 10_000, currency: 'eur' });
  miraklSimulator.given.productOrder({ id, shopId, transactionNumber: paymentIntentId });
}

describe('a ledger that is restored two days later, from a backup that does not know what was done since', () => {
  test('makes no transfer again, neither of an order it knows nor of one it finds anew, and new ones without a look', async ({
    world,
  }) => {
    const { clock, stripeSimulator } = world;
    const shopId = await givenShop(world);
    givenOrder(world, 'O-1-A', shopId);
    await splitNew(world);
    const backup = await backUp(world);
    const backedUpAt = clock.now();

    clock.advance(hourMs);
    givenOrder(world, 'O-2-A', shopId);
    await splitNew(world);
    expect(await sendAll(world)).toEqual([
      ['O-1-A', 'done'],
      ['O-2-A', 'done'],
    ]);

    clock.advance(48 * hourMs);
    const restored = backup.restore();
    expect(await noteRestoration(restored)).toEqual({
      ...{ from: backedUpAt, at: clock.now() },
      marked: { transfers: 1, refunds: 0, payouts: 0 },
    });
    clock.advance(25 * hourMs);
    givenOrder(world, 'O-3-A', shopId);
    await splitNew(restored);
    const looks = () =>
      stripeSimulator.requests().filter(({ method, path }) => method === 'GET' && path === '/v1/transfers');
    expect(await sendAll(restored)).toEqual([
      ['O-1-A', 'found on Stripe'],
      ['O-2-A', 'found on Stripe'],
      ['O-3-A', 'done'],
    ]);
    expect(looks()).toHaveLength(2);
    expect(stripeSimulator.transfers()).toHaveLength(3);
  });

  test('gives no seller a second account', async ({ world }) => {
    const { clock, stripeSimulator, miraklSimulator } = world;
    const find = (ledger: World) =>
      runSweep(ledger, 'onboarding.find-shops', (round) => findShops({ ...ledger, ...shops }, {}, round));
    await find(world);
    const backup = await backUp(world);
    const { id: shopId } = miraklSimulator.given.shop();
    await find(world);
    await onboardSeller({ ...world, ...shops }, { shopId });
    clock.advance(48 * hourMs);
    const restored = backup.restore();
    await noteRestoration(restored);
    await find(restored);
    await onboardSeller({ ...restored, ...shops }, { shopId });
    expect(stripeSimulator.accounts()).toHaveLength(1);
    const mappings = await restored.db.selectFrom('account_mapping').select('stripe_account_id').execute();
    expect(mappings).toEqual([{ stripe_account_id: stripeSimulator.accounts()[0]?.id }]);
    const { id: another } = miraklSimulator.given.shop();
    await find(restored);
    await onboardSeller({ ...restored, ...shops }, { shopId: another });
    expect(stripeSimulator.accounts()).toHaveLength(2);
  });

  test('pays no buyer back again', async ({ world }) => {
    const { clock, stripeSimulator, miraklSimulator } = world;
    const shopId = await givenShop(world);
    givenOrder(world, 'O-1-A', shopId);
    await splitNew(world);
    await sendAll(world);
    const backup = await backUp(world);
    miraklSimulator.given.refund({ orderId: 'O-1-A' });
    const refund = async (ledger: World) => {
      await planRefunds(ledger, { kind: 'product' }, sweep);
      const { id } = await ledger.db.selectFrom('stripe_refund').select('id').executeTakeFirstOrThrow();
      return sendRefund(ledger, { refundId: id });
    };
    expect(await refund(world)).toBe('done');
    clock.advance(48 * hourMs);
    const restored = backup.restore();
    await noteRestoration(restored);
    expect(await refund(restored)).toBe('found on Stripe');
    expect(stripeSimulator.refunds()).toHaveLength(1);
  });

  test('pays no invoice again', async ({ world }) => {
    const { clock, stripeSimulator, miraklSimulator, db } = world;
    const shopId = await givenShop(world);
    const mapping = await db.selectFrom('account_mapping').select('stripe_account_id').executeTakeFirstOrThrow();
    stripeSimulator.given.funds({ amount: 50_000, currency: 'eur', account: mapping.stripe_account_id });
    await runSweep(world, 'settlement.plan-invoices', () => Promise.resolve('nothing yet'));
    const backup = await backUp(world);
    miraklSimulator.given.invoice({ shopId });
    const settlementRules = {
      ...{ payOutPspCodes: new Set(['OPERATOR', 'NOT_SPECIFIED']), shopModels: undefined, partsCheck: 'warn' as const },
    };
    const settle = async (ledger: World) => {
      await planInvoices({ ...ledger, rules: settlementRules }, { startDate: 'all' }, sweep);
      const platformAccount = rememberPlatformAccount(ledger.stripe);
      for (let jobs = 0; jobs < 5; jobs += 1)
        await settleSeller({ ...ledger, platformAccount }, { shopId, attempt: 1 });
      return ledger.db.selectFrom('stripe_payout').select(['status', 'payout_id']).execute();
    };
    const paid = await settle(world);
    expect(paid).toMatchObject([{ status: 'PAYOUT_CREATED' }]);
    const moved = stripeSimulator.transfers().length;
    clock.advance(48 * hourMs);
    const restored = backup.restore();
    await noteRestoration(restored);
    expect(await settle(restored)).toEqual(paid);
    expect(stripeSimulator.payouts()).toHaveLength(1);
    expect(stripeSimulator.transfers()).toHaveLength(moved);
  });
});

test('a restoration that is noted twice looks as far back as the first time', async ({ world }) => {
  const begun = world.clock.now();
  await runSweep(world, 'recovery.ring-waiting-work', () => Promise.resolve('nothing'));
  world.clock.advance(hourMs);
  await noteRestoration(world);
  await runSweep(world, 'recovery.ring-waiting-work', () => Promise.resolve('nothing'));
  world.clock.advance(hourMs);
  await noteRestoration(world);
  expect(await findRestoration(world.db)).toEqual({ from: begun, at: world.clock.now() });
});

test('a ledger that was never worked with is not taken for a restored one', async ({ world }) => {
  await expect(noteRestoration(world)).rejects.toMatchObject({ code: 'ledger_without_past' });
});
