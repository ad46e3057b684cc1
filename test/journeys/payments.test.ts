import { expect, test, vi } from 'vitest';
import { createSystem, givenShop, type System } from './system.ts';

const patient = { timeout: 60_000, interval: 100 };
const secrets = { STRIPE_SELLERS_WEBHOOK_SECRET: 'whsec_sellers', STRIPE_OPERATOR_WEBHOOK_SECRET: 'whsec_operator' };

/** Scheduler, worker and api at work, with Stripe telling the api what becomes of payments. */
async function startAll(system: System, more: Record<string, string> = {}): Promise<void> {
  const env = { ...secrets, SCHEDULE_PAYMENT_VALIDATION: '1s', ...more };
  const api = await system.start('api', env);
  await Promise.all([system.start('worker', env), system.start('scheduler', env)]);
  const url = `http://127.0.0.1:${api.port}/api/public/webhook/operator`;
  const secret = secrets.STRIPE_OPERATOR_WEBHOOK_SECRET;
  system.stripe.given.webhookEndpoint({ url, secret, connect: false, events: ['*'] });
}

/** An order of two sellers, of which one accepts and waits for the buyer's money, and the other refuses. */
function givenOrder({ mirakl }: System, shops: readonly number[]): void {
  for (const [index, shopId] of shops.entries()) {
    const id = `Order_1-${'AB'[index]}`;
    const total = index === 0 ? '60.00' : '40.00';
    const state = { state: 'WAITING_ACCEPTANCE', debited: false };
    mirakl.given.productOrder({ ...state, id, commercialId: 'Order_1', shopId, total, commission: '10.00' });
  }
  mirakl.acceptOrder('Order_1-A');
  mirakl.changeProductOrder('Order_1-B', { state: 'REFUSED' });
}

/** The buyer's bank promises 100.00 EUR for it. */
const authorize = ({ stripe }: System) =>
  stripe.given.charge({
    ...{ amount: 10_000, currency: 'eur', captured: false, metadata: { mirakl_commercial_order_id: 'Order_1' } },
  });

const payments = ({ db }: System) =>
  db.selectFrom('payment_mapping').select(['status', 'stripe_amount', 'capture_amount']).execute();

/** What was lost with Redis is rung again when it should have run; nobody has to wait for that here. */
async function ringAtOnce({ db }: System): Promise<void> {
  const past = new Date(Date.now() - 3 * 60_000);
  await db.updateTable('payment_mapping').set({ next_try_at: past }).where('status', '=', 'to_capture').execute();
  await db
    .updateTable('payment_mapping')
    .set({ release_due_at: past })
    .where('release_due_at', 'is not', null)
    .execute();
}

test.for<[string, Record<string, string>]>([
  ['told to Mirakl and then captured', {}],
  ['captured and then told to Mirakl', { PA01_AFTER_CAPTURE: 'true' }],
])(
  'a payment is authorised, %s for what is delivered, and shared, though Redis is emptied on the way',
  {
    timeout: 120_000,
  },
  async ([, more]) => {
    const system = await createSystem();
    const { mirakl, stripe, redis } = system;
    const shops = [await givenShop(system), await givenShop(system)];
    givenOrder(system, shops);
    await startAll(system, more);
    const { chargeId } = authorize(system);
    await vi.waitFor(async () => expect(await payments(system)).toHaveLength(1), patient);
    await redis.flushall();
    await ringAtOnce(system);

    await vi.waitFor(() => expect(stripe.transfers()).toHaveLength(1), patient);
    expect(stripe.transfers()).toMatchObject([{ amount: 5_000, source_transaction: chargeId }]);
    expect(await payments(system)).toEqual([{ status: 'captured', stripe_amount: 10_000n, capture_amount: 6_000n }]);
    expect(stripe.charges()).toMatchObject([{ captured: true, amount_captured: 6_000 }]);
    expect(mirakl.productOrders()).toMatchObject([
      { id: 'Order_1-A', state: 'SHIPPING', transactionNumber: chargeId },
      { id: 'Order_1-B', state: 'REFUSED', transactionNumber: null },
    ]);
    const confirmations = mirakl
      .requests()
      .filter(({ method, path }) => method === 'PUT' && path === '/api/payment/debit');
    expect(confirmations).toHaveLength(1);
  },
);
