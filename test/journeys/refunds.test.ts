import { expect, test, vi } from 'vitest';
import { letLeasesEnd } from './ledger.ts';
import { createSystem, givenPaidOrders, givenShop, type System } from './system.ts';

const patient = { timeout: 90_000, interval: 100 };

async function statuses({ db }: System, table: 'stripe_refund' | 'stripe_transfer') {
  const rows = await db
    .selectFrom(table)
    .select(({ fn }) => ['type', 'status', fn.countAll<bigint>().as('count')])
    .groupBy(['type', 'status'])
    .execute();
  return Object.fromEntries(rows.map(({ type, status, count }) => [`${type} ${status}`, Number(count)]));
}

/** What Stripe's webhooks have told of the payments. */
async function givenPaymentsKnown({ db, mirakl, stripe }: System): Promise<void> {
  const charges = new Map(stripe.charges().map((charge) => [charge.payment_intent, charge.id]));
  const payments = mirakl.productOrders().map((order) => ({
    mirakl_commercial_order_id: order.commercialId,
    stripe_charge_id: charges.get(order.transactionNumber) ?? '',
    status: 'captured',
    stripe_amount: 10_000n,
  }));
  await db.insertInto('payment_mapping').values(payments).execute();
}

test('a worker is killed and Redis is emptied while buyers get money back: each once, each is confirmed once, each seller gives back once', async () => {
  const system = await createSystem();
  const { mirakl, stripe } = system;
  const orders = givenPaidOrders(system, await givenShop(system), 40);
  await givenPaymentsKnown(system);
  stripe.given.funds({ amount: 1_000_000, currency: 'eur' });
  const ids = orders.map((orderId) => mirakl.given.refund({ orderId }).id).toSorted();
  const on = { ENABLE_PRODUCT_PAYMENT_REFUND: 'true', SCHEDULE_PAYMENT_REFUND: '1s' };
  stripe.faults.add({ kind: 'delay', ms: 30, times: Number.POSITIVE_INFINITY });
  await system.start('scheduler', on);
  const victim = await system.start('worker', { ...on, WORKER_CONCURRENCY: '4' });
  await vi.waitFor(() => expect(stripe.refunds().length).toBeGreaterThan(5), patient);
  await victim.kill();
  await system.redis.flushall();
  await letLeasesEnd(system);
  // The rows are rung again when their jobs should have run; nobody has to wait for that here.
  for (const table of ['stripe_refund', 'stripe_transfer'] as const) {
    await system.db
      .updateTable(table)
      .set({ next_try_at: new Date(), claimed_until: null })
      .where('status', 'like', '%_PENDING')
      .execute();
  }
  await system.start('worker', on);
  await vi.waitFor(async () => {
    expect(await statuses(system, 'stripe_refund')).toEqual({ 'REFUND_PRODUCT_ORDER REFUND_CREATED': 40 });
    // A reversal that was weighed before its transfer was there is looked at again in minutes.
    await system.db
      .updateTable('stripe_transfer')
      .set({ next_try_at: new Date() })
      .where('status', '=', 'TRANSFER_ON_HOLD')
      .execute();
    expect(await statuses(system, 'stripe_transfer')).toEqual({
      'TRANSFER_PRODUCT_ORDER TRANSFER_CREATED': 40,
      'TRANSFER_REFUND TRANSFER_CREATED': 40,
    });
  }, patient);

  expect(
    stripe
      .refunds()
      .map(({ metadata }) => metadata?.miraklRefundId ?? '')
      .toSorted(),
  ).toEqual(ids);
  expect(stripe.transfers().map(({ amount_reversed }) => amount_reversed)).toEqual(orders.map(() => 850));
  const paidBackBy = new Map(stripe.refunds().map(({ id, metadata }) => [metadata?.miraklRefundId, id]));
  for (const { id, state, transactionNumber } of mirakl.refunds()) {
    expect([state, transactionNumber]).toEqual(['REFUNDED', paidBackBy.get(id)]);
  }
}, 180_000);
