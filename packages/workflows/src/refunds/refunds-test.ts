import type { StripeRefundRow, StripeTransferRow } from '@connector/database';
import type { World } from '@connector/testing';
import { expect } from 'vitest';
import { planNewOrders, type SplitRules, sendTransfer } from '../payment-split/index.ts';
import { confirmRefunds } from './confirm-refunds.ts';
import { planRefunds } from './plan-refunds.ts';
import { planReversals } from './plan-reversals.ts';
import { sendRefund } from './send-refund.ts';
import { sendReversal } from './send-reversal.ts';

export const hourMs = 3_600_000;
export const minuteMs = 60_000;
const sweep = { renew: () => Promise.resolve() };

type Kind = 'product' | 'service';
type OrderFields = NonNullable<Parameters<World['miraklSimulator']['given']['productOrder']>[0]>;
type ServiceFields = NonNullable<Parameters<World['miraklSimulator']['given']['serviceOrder']>[0]>;
type Charge = Partial<Parameters<World['stripeSimulator']['given']['charge']>[0]>;

/** A seller with an account. */
async function givenSeller({ db, stripeSimulator }: World, shopId = 2_000): Promise<string> {
  const known = await db
    .selectFrom('account_mapping')
    .select('stripe_account_id')
    .where('mirakl_shop_id', '=', shopId)
    .executeTakeFirst();
  if (known) return known.stripe_account_id;
  const { id } = stripeSimulator.given.account();
  await db.insertInto('account_mapping').values({ mirakl_shop_id: shopId, stripe_account_id: id }).execute();
  return id;
}

/** An order of goods that the buyer has paid 100.00 EUR for, and the payment mapping of its commercial order. */
export async function givenPaidOrder(world: World, order: OrderFields = {}, charge: Charge = {}) {
  const given = world.miraklSimulator.given.productOrder({ id: 'O-1-A', commercialId: 'O-1', ...order });
  return {
    ...(await givenPayment(world, given.commercialId, charge)),
    orderId: given.id,
    accountId: await givenSeller(world),
  };
}

/** The same of a service. */
export async function givenPaidService(world: World, order: ServiceFields = {}, charge: Charge = {}) {
  const given = world.miraklSimulator.given.serviceOrder({ id: 'S-1-A', commercialId: 'S-1', ...order });
  world.miraklSimulator.given.debit({ orderId: given.id });
  return {
    ...(await givenPayment(world, given.commercialId, charge)),
    orderId: given.id,
    accountId: await givenSeller(world),
  };
}

/** A payment of a commercial order, on Stripe and in the ledger. */
export async function givenPayment(world: World, commercialId: string, charge: Charge = {}) {
  const payment = { amount: 10_000, currency: 'eur', ...charge };
  const { chargeId, paymentIntentId } = world.stripeSimulator.given.charge(payment);
  await world.db
    .insertInto('payment_mapping')
    .values({
      mirakl_commercial_order_id: commercialId,
      stripe_charge_id: chargeId,
      status: payment.captured === false ? 'to_capture' : 'captured',
      stripe_amount: BigInt(payment.amount),
    })
    .execute();
  return { chargeId, paymentIntentId };
}

const rules: SplitRules = {
  payOutPspCodes: new Set(['OPERATOR', 'NOT_SPECIFIED']),
  splitWithoutCharge: false,
  taxSplit: undefined,
};

/** Splits what has been paid: the sellers, and the tax account if there is one, get their shares. The platform has money left. */
export async function split(world: World, options: { kind?: Kind; taxAccountId?: string } = {}): Promise<void> {
  const { kind = 'product', taxAccountId: accountId } = options;
  const taxSplit = accountId === undefined ? undefined : { accountId };
  await planNewOrders({ ...world, rules: { ...rules, taxSplit } }, { kind, startDate: 'all' }, sweep);
  const type = kind === 'product' ? 'TRANSFER_PRODUCT_ORDER' : 'TRANSFER_SERVICE_ORDER';
  for (const { id } of await transfers(world, type)) await sendTransfer(world, { transferId: id });
  world.stripeSimulator.given.funds({ amount: 1_000_000, currency: 'eur' });
}

/** The account that takes the taxes. */
export async function givenTaxAccount(world: World): Promise<string> {
  return givenSeller(world, 0);
}

export const plan = (world: World, options: { kind?: Kind; all?: boolean } = {}) =>
  planRefunds(world, { kind: 'product', ...options }, sweep);
export const confirm = (world: World) => confirmRefunds(world, {});
export const weighReversals = (world: World, options: { all?: boolean } = {}) => planReversals(world, options, sweep);

/** Sends all refunds that are ready. */
export async function sendAll(world: World): Promise<void> {
  for (const { id, status } of await refunds(world)) {
    if (status === 'REFUND_PENDING') await sendRefund(world, { refundId: id });
  }
}

/** Sends all reversals that are ready. */
export async function sendReversals(world: World): Promise<void> {
  for (const { id, status } of await reversals(world)) {
    if (status === 'TRANSFER_PENDING') await sendReversal(world, { transferId: id });
  }
}

/** A refund all the way to its confirmation. */
export async function payBack(world: World, options: { kind?: Kind } = {}): Promise<void> {
  await plan(world, options);
  await sendAll(world);
  await confirm(world);
}

export const refunds = ({ db }: World): Promise<StripeRefundRow[]> =>
  db.selectFrom('stripe_refund').selectAll().orderBy('mirakl_refund_id').execute();

/** The only refund there is. */
export async function onlyRefund(world: World): Promise<StripeRefundRow> {
  const [refund, ...more] = await refunds(world);
  expect(more).toEqual([]);
  return refund ?? expect.fail('no refund');
}

const transfers = ({ db }: World, type: string): Promise<StripeTransferRow[]> =>
  db.selectFrom('stripe_transfer').selectAll().where('type', '=', type).orderBy('mirakl_id').execute();

export const reversals = (world: World) => transfers(world, 'TRANSFER_REFUND');

/** The only reversal there is. */
export async function onlyReversal(world: World): Promise<StripeTransferRow> {
  const [reversal, ...more] = await reversals(world);
  expect(more).toEqual([]);
  return reversal ?? expect.fail('no reversal');
}

/** The story of an operation, a line a state. */
export async function storyOf({ db }: World, kind: 'refund' | 'transfer', id: number): Promise<string[]> {
  const lines = await db
    .selectFrom('operation_history')
    .selectAll()
    .where('kind', '=', kind)
    .where('operation_id', '=', id)
    .orderBy('id')
    .execute();
  return lines.map((line) => [line.to_status, line.reason].filter(Boolean).join(': '));
}

export const jobs = async ({ queues }: World, queue: 'refunds' | 'sweeps' = 'refunds') =>
  (await queues.byName[queue].getWaiting()).map(({ name, data }) => [name, data]);

export const posts = ({ stripeSimulator }: World, path: RegExp) =>
  stripeSimulator.requests().filter((request) => request.method === 'POST' && path.test(request.path));

/** What was told to Mirakl. */
export const puts = ({ miraklSimulator }: World) =>
  miraklSimulator.requests().filter((request) => request.method === 'PUT');
