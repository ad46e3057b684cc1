import { utcTimestamp } from '@connector/database';
import { test, type World } from '@connector/testing';
import { expect } from 'vitest';
import { type DifferenceKind, differenceKinds } from './difference.ts';
import { acceptDifference } from './differences-table.ts';
import { compare, dayMs, differences, givenCleanMarketplace, hourMs, older, ours } from './reconciliation-test.ts';

type Marketplace = Awaited<ReturnType<typeof givenCleanMarketplace>>;
type Plant = (world: World, market: Marketplace) => unknown;

/** Damage, with what is to be found of it. `plant` gives back the id by which it is found, on Stripe or on Mirakl. */
type Planted = {
  readonly title: string;
  readonly plant: (world: World, market: Marketplace) => string | undefined | Promise<string | undefined>;
  readonly finds: { kind: DifferenceKind; movement: string; ledger?: bigint; actual?: bigint };
};

const eur = (amount: number) => ({ amount, currency: 'eur' });

/** A row that was changed after everything else was made. */
const late = ({ now }: World) => utcTimestamp(new Date(now().getTime() - hourMs / 2));

const planted: Planted[] = [
  {
    title: 'a second transfer of an order',
    plant: ({ stripeSimulator: { given } }, { accountId }) =>
      given.transfer({ ...eur(8_500), destination: accountId, metadata: { miraklId: 'O-4-A', ...older } }).id,
    finds: { kind: 'duplicate', movement: 'transfer', ledger: 8_500n, actual: 8_500n },
  },
  {
    title: 'a second payout of an invoice',
    plant: ({ stripeSimulator: { given } }, { accountId: account }) =>
      given.payout({ account, ...eur(5_000), metadata: { invoiceId: '1', miraklShopId: '2000', ...older } }).id,
    finds: { kind: 'duplicate', movement: 'payout', ledger: 5_000n, actual: 5_000n },
  },
  {
    title: 'a second fee of an invoice',
    plant: ({ stripeSimulator: { given, platform } }, { accountId: from }) =>
      given.transfer({ from, destination: platform.id, ...eur(1_000), metadata: { miraklId: '1', ...older } }).id,
    finds: { kind: 'duplicate', movement: 'fee', ledger: 1_000n, actual: 1_000n },
  },
  {
    title: 'a refund paid back twice',
    plant: ({ stripeSimulator: { given } }, { charges: [charge = ''], refunds: [miraklRefundId = ''] }) =>
      given.refund({ charge, amount: 1_000, metadata: { miraklRefundId, ...ours } }).id,
    finds: { kind: 'duplicate', movement: 'refund', ledger: 1_000n, actual: 1_000n },
  },
  {
    title: 'a refund taken back from the seller twice',
    plant: async ({ stripeSimulator: { given }, db }, { refunds: [miraklId = ''] }) => {
      const row = await rowOf(db, { type: 'TRANSFER_REFUND', mirakl_id: miraklId });
      return given.reversal({ transfer: row.transaction_id ?? '', amount: 850, metadata: { miraklId, ...ours } }).id;
    },
    finds: { kind: 'duplicate', movement: 'reversal', ledger: 850n, actual: 850n },
  },
  {
    title: 'a transfer that says it is ours, and of which there is no row',
    plant: ({ stripeSimulator: { given } }, { accountId }) =>
      given.transfer({ ...eur(700), destination: accountId, metadata: { miraklId: 'O-99-A', ...ours } }).id,
    finds: { kind: 'missing-in-ledger', movement: 'transfer', actual: 700n },
  },
  {
    title: 'a row that names a transfer which Stripe does not know',
    plant: (world) => givenCredit(world, { mirakl_id: '98', transfer_id: 'tr_nowhere' }),
    finds: { kind: 'missing-on-stripe', movement: 'transfer', ledger: 500n },
  },
  {
    title: 'a row that says that it was made, and names nothing',
    plant: (world) => givenCredit(world, { mirakl_id: '99', transfer_id: null }),
    finds: { kind: 'missing-on-stripe', movement: 'transfer', ledger: 500n },
  },
  {
    title: 'another amount than in the ledger',
    plant: (world, market) => changePayout(world, market, 2, { amount: 5_001n }),
    finds: { kind: 'amount-differs', movement: 'payout', ledger: 5_001n, actual: 5_000n },
  },
  {
    title: 'another currency than in the ledger',
    plant: (world, market) => changePayout(world, market, 3, { currency: 'usd' }),
    finds: { kind: 'currency-differs', movement: 'payout', ledger: 5_000n },
  },
  {
    title: 'another account than in the ledger',
    plant: async ({ db }, { invoices }) => {
      const other = { mirakl_shop_id: 2_999, stripe_account_id: 'acct_other' };
      const { id } = await db.insertInto('account_mapping').values(other).returning('id').executeTakeFirstOrThrow();
      const creditId = invoices[0]?.creditId ?? '';
      await db
        .updateTable('stripe_transfer')
        .set({ account_mapping_id: id })
        .where('transfer_id', '=', creditId)
        .execute();
      return creditId;
    },
    finds: { kind: 'account-differs', movement: 'transfer' },
  },
  {
    title: 'a payout that came back from the bank, of which no event arrived',
    plant: ({ stripeSimulator }, { invoices }) => {
      const payoutId = invoices[3]?.payoutId ?? '';
      stripeSimulator.failPayout(payoutId, { code: 'account_closed', message: 'The bank account has been closed' });
      return payoutId;
    },
    finds: { kind: 'state-differs', movement: 'payout' },
  },
  {
    title: 'a refund that failed after it had succeeded, of which no event arrived',
    plant: ({ stripeSimulator }, { refunds }) => {
      const refund = stripeSimulator.refunds().find(({ metadata }) => metadata?.miraklRefundId === refunds[1]);
      stripeSimulator.settleRefund(refund?.id ?? '', 'failed');
      return refund?.id;
    },
    finds: { kind: 'state-differs', movement: 'refund' },
  },
  {
    title: 'a transfer by hand to a seller',
    plant: ({ stripeSimulator: { given } }, { accountId: destination }) =>
      given.transfer({ ...eur(42), destination }).id,
    finds: { kind: 'made-by-hand', movement: 'transfer', actual: 42n },
  },
  {
    title: 'a refund by hand of the payment of an order',
    plant: ({ stripeSimulator: { given } }, { charges }) => given.refund({ charge: charges[4] ?? '', amount: 250 }).id,
    finds: { kind: 'made-by-hand', movement: 'refund', actual: 250n },
  },
  {
    title: 'a payout by hand',
    plant: ({ stripeSimulator: { given } }, { accountId: account }) => given.payout({ account, ...eur(11) }).id,
    finds: { kind: 'made-by-hand', movement: 'payout', actual: 11n },
  },
  {
    title: 'a payout that Stripe made by itself',
    plant: ({ stripeSimulator: { given } }, { accountId: account }) =>
      given.payout({ account, ...eur(12), automatic: true }).id,
    finds: { kind: 'made-by-schedule', movement: 'payout', actual: 12n },
  },
  {
    title: 'a transfer of the older connector whose row still waits',
    plant: async ({ stripeSimulator: { given }, db }, { accountId }) => {
      const row = { type: 'TRANSFER_PRODUCT_ORDER', mirakl_id: 'O-97-A', status: 'TRANSFER_ON_HOLD', currency: 'eur' };
      await db.insertInto('stripe_transfer').values(row).execute();
      return given.transfer({ ...eur(90), destination: accountId, metadata: { miraklId: 'O-97-A', ...older } }).id;
    },
    finds: { kind: 'made-by-older-connector', movement: 'transfer', actual: 90n },
  },
  {
    title: 'a part of a transfer taken back by hand',
    plant: async ({ db, stripeSimulator: { given } }) => {
      const { transfer_id: transfer } = await rowOf(db, { type: 'TRANSFER_PRODUCT_ORDER', mirakl_id: 'O-5-A' });
      return given.reversal({ transfer: transfer ?? '', amount: 100 }).id;
    },
    finds: { kind: 'reversed-outside', movement: 'reversal', actual: 100n },
  },
  {
    title: 'a call of which nobody has known for hours what became of it',
    plant: async ({ db, now }) => {
      const sent = { idempotency_key: 'k', request: '{}', first_sent_at: new Date(now().getTime() - 2 * hourMs) };
      const payout = { mirakl_invoice_id: 88, status: 'PAYOUT_PENDING', amount: 1n, currency: 'eur' };
      await db
        .insertInto('stripe_payout')
        .values({ ...payout, ...sent, mirakl_created_date: utcTimestamp(now()) })
        .execute();
      return '88';
    },
    finds: { kind: 'unknown-outcome', movement: 'payout', ledger: 1n },
  },
  {
    title: 'an order that was cancelled after it had been paid to the seller',
    plant: ({ miraklSimulator }) => {
      miraklSimulator.changeProductOrder('O-6-A', { state: 'CANCELED' });
      return 'O-6-A';
    },
    finds: { kind: 'order-changed-since', movement: 'order', ledger: 8_500n, actual: 0n },
  },
  {
    title: 'an order that has become cheaper since',
    plant: ({ miraklSimulator }) => {
      miraklSimulator.changeProductOrder('O-7-A', { total: '80.00' });
      return 'O-7-A';
    },
    finds: { kind: 'order-changed-since', movement: 'order', ledger: 8_500n, actual: 6_500n },
  },
  {
    title: 'a service whose commission was changed since',
    plant: ({ miraklSimulator }) => {
      miraklSimulator.changeServiceOrder('S-1-A', { commission: '10.00' });
      return 'S-1-A';
    },
    finds: { kind: 'order-changed-since', movement: 'order', ledger: 8_500n, actual: 9_000n },
  },
  {
    title: 'a paid order that Mirakl does not know',
    plant: ({ miraklSimulator }) => {
      miraklSimulator.removeProductOrder('O-8-A');
      return 'O-8-A';
    },
    finds: { kind: 'missing-on-mirakl', movement: 'order', ledger: 8_500n },
  },
  {
    title: 'an order that the sweep over new orders has passed and not recorded',
    plant: ({ miraklSimulator, now }) => {
      const createdAt = new Date(now().getTime() - 1.5 * hourMs);
      return miraklSimulator.given.productOrder({ id: 'O-0-A', commercialId: 'O-0', createdAt }).id;
    },
    finds: { kind: 'missing-in-ledger', movement: 'order' },
  },
  {
    title: 'a refund that Mirakl still waits for although it was confirmed',
    plant: ({ miraklSimulator }, { refunds }) => {
      miraklSimulator.changeRefund(refunds[2] ?? '', { state: 'WAITING_REFUND_PAYMENT' });
      return refunds[2];
    },
    finds: { kind: 'not-confirmed', movement: 'refund', ledger: 1_000n },
  },
  {
    title: 'a refund that Mirakl holds for paid back, and nobody has paid',
    plant: ({ miraklSimulator: { given } }) => given.refund({ orderId: 'O-9-A', state: 'REFUNDED' }).id,
    finds: { kind: 'missing-in-ledger', movement: 'refund' },
  },
];

const harmless: { readonly title: string; readonly plant: Plant }[] = [
  {
    title: 'an order that is older than the first that was recorded',
    plant: ({ miraklSimulator, now }) => {
      const createdAt = new Date(now().getTime() - 2.5 * hourMs);
      return miraklSimulator.given.productOrder({ id: 'O-0-A', commercialId: 'O-0', createdAt });
    },
  },
  {
    title: 'a transfer to an account that is not mapped',
    plant: ({ stripeSimulator: { given } }) => given.transfer({ ...eur(1), destination: given.account().id }),
  },
  {
    title: 'a refund of a payment that has nothing to do with Mirakl',
    plant: ({ stripeSimulator: { given } }) => given.refund({ charge: given.charge(eur(100)).chargeId }),
  },
  {
    title: 'an authorisation that was let go of',
    plant: ({ stripeSimulator: { given } }) =>
      given.refund({ charge: given.charge({ ...eur(100), captured: false }).chargeId }),
  },
  {
    title: 'a refund that let go of an authorisation, and is known by the PaymentIntent',
    plant: async (world) => {
      const { given } = world.stripeSimulator;
      const { chargeId, paymentIntentId } = given.charge({ ...eur(100), captured: false });
      given.refund({ charge: chargeId });
      await world.db
        .insertInto('stripe_refund')
        .values({
          ...{ mirakl_refund_id: '55', mirakl_order_id: 'O-55-A', status: 'REFUND_CREATED' },
          ...{ amount: 40n, currency: 'eur' },
          ...{ stripe_refund_id: paymentIntentId ?? '', modification_datetime: late(world) },
        })
        .execute();
    },
  },
  {
    title: 'the part of a payment that was not captured, and stands on the list as a refund',
    plant: async ({ stripeSimulator: { given }, db }, { charges }) => {
      const charge = charges[3] ?? '';
      given.refund({ charge, amount: 300 });
      await db
        .updateTable('payment_mapping')
        .set({ capture_amount: 9_700n })
        .where('stripe_charge_id', '=', charge)
        .execute();
    },
  },
  {
    title: 'a payout of an earlier round that has failed',
    plant: ({ stripeSimulator }, { accountId: account }) => {
      const { id } = stripeSimulator.given.payout({ account, ...eur(5_000), metadata: { invoiceId: '1', ...ours } });
      stripeSimulator.failPayout(id, { code: 'account_closed', message: 'closed' });
    },
  },
  {
    title: 'a second transfer that was taken back',
    plant: ({ stripeSimulator: { given } }, { accountId: destination }) => {
      const metadata = { miraklId: 'O-1-A', ...ours };
      given.reversal({ transfer: given.transfer({ ...eur(8_500), destination, metadata }).id });
    },
  },
  {
    title: 'a transfer whose answer has not been recorded yet',
    plant: async ({ stripeSimulator: { given }, db, now }, { accountId: destination }) => {
      const row = { type: 'TRANSFER_PRODUCT_ORDER', mirakl_id: 'O-97-A', status: 'TRANSFER_PENDING', currency: 'eur' };
      const sent = { idempotency_key: 'k', request: '{}', first_sent_at: new Date(now().getTime() + hourMs) };
      await db
        .insertInto('stripe_transfer')
        .values({ ...row, ...sent, amount: 90n })
        .execute();
      given.transfer({ ...eur(90), destination, metadata: { miraklId: 'O-97-A', ...ours } });
    },
  },
  {
    title: 'an order that was cancelled and taken back from the seller',
    plant: async (world) => {
      const { db, stripeSimulator, miraklSimulator } = world;
      miraklSimulator.changeProductOrder('O-3-A', { state: 'CANCELED' });
      const { transfer_id } = await rowOf(db, { type: 'TRANSFER_PRODUCT_ORDER', mirakl_id: 'O-3-A' });
      const transfer = transfer_id ?? '';
      const { id } = stripeSimulator.given.reversal({ transfer, metadata: { miraklId: '12', ...ours } });
      const row = { type: 'TRANSFER_REFUND', mirakl_id: '12', status: 'TRANSFER_CREATED', amount: 8_500n };
      await db
        .insertInto('stripe_transfer')
        .values({ ...row, currency: 'eur', transaction_id: transfer, transfer_id: id })
        .execute();
    },
  },
];

test(`each of ${planted.length} planted differences is found, of every kind, and nothing else`, async ({ world }) => {
  const market = await givenCleanMarketplace(world, { orders: 9, refunds: 3, invoices: 4 });
  const expected = new Map<string, Planted>();
  for (const each of planted) expected.set((await each.plant(world, market)) ?? '', each);
  world.clock.advance(hourMs);
  const made = changing(world);
  await compare(world);
  expect(changing(world)).toBe(made);

  const found = await differences(world);
  for (const { title, finds } of planted) {
    const of = found.filter((each) => [...expected].some(([id, { title: its }]) => its === title && isAbout(each, id)));
    expect([title, of]).toMatchObject([title, [finds]]);
  }
  expect(found).toHaveLength(planted.length);
  expect(new Set(found.map(({ kind }) => kind))).toEqual(new Set(differenceKinds));

  await compare(world);
  expect(await differences(world)).toEqual(found);
});

test('what is none of the connector’s business, or in order, is no difference', async ({ world }) => {
  const market = await givenCleanMarketplace(world, { orders: 4, refunds: 1, invoices: 1 });
  for (const { plant } of harmless) await plant(world, market);
  world.clock.advance(hourMs);
  await compare(world);
  expect(await differences(world)).toEqual([]);
});

test('what was put right is resolved, also long after, and what comes back is open again', async ({ world }) => {
  const market = await givenCleanMarketplace(world, { orders: 2, refunds: 0, invoices: 1 });
  const { db, stripeSimulator, miraklSimulator } = world;
  const metadata = { miraklId: 'O-1-A', ...ours };
  const second = stripeSimulator.given.transfer({ ...eur(8_500), destination: market.accountId, metadata });
  miraklSimulator.changeProductOrder('O-2-A', { state: 'CANCELED' });
  await changePayout(world, market, 1, { amount: 5_001n });
  await givenCredit(world, { mirakl_id: '98', transfer_id: 'tr_nowhere' });
  world.clock.advance(hourMs);
  await compare(world);
  expect(await differences(world)).toHaveLength(4);

  world.clock.advance(40 * dayMs);
  await compare(world);
  expect(await differences(world)).toHaveLength(4);
  stripeSimulator.given.reversal({ transfer: second.id });
  miraklSimulator.changeProductOrder('O-2-A', { state: 'SHIPPED' });
  await changePayout(world, market, 1, { amount: 5_000n });
  await db.updateTable('stripe_transfer').set({ status: 'TRANSFER_ABORTED' }).where('mirakl_id', '=', '98').execute();
  await compare(world);
  expect(await differences(world)).toEqual([]);

  miraklSimulator.changeProductOrder('O-2-A', { state: 'CANCELED' });
  await db.deleteFrom('reconciliation_sighting').execute();
  await compare(world, { rules: { days: 60, startDate: 'all', kinds: ['product'] } });
  expect(await differences(world)).toMatchObject([{ kind: 'order-changed-since', miraklId: 'O-2-A' }]);
  expect(await db.selectFrom('reconciliation_difference').selectAll().execute()).toHaveLength(4);
});

test('what a person has accepted stays so until its amounts change', async ({ world }) => {
  const market = await givenCleanMarketplace(world, { orders: 1, refunds: 0, invoices: 1 });
  const { db, now, clock, stripeSimulator } = world;
  stripeSimulator.given.payout({ account: market.accountId, ...eur(10) });
  await changePayout(world, market, 1, { amount: 5_001n });
  clock.advance(hourMs);
  await compare(world);
  for (const id of [1, 2]) expect(await acceptDifference(db, { id, note: 'told the seller' }, now())).toBe(true);
  expect(await acceptDifference(db, { id: 1, note: 'again' }, now())).toBe(false);
  expect(await compare(world)).toMatch(/open: 0$/);
  await changePayout(world, market, 1, { amount: 5_002n });
  expect(await compare(world)).toMatch(/open: 1$/);
  const rows = await db.selectFrom('reconciliation_difference').selectAll().orderBy('kind').execute();
  expect(rows).toMatchObject([
    { kind: 'amount-differs', note: null, accepted_at: null },
    { kind: 'made-by-hand', note: 'told the seller' },
  ]);
});

function isAbout(difference: { stripeId: string | null; miraklId: string | null }, id: string): boolean {
  return difference.stripeId === id || difference.miraklId === id;
}

/** How many requests of the kind that changes something both sides have had. */
function changing({ stripeSimulator, miraklSimulator }: World): number {
  return [...stripeSimulator.requests(), ...miraklSimulator.requests()].filter(({ method }) => method !== 'GET').length;
}

async function rowOf(db: World['db'], row: { type: string; mirakl_id: string }) {
  return db
    .selectFrom('stripe_transfer')
    .selectAll()
    .where('type', '=', row.type)
    .where('mirakl_id', '=', row.mirakl_id)
    .executeTakeFirstOrThrow();
}

/** A credit of 5.00 EUR that the ledger holds for made. */
async function givenCredit(world: World, row: { mirakl_id: string; transfer_id: string | null }): Promise<string> {
  const credit = { type: 'TRANSFER_EXTRA_CREDITS', status: 'TRANSFER_CREATED', amount: 500n, currency: 'eur' };
  await world.db
    .insertInto('stripe_transfer')
    .values({ ...credit, ...row, account_mapping_id: 1, modification_datetime: late(world) })
    .execute();
  return row.transfer_id ?? row.mirakl_id;
}

/** Changes the row of the payout of this invoice. */
async function changePayout(
  { db }: World,
  { invoices }: Marketplace,
  invoiceId: number,
  change: { amount?: bigint; currency?: string },
): Promise<string | undefined> {
  await db.updateTable('stripe_payout').set(change).where('mirakl_invoice_id', '=', invoiceId).execute();
  return invoices[invoiceId - 1]?.payoutId;
}
