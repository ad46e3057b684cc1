// How many calls the connector makes to Mirakl and to Stripe for 1,000 orders split, 1,000 refunds with their reversals, 1,000
// payments validated and captured, and 1,000 invoices settled, beside the fewest that would do: a list call for each hundred of
// what can be listed, one call for each movement of money, and one look at each object that it depends on.
//   node test/bench/calls.ts [1000]
import Table from 'cli-table3';
import { type Calls, startCounting } from './count-calls.ts';
import { openConnector } from './open-connector.ts';

type Measure = { readonly workflow: string; readonly calls: Calls; readonly fewest: Readonly<Record<string, number>> };

const size = Number(process.argv[2] ?? 1_000);
const lists = Math.ceil(size / 100);

await using resources = new AsyncDisposableStack();
const connector = await openConnector(resources);
const { db, mirakl, stripe } = connector;
const seller = await givenSeller();
print([await split(), await refund(), await capture(), await settle()]);

async function split(): Promise<Measure> {
  for (let number = 0; number < size; number += 1) {
    const commercialId = `Split_${number}`;
    const metadata = { mirakl_commercial_order_id: commercialId };
    const { paymentIntentId = null } = stripe.given.charge({ amount: 10_000, currency: 'eur', metadata });
    mirakl.given.productOrder({ commercialId, shopId: seller, transactionNumber: paymentIntentId });
  }
  await connector.rest();
  const count = startCounting(connector);
  await connector.work('payment-split.plan-new-product-orders', () => areTransferred('TRANSFER_PRODUCT_ORDER'));
  const fewest = { OR11: lists, 'GET /v1/payment_intents/:id': size, 'POST /v1/transfers': size };
  return { workflow: 'orders split', calls: count(), fewest };
}

/** Of the orders that were split. */
async function refund(): Promise<Measure> {
  const count = startCounting(connector);
  for (const { id: orderId } of mirakl.productOrders()) mirakl.given.refund({ orderId });
  await connector.work('refunds.plan-product-refunds', () => areTransferred('TRANSFER_REFUND'));
  const money = { 'POST /v1/refunds': size, 'POST /v1/transfers/:id/reversals': size };
  const looks = { 'GET /v1/charges/:id': size, 'GET /v1/transfers/:id': size };
  return {
    workflow: 'refunds with reversals',
    calls: count(),
    fewest: { PA12: lists, PA02: lists, OR11: lists, ...looks, ...money },
  };
}

async function capture(): Promise<Measure> {
  const count = startCounting(connector);
  for (let number = 0; number < size; number += 1) {
    const commercialId = `Capture_${number}`;
    const metadata = { mirakl_commercial_order_id: commercialId };
    stripe.given.charge({ amount: 10_000, currency: 'eur', captured: false, metadata });
    mirakl.given.productOrder({ commercialId, shopId: seller, state: 'WAITING_DEBIT_PAYMENT' });
  }
  await connector.rest();
  await connector.work('payment-validation.validate-product-orders', areCaptured);
  const stripeCalls = { 'GET /v1/charges/:id': size, 'POST /v1/payment_intents/:id/capture': size };
  return {
    workflow: 'payments validated and captured',
    calls: count(),
    fewest: { PA11: lists, PA01: lists, OR11: lists, ...stripeCalls },
  };
}

async function settle(): Promise<Measure> {
  for (let number = 0; number < size; number += 1) {
    const shopId = await givenSeller();
    mirakl.given.invoice({ shopId, parts: { subscription: '-20.00', otherCredits: '10.00' } });
  }
  const count = startCounting(connector);
  await connector.work('settlement.plan-invoices', arePaidOut);
  const money = { 'POST /v1/transfers': 2 * size, 'POST /v1/payouts': size };
  return {
    workflow: 'invoices settled',
    calls: count(),
    fewest: { IV01: lists, 'GET /v1/account': 1, 'GET /v1/balance': size, ...money },
  };
}

/** A seller with enough on his account. */
async function givenSeller(): Promise<number> {
  const { id: shopId } = mirakl.given.shop();
  const { id: account } = stripe.given.account();
  stripe.given.funds({ amount: 10_000, currency: 'eur', account });
  await db
    .insertInto('account_mapping')
    .values({ mirakl_shop_id: shopId, stripe_account_id: account, payout_enabled: true, payin_enabled: true })
    .execute();
  return shopId;
}

async function areTransferred(type: string): Promise<boolean> {
  const made = db.selectFrom('stripe_transfer').where('type', '=', type).where('status', '=', 'TRANSFER_CREATED');
  return isAll(await made.select(({ fn }) => fn.countAll<bigint>().as('count')).executeTakeFirstOrThrow());
}

async function areCaptured(): Promise<boolean> {
  const captured = db
    .selectFrom('payment_mapping')
    .where('mirakl_commercial_order_id', 'like', 'Capture%')
    .where('status', '=', 'captured');
  return isAll(await captured.select(({ fn }) => fn.countAll<bigint>().as('count')).executeTakeFirstOrThrow());
}

async function arePaidOut(): Promise<boolean> {
  const made = db.selectFrom('stripe_payout').where('status', '=', 'PAYOUT_CREATED');
  return isAll(await made.select(({ fn }) => fn.countAll<bigint>().as('count')).executeTakeFirstOrThrow());
}

function isAll({ count }: { readonly count: bigint }): boolean {
  return Number(count) === size;
}

function print(measures: readonly Measure[]): void {
  const table = new Table({
    head: [`for ${size}`, 'call', 'calls', 'at least', '÷ at least'],
    style: { head: [], border: [] },
  });
  for (const { workflow, calls, fewest } of measures) {
    for (const name of new Set([...Object.keys(fewest), ...calls.keys()])) {
      const [made, needed] = [calls.get(name) ?? 0, fewest[name] ?? 0];
      table.push([workflow, name, made, needed, needed === 0 ? '' : (made / needed).toFixed(2)]);
    }
  }
  const json = measures.map(({ calls, ...measure }) => ({ ...measure, size, calls: Object.fromEntries(calls) }));
  process.stdout.write(`${table.toString()}\n${JSON.stringify(json)}\n`);
}
