import { utcTimestamp } from '@connector/database';
import type { World } from '@connector/testing';
import {
  givenPaidOrder,
  givenPaidService,
  payBack,
  sendReversals,
  split,
  weighReversals,
} from '../refunds/refunds-test.ts';
import { type ReconcileDeps, reconcile } from './reconcile.ts';

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

export const ours = { pluginName: 'stripe-mirakl-connector', pluginVersion: '0.0.0-test' };
/** As the PHP connector names itself. */
export const older = { pluginName: 'MiraklConnector', pluginVersion: '4.1.1' };

/** Compares as the scheduled sweep does. */
export async function compare(world: World, change: Partial<ReconcileDeps> = {}): Promise<string> {
  const rules = { days: 2, startDate: 'all', kinds: ['product', 'service'] } as const;
  const deps = { ...world, rules, paysRefunds: { product: true, service: true }, ...change };
  return reconcile(deps, { renew: () => Promise.resolve() });
}

/** The open differences, in the order in which they were found. */
export async function differences({ db }: World) {
  const rows = await db
    .selectFrom('reconciliation_difference')
    .selectAll()
    .where('resolved_at', 'is', null)
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    ...{ kind: row.kind, movement: row.movement, miraklId: row.mirakl_id, stripeId: row.stripe_id },
    ...{ ledger: row.ledger_amount, actual: row.actual_amount },
  }));
}

/**
 * A seller and what the connector did for him, all of it in order on all three sides: orders `O-1-A` and on, of 100.00 EUR each, and
 * the service `S-1-A` split; of the first orders refunds paid back and taken back; invoices from 1 on settled with a fee, a credit
 * and a payout. The last order waits for acceptance, and the sweep over new orders has come to it.
 */
export async function givenCleanMarketplace(world: World, size: { orders: number; refunds: number; invoices: number }) {
  const { miraklSimulator, clock } = world;
  const charges: string[] = [];
  for (const number of upTo(size.orders)) {
    const { chargeId } = await givenPaidOrder(world, { id: `O-${number}-A`, commercialId: `O-${number}` });
    charges.push(chargeId);
  }
  const { accountId } = await givenPaidService(world);
  await split(world);
  await split(world, { kind: 'service' });
  const refunds = upTo(size.refunds).map((number) => miraklSimulator.given.refund({ orderId: `O-${number}-A` }).id);
  clock.advance(hourMs);
  await payBack(world);
  await weighReversals(world);
  await sendReversals(world);
  const invoices = [];
  for (const invoiceId of upTo(size.invoices)) invoices.push(await settleInvoice(world, { accountId, invoiceId }));
  const next = `O-${size.orders + 1}`;
  miraklSimulator.given.productOrder({ id: `${next}-A`, commercialId: next, state: 'WAITING_ACCEPTANCE' });
  await split(world);
  clock.advance(hourMs);
  return { accountId, charges, refunds, invoices };
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

type Settlement = { readonly accountId: string; readonly invoiceId: number };

/** What the settlement of an invoice leaves: rows that are made, and what they name on Stripe. */
async function settleInvoice(world: World, { accountId, invoiceId }: Settlement) {
  const { stripeSimulator, db } = world;
  const { given, platform } = stripeSimulator;
  const miraklId = String(invoiceId);
  given.funds({ amount: 100_000, currency: 'eur' });
  const metadata = (transferType: string) => ({ miraklId, miraklShopId: '2000', transferType, ...ours });
  const fee = given.transfer({
    ...{ from: accountId, destination: platform.id, amount: 1_000, currency: 'eur' },
    metadata: metadata('TRANSFER_SUBSCRIPTION'),
  });
  const credit = given.transfer({
    ...{ destination: accountId, amount: 300, currency: 'eur', metadata: metadata('TRANSFER_EXTRA_CREDITS') },
  });
  const payout = given.payout({
    ...{ account: accountId, amount: 5_000, currency: 'eur' },
    metadata: { invoiceId: miraklId, miraklShopId: '2000', payoutRound: '0', ...ours },
  });
  const at = utcTimestamp(world.now());
  const common = {
    ...{ currency: 'eur', account_mapping_id: 1, mirakl_shop_id: 2_000, look_up_first: false, decided_at: world.now() },
    ...{ creation_datetime: at, modification_datetime: at },
  };
  const transfer = { ...common, mirakl_id: miraklId, status: 'TRANSFER_CREATED' };
  await db
    .insertInto('stripe_transfer')
    .values([
      { ...transfer, type: 'TRANSFER_SUBSCRIPTION', amount: 1_000n, transfer_id: fee.id },
      { ...transfer, type: 'TRANSFER_EXTRA_CREDITS', amount: 300n, transfer_id: credit.id },
    ])
    .execute();
  const row = { mirakl_invoice_id: invoiceId, mirakl_created_date: at, payout_id: payout.id, amount: 5_000n };
  await db
    .insertInto('stripe_payout')
    .values({ ...common, ...row, status: 'PAYOUT_CREATED' })
    .execute();
  return { feeId: fee.id, creditId: credit.id, payoutId: payout.id };
}
