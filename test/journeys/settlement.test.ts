import { expect, test, vi } from 'vitest';
import { letLeasesEnd } from './ledger.ts';
import { createSystem, type System } from './system.ts';

const patient = { timeout: 90_000, interval: 100 };

/** So many sellers with their money on their accounts and one invoice each, and one with many invoices. */
async function givenSellers({ db, mirakl, stripe }: System, sellers: number, ofOne: number): Promise<void> {
  for (let index = 0; index < sellers; index += 1) {
    const shop = mirakl.given.shop({ additionalFields: { 'stripe-url': 'https://link.example.com' } });
    const { id: account } = stripe.given.account();
    stripe.given.funds({ amount: 1_000_000, currency: 'eur', account });
    await db
      .insertInto('account_mapping')
      .values({ mirakl_shop_id: shop.id, stripe_account_id: account, payout_enabled: true, payin_enabled: true })
      .execute();
    for (let invoice = 0; invoice < (index === 0 ? ofOne : 1); invoice += 1) {
      mirakl.given.invoice({ shopId: shop.id, parts: { subscription: '-10.00', otherCredits: '2.00' } });
    }
  }
  stripe.given.funds({ amount: 1_000_000, currency: 'eur' });
}

async function statuses({ db }: System) {
  const count = (table: 'stripe_payout' | 'stripe_transfer') =>
    db
      .selectFrom(table)
      .select(({ fn }) => ['status', fn.countAll<bigint>().as('count')])
      .groupBy('status')
      .execute();
  const rows = [...(await count('stripe_transfer')), ...(await count('stripe_payout'))];
  return Object.fromEntries(rows.map((row) => [row.status, Number(row.count)]));
}

test('L1, L8, L24: workers are killed and Redis is emptied at the end of a month: each fee, credit and payout once, in the right order', async () => {
  const system = await createSystem();
  const { stripe } = system;
  await givenSellers(system, 20, 40);
  stripe.faults.add({ kind: 'delay', ms: 30, times: Number.POSITIVE_INFINITY });
  await system.start('scheduler', { SCHEDULE_SELLER_SETTLEMENT: '1s' });
  const victims = await Promise.all([1, 2].map(() => system.start('worker', { WORKER_CONCURRENCY: '3' })));
  for (const [index, victim] of victims.entries()) {
    await vi.waitFor(() => expect(stripe.payouts().length).toBeGreaterThan(5 + index * 10), patient);
    await victim.kill();
    await system.redis.flushall();
  }
  // What the dead have taken falls to others in minutes; nobody has to wait for that here.
  await letLeasesEnd(system);
  for (const table of ['stripe_transfer', 'stripe_payout'] as const) {
    await system.db.updateTable(table).set({ claimed_until: null }).execute();
  }
  await Promise.all([system.start('worker'), system.start('worker')]);
  await vi.waitFor(async () => {
    expect(await statuses(system)).toEqual({ TRANSFER_CREATED: 118, TRANSFER_ABORTED: 59, PAYOUT_CREATED: 59 });
  }, patient);

  const posts = stripe
    .requests()
    .filter(({ method, replayed, status }) => method === 'POST' && !replayed && status === 200);
  const moved = posts.map(({ body }) => body as { metadata?: { miraklId?: string; invoiceId?: string } });
  const orderOf = Map.groupBy(moved, ({ metadata }) => metadata?.miraklId ?? metadata?.invoiceId ?? '');
  expect(orderOf.size).toBe(59);
  for (const [invoiceId, calls] of orderOf) {
    expect(
      calls.map(({ metadata }) => metadata?.invoiceId),
      invoiceId,
    ).toEqual([undefined, undefined, invoiceId]);
  }
  expect(stripe.transfers()).toHaveLength(118);
  expect(new Set(stripe.payouts().map(({ amount }) => amount))).toEqual(new Set([7_700]));
}, 180_000);
