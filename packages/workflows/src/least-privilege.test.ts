import { readFileSync } from 'node:fs';
import { createDatabase } from '@connector/database';
import { isConnectorError } from '@connector/kernel';
import type { Permission } from '@connector/simulator';
import { createTestRole, test, type World } from '@connector/testing';
import { describe, expect } from 'vitest';
import { follow, givenSeller as givenAccount, hear, rules as kycRules, links, write } from './kyc/kyc-test.ts';
import { monitorAccounts } from './kyc/monitor-accounts.ts';
import { findShops, onboardSeller, refreshLink, writeLinks } from './onboarding/index.ts';
import { planNewOrders, sendTransfer } from './payment-split/index.ts';
import { followPaymentIntent } from './payment-validation/index.ts';
import { captureAll, givenPayment, metadataKey, plan as planCaptures } from './payment-validation/payments-test.ts';
import { compare, givenCleanMarketplace } from './reconciliation/reconciliation-test.ts';
import { givenPaidOrder, payBack, sendReversals, split, weighReversals } from './refunds/refunds-test.ts';
import { givenSeller, plan as planSettlement, settleOnce } from './settlement/settlement-test.ts';

const guide = readFileSync(new URL('../../../docs/security.md', import.meta.url), 'utf8');

/** What the guide says that each workflow needs of a restricted key. */
const documented = new Map(
  [...guide.matchAll(/^\| ([a-z-]+) \| (`rak_.*?) \|$/gm)].map(([, workflow = '', cell = '']) => [
    workflow,
    [...cell.matchAll(/`(rak_\w+)`/g)].map(([, name]) => name as Permission),
  ]),
);

/** What the guide has the owner of the tables run for the role of the processes. */
const rights = /```sql\n([\s\S]*?)```/.exec(guide)?.[1] ?? expect.fail('the guide grants no rights');

const hourMs = 3_600_000;
const sweep = { renew: () => Promise.resolve() };
const fields = { link: 'stripe-url', ignored: 'stripe-ignored' };
const shops = { fields, prefill: false, accountMetadata: {}, ...links };

/** A call whose answer gets lost, so that Stripe is asked a day later what became of it. */
async function lose(world: World, path: string | RegExp, work: () => Promise<unknown>): Promise<void> {
  const lost = world.stripeSimulator.faults.add({ method: 'POST', path, kind: 'cut-after-effect', times: 2 });
  await work().catch((error: unknown) => {
    if (!isConnectorError(error, 'stripe_unknown_outcome')) throw error;
  });
  lost.release();
  world.clock.advance(25 * hourMs);
}

/** Jobs of the seller until nothing is due. */
async function settleAll(world: World): Promise<void> {
  while ((await settleOnce(world)) !== 'nothing is due');
}

/** Each lays out what it works on with a key that may do everything, and gives back the work. */
const workflows: Readonly<Record<string, (world: World) => Promise<() => Promise<unknown>>>> = {
  async onboarding(world) {
    const { miraklSimulator, db } = world;
    const { id: shopId } = miraklSimulator.given.shop();
    const find = () => findShops({ ...world, ...shops }, {}, sweep);
    const onboard = () => onboardSeller({ ...world, ...shops }, { shopId });
    return async () => {
      await find();
      await lose(world, '/v1/accounts', onboard);
      await onboard();
      await writeLinks({ ...world, ...shops }, {});
      const { onboarding_token: token } = await db
        .selectFrom('account_mapping')
        .select('onboarding_token')
        .executeTakeFirstOrThrow();
      await refreshLink({ ...world, ...shops }, { token: token ?? '' });
    };
  },

  async kyc(world) {
    const kyc = { ...world, rules: { ...kycRules, tellsOfBlocks: true }, notifies: false };
    const { accountId } = await givenAccount(world);
    const { accountId: rejected } = await givenAccount(world);
    world.stripeSimulator.setKyc(rejected, 'rejected');
    return async () => {
      await hear(world, accountId, 'evt_1');
      await follow(world, accountId);
      await monitorAccounts({ ...kyc, mailer: undefined }, {}, sweep);
      world.clock.advance(hourMs);
      await write(world);
    };
  },

  async 'payment-validation'(world) {
    const { miraklSimulator, stripeSimulator } = world;
    for (const id of ['C-1', 'C-2']) {
      miraklSimulator.given.productOrder({ id: `${id}-A`, commercialId: id });
    }
    const { paymentIntentId = '' } = await givenPayment(world, 'C-1');
    await givenPayment(world, 'C-2', { withPaymentIntent: false });
    return async () => {
      await followPaymentIntent({ ...world, metadataKey }, { paymentIntentId });
      await planCaptures(world);
      await captureAll(world);
      expect(stripeSimulator.charges().every(({ captured }) => captured)).toBe(true);
    };
  },

  async 'payment-split'(world) {
    const rules = {
      payOutPspCodes: new Set(['OPERATOR', 'NOT_SPECIFIED']),
      splitWithoutCharge: false,
      taxSplit: undefined,
    };
    const charge = world.stripeSimulator.given.charge({ amount: 10_000, currency: 'eur' });
    const other = world.stripeSimulator.given.charge({ amount: 10_000, currency: 'eur' });
    const { shopId } = await givenAccount(world);
    const order = { shopId, commercialId: 'C-1' };
    world.miraklSimulator.given.productOrder({ ...order, id: 'C-1-A', transactionNumber: charge.chargeId });
    world.miraklSimulator.given.productOrder({
      ...order,
      id: 'C-1-B',
      transactionNumber: other.paymentIntentId ?? null,
    });
    await planNewOrders({ ...world, rules }, { kind: 'product', startDate: 'all' }, sweep);
    const rows = await world.db.selectFrom('stripe_transfer').select('id').execute();
    return async () => {
      for (const { id: transferId } of rows) {
        await lose(world, '/v1/transfers', () => sendTransfer(world, { transferId }));
        expect(await sendTransfer(world, { transferId })).toMatch(/^(found on Stripe|already handled)$/);
      }
    };
  },

  async refunds(world) {
    const { miraklSimulator, stripeSimulator } = world;
    await givenPaidOrder(world);
    const authorised = { captured: false };
    await split(world);
    await givenPaidOrder(world, { id: 'O-2-A', commercialId: 'O-2' }, authorised);
    miraklSimulator.given.refund({ orderId: 'O-1-A' });
    miraklSimulator.given.refund({ orderId: 'O-2-A', amount: '100.00' });
    return async () => {
      await lose(world, /\/cancel$/, () => payBack(world));
      await payBack(world);
      await weighReversals(world, { all: true });
      await sendReversals(world);
      expect(stripeSimulator.refunds()).not.toHaveLength(0);
    };
  },

  async settlement(world) {
    const { miraklSimulator, stripeSimulator } = world;
    await givenSeller(world, { funds: 100_000 });
    stripeSimulator.given.funds({ amount: 100_000, currency: 'eur' });
    const parts = { subscription: '-10.00', otherCredits: '5.00' };
    miraklSimulator.given.invoice({ shopId: 2_000, parts });
    await planSettlement(world);
    return async () => {
      await lose(world, '/v1/transfers', () => settleAll(world));
      await lose(world, '/v1/payouts', () => settleAll(world));
      await settleAll(world);
      // What Mirakl has not confirmed for a day is not paid.
      await planSettlement(world, { all: true });
      await settleAll(world);
      expect(stripeSimulator.payouts()).toHaveLength(1);
    };
  },

  async reconciliation(world) {
    await givenCleanMarketplace(world, { orders: 2, refunds: 1, invoices: 1 });
    return () => compare(world);
  },
};

test('the documents say of every workflow what it needs of a restricted key', () => {
  expect([...documented.keys()].toSorted()).toEqual([...Object.keys(workflows), 'doctor'].toSorted());
});

describe.each(Object.keys(workflows))('%s', (name) => {
  const permissions = documented.get(name) ?? [];
  const prepare = async (world: World) => (await workflows[name]?.(world)) ?? expect.fail(`no workflow ${name}`);

  test('does all of its work with exactly these permissions', async ({ world }) => {
    const work = await prepare(world);
    const before = world.stripeSimulator.requests().length;
    world.stripeSimulator.limitKey(permissions);
    await work();
    const refused = world.stripeSimulator
      .requests()
      .slice(before)
      .filter(({ status }) => status === 403);
    expect(refused.map(({ path }) => path)).toEqual([]);
  });

  test('does all of its work as a database role with no more than the documented rights', async ({ world }) => {
    const role = await createTestRole(world.databaseUrl, rights);
    const db = createDatabase({ url: role.url });
    try {
      const work = await prepare({ ...world, db });
      await work();
    } finally {
      await db.destroy();
      await role.drop();
    }
  });

  test.for(permissions)('stands still without %s, and says so', async (missing, { world }) => {
    const work = await prepare(world);
    world.stripeSimulator.limitKey(permissions.filter((permission) => permission !== missing));
    await expect(work()).rejects.toMatchObject({
      code: expect.stringMatching(/^(stripe_misconfigured|reconciliation_not_allowed)$/),
      message: expect.stringContaining(`Having the '${missing}' permission would allow this request to continue`),
    });
  });
});
