import { type Database, utcTimestamp } from '@connector/database';
import type { MiraklSimulator, StripeSimulator } from '@connector/simulator';

/** What is filled. The simulators share a clock that `advance` turns on. */
export type CleanLedgerDeps = {
  readonly db: Database;
  readonly stripeSimulator: StripeSimulator;
  readonly miraklSimulator: MiraklSimulator;
  readonly now: () => Date;
  readonly advance: (ms: number) => void;
};

/** Operations that are made together: 12 transfers of orders, 3 refunds and their reversals, a fee and a payout. */
const perRound = 20;
const roundsAtOnce = 50;
const sellers = 20;
const hourMs = 3_600_000;

const metadata = { pluginName: 'stripe-mirakl-connector', pluginVersion: '0.0.0-test' };

/**
 * Puts so many operations, spread over two days, into the ledger, onto Stripe and onto Mirakl, all of them in order, as if the
 * connector had made them. For comparisons of a size that would take long to be made one by one. `operations`: a multiple of 20.
 */
export async function fillCleanLedger(deps: CleanLedgerDeps, operations: number): Promise<void> {
  const { db, stripeSimulator, miraklSimulator, now, advance } = deps;
  const accounts: Seller[] = [];
  for (let index = 0; index < sellers; index += 1) {
    const { id } = stripeSimulator.given.account();
    const row = { mirakl_shop_id: 2_000 + index, stripe_account_id: id };
    const mapping = await db.insertInto('account_mapping').values(row).returning('id').executeTakeFirstOrThrow();
    accounts.push({ accountId: id, mappingId: mapping.id, shopId: row.mirakl_shop_id });
  }
  const rounds = operations / perRound;
  for (let first = 0; first < rounds; first += roundsAtOnce) {
    const made = Array.from({ length: Math.min(roundsAtOnce, rounds - first) }, (_, index) => {
      const seller = accounts[(first + index) % sellers];
      if (!seller) throw new Error('there are no sellers');
      advance((2 * 24 * hourMs) / rounds);
      return makeRound(deps, seller, first + index);
    });
    await db
      .insertInto('stripe_transfer')
      .values(made.flatMap(({ transfers }) => transfers))
      .execute();
    await db
      .insertInto('stripe_refund')
      .values(made.flatMap(({ refunds }) => refunds))
      .execute();
    await db
      .insertInto('stripe_payout')
      .values(made.map(({ payout }) => payout))
      .execute();
  }
  advance(hourMs);
  // The sweep over new orders has come to this one.
  miraklSimulator.given.productOrder({ id: 'last', commercialId: 'last', state: 'STAGING' });
  await db
    .insertInto('config')
    .values({ key: 'product_payment_split_checkpoint', value: `${utcTimestamp(now())}Z` })
    .execute();
}

type Seller = { readonly accountId: string; readonly mappingId: number; readonly shopId: number };

function makeRound(deps: CleanLedgerDeps, seller: Seller, round: number) {
  const orders = Array.from({ length: 12 }, (_, index) => makeOrder(deps, seller, `O-${round}-${index}`));
  const refunds = orders.slice(0, 3).map((order) => makeRefund(deps, seller, order));
  const { fee, payout } = makeSettlement(deps, seller, round + 1);
  return {
    transfers: [...orders.map(({ row }) => row), ...refunds.map(({ reversal }) => reversal), fee],
    refunds: refunds.map(({ row }) => row),
    payout,
  };
}

function common({ now }: CleanLedgerDeps, { shopId }: Seller) {
  const at = utcTimestamp(now());
  return {
    ...{ currency: 'eur', mirakl_shop_id: shopId, look_up_first: false, decided_at: now() },
    ...{ creation_datetime: at, modification_datetime: at },
  };
}

function makeOrder(deps: CleanLedgerDeps, seller: Seller, commercialId: string) {
  const { stripeSimulator, miraklSimulator, now } = deps;
  const { chargeId } = stripeSimulator.given.charge({ amount: 10_000, currency: 'eur', withPaymentIntent: false });
  const order = miraklSimulator.given.productOrder({ commercialId, shopId: seller.shopId });
  const { id } = stripeSimulator.given.transfer({
    ...{ amount: 8_500, currency: 'eur', destination: seller.accountId, source_transaction: chargeId },
    metadata: { miraklId: order.id, ...metadata },
  });
  const row = {
    ...common(deps, seller),
    ...{ type: 'TRANSFER_PRODUCT_ORDER', mirakl_id: order.id, status: 'TRANSFER_CREATED', transfer_id: id },
    ...{ amount: 8_500n, account_mapping_id: seller.mappingId, transaction_id: chargeId },
    mirakl_created_date: utcTimestamp(now()),
  };
  return { orderId: order.id, chargeId, transferId: id, row };
}

function makeRefund(
  deps: CleanLedgerDeps,
  seller: Seller,
  order: { readonly orderId: string; readonly chargeId: string; readonly transferId: string },
) {
  const { stripeSimulator, miraklSimulator } = deps;
  const { orderId, chargeId, transferId } = order;
  const { id: miraklId } = miraklSimulator.given.refund({ orderId, state: 'REFUNDED' });
  const refund = stripeSimulator.given.refund({
    ...{ charge: chargeId, amount: 1_000 },
    metadata: { miraklRefundId: miraklId, ...metadata },
  });
  const reversal = stripeSimulator.given.reversal({
    ...{ transfer: transferId, amount: 850 },
    metadata: { miraklId, ...metadata },
  });
  const shared = { ...common(deps, seller), transaction_id: chargeId };
  return {
    row: {
      ...{ ...shared, mirakl_refund_id: miraklId, mirakl_order_id: orderId, amount: 1_000n },
      ...{ status: 'REFUND_CREATED', stripe_refund_id: refund.id },
    },
    reversal: {
      ...{ ...shared, type: 'TRANSFER_REFUND', mirakl_id: miraklId, status: 'TRANSFER_CREATED', amount: 850n },
      ...{ transfer_id: reversal.id, transaction_id: transferId, account_mapping_id: seller.mappingId },
      mirakl_created_date: null,
    },
  };
}

function makeSettlement(deps: CleanLedgerDeps, seller: Seller, invoiceId: number) {
  const { stripeSimulator, now } = deps;
  const miraklId = String(invoiceId);
  const fee = stripeSimulator.given.transfer({
    ...{ from: seller.accountId, destination: stripeSimulator.platform.id, amount: 1_000, currency: 'eur' },
    metadata: { miraklId, transferType: 'TRANSFER_SUBSCRIPTION', ...metadata },
  });
  const payout = stripeSimulator.given.payout({
    ...{ account: seller.accountId, amount: 50_000, currency: 'eur', metadata: { invoiceId: miraklId, ...metadata } },
  });
  const shared = { ...common(deps, seller), account_mapping_id: seller.mappingId };
  const mirakl_created_date = utcTimestamp(now());
  return {
    fee: {
      ...{ ...shared, type: 'TRANSFER_SUBSCRIPTION', mirakl_id: miraklId, status: 'TRANSFER_CREATED', amount: 1_000n },
      ...{ transfer_id: fee.id, transaction_id: null, mirakl_created_date },
    },
    payout: {
      ...{ ...shared, mirakl_invoice_id: invoiceId, status: 'PAYOUT_CREATED', amount: 50_000n, payout_id: payout.id },
      mirakl_created_date,
    },
  };
}
