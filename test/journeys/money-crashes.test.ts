import type { FaultRule } from '@connector/simulator';
import { expect, test, vi } from 'vitest';
import { expectEachOnce } from './each-once.ts';
import { letLeasesEnd, letTimePass, patient, readLedger, untilLedger } from './ledger.ts';
import { startApps } from './start-apps.ts';
import { createSystem, givenPaidOrders, givenSeller, type System } from './system.ts';

const hold = { kind: 'hold', at: 'after-effect' } as const;

type Condition = NonNullable<FaultRule['when']>;
const ofRefund = (id: string): Condition => {
  return ({ body }) => JSON.stringify(body).includes(`"miraklRefundId":"${id}"`);
};
const ofAccount = (accountId: string): Condition => {
  return ({ headers }) => headers['stripe-account'] === accountId;
};

test('L1, L2: a worker is killed while it captures, refunds, reverses, takes a fee, pays out and tells Mirakl: each happens once', async () => {
  const system = await createSystem();
  const { mirakl, stripe } = system;
  const { worker } = await startApps(system);
  const [seller, debtor, payee] = [await givenSeller(system), await givenSeller(system), await givenSeller(system)];
  for (const { accountId } of [debtor, payee]) {
    stripe.given.funds({ amount: 8_500, currency: 'eur', account: accountId });
  }
  const orders = givenPaidOrders(system, seller.shopId, 3);
  const [first = '', second = '', third = ''] = orders;
  const split = Object.fromEntries(orders.map((id) => [`TRANSFER_PRODUCT_ORDER ${id}`, 'TRANSFER_CREATED 8500']));
  givenPayment(system, 'Validated', {});
  givenPayment(system, 'Captured', { captured: false });
  await untilLedger(system, {
    ...split,
    'PAYMENT Validated': 'captured 10000',
    'PAYMENT Captured': 'to_capture: Cannot find an order of commercial order Captured',
  });
  // From here on nobody but the worker itself knows what it has done.
  stripe.setDelivery('manual');

  // Whatever comes first must not be struck by what is meant for a later one.
  const held = [stripe.faults.add({ ...hold, method: 'POST', path: /^\/v1\/transfers\/\w+\/reversals$/ })];
  const reversed = mirakl.given.refund({ orderId: first });
  await held[0]?.reached;
  held.push(mirakl.faults.add({ ...hold, method: 'PUT', path: '/api/payment/refund' }));
  const confirmed = mirakl.given.refund({ orderId: second });
  await held[1]?.reached;
  const refunded = mirakl.given.refund({ orderId: third });
  held.push(
    stripe.faults.add({ ...hold, method: 'POST', path: '/v1/refunds', when: ofRefund(refunded.id) }),
    stripe.faults.add({ ...hold, method: 'POST', path: /\/capture$/ }),
    stripe.faults.add({ ...hold, method: 'POST', path: '/v1/transfers', when: ofAccount(debtor.accountId) }),
    stripe.faults.add({ ...hold, method: 'POST', path: '/v1/payouts', when: ofAccount(payee.accountId) }),
    mirakl.faults.add({ ...hold, method: 'PUT', path: '/api/payment/debit' }),
  );
  mirakl.given.productOrder({ commercialId: 'Captured', shopId: seller.shopId });
  mirakl.given.productOrder({ commercialId: 'Validated', shopId: seller.shopId, state: 'WAITING_DEBIT_PAYMENT' });
  const fee = mirakl.given.invoice({ shopId: debtor.shopId, parts: { subscription: '-20.00' } });
  const payout = mirakl.given.invoice({ shopId: payee.shopId });
  await letTimePass(system);
  await Promise.all(held.map(({ reached }) => reached));
  await worker.kill();
  for (const fault of held) fault.release();

  expect(await readLedger(system)).toMatchObject({
    'PAYMENT Captured': 'to_capture 10000',
    [`REFUND_PRODUCT_ORDER ${refunded.id}`]: 'REFUND_PENDING 1000',
    [`REFUND_PRODUCT_ORDER ${confirmed.id}`]: 'REFUND_PENDING 1000',
    [`TRANSFER_REFUND ${reversed.id}`]: 'TRANSFER_PENDING 850',
    [`TRANSFER_SUBSCRIPTION ${fee.invoiceId}`]: 'TRANSFER_PENDING 2000',
    [`PAYOUT ${payout.invoiceId}`]: 'PAYOUT_PENDING 8500',
  });
  await letLeasesEnd(system);
  await letTimePass(system);
  await system.start('worker');
  const nothing = 'TRANSFER_ABORTED: Amount must be positive, input was: 0';
  await untilLedger(system, {
    ...split,
    'PAYMENT Captured': 'captured 10000',
    'PAYMENT Validated': 'captured 10000',
    'TRANSFER_PRODUCT_ORDER Captured-A': 'TRANSFER_CREATED 8500',
    'TRANSFER_PRODUCT_ORDER Validated-A': 'TRANSFER_CREATED 8500',
    ...Object.fromEntries(
      [reversed, confirmed, refunded].flatMap(({ id }) => [
        [`REFUND_PRODUCT_ORDER ${id}`, 'REFUND_CREATED 1000'],
        [`TRANSFER_REFUND ${id}`, 'TRANSFER_CREATED 850'],
      ]),
    ),
    ...{ [`TRANSFER_SUBSCRIPTION ${fee.invoiceId}`]: 'TRANSFER_CREATED 2000' },
    ...{ [`PAYOUT ${fee.invoiceId}`]: 'PAYOUT_CREATED 6500', [`PAYOUT ${payout.invoiceId}`]: 'PAYOUT_CREATED 8500' },
    ...{ [`TRANSFER_EXTRA_CREDITS ${fee.invoiceId}`]: nothing, [`TRANSFER_EXTRA_INVOICES ${fee.invoiceId}`]: nothing },
    ...{ [`TRANSFER_EXTRA_CREDITS ${payout.invoiceId}`]: nothing },
    ...{ [`TRANSFER_EXTRA_INVOICES ${payout.invoiceId}`]: nothing },
    ...{ [`TRANSFER_SUBSCRIPTION ${payout.invoiceId}`]: nothing },
  });
  expect(mirakl.refunds().map(({ state }) => state)).toEqual(['REFUNDED', 'REFUNDED', 'REFUNDED']);
  expect(mirakl.productOrders().find(({ commercialId }) => commercialId === 'Validated')?.state).toBe('SHIPPING');
  expect(stripe.balance('eur', seller.accountId).available).toBe(5 * 8_500 - 3 * 850);
  expect(stripe.balance('eur', debtor.accountId).available).toBe(0);
  expect(stripe.balance('eur', payee.accountId).available).toBe(0);
  await expectEachOnce(system);
}, 120_000);

test('Redis is emptied while payments are captured and split, refunds paid back and invoices settled: nothing is lost, nothing moves twice', async () => {
  const system = await createSystem();
  const { mirakl, stripe, db } = system;
  await startApps(system, { WORKER_CONCURRENCY: '4' });
  const seller = await givenSeller(system);
  const orders = givenPaidOrders(system, seller.shopId, count);
  await vi.waitFor(() => expect(stripe.transfers()).toHaveLength(count), patient);
  stripe.faults.add({ kind: 'delay', ms: 50, times: Number.POSITIVE_INFINITY });
  for (const orderId of orders) mirakl.given.refund({ orderId });
  for (let number = 0; number < count; number += 1) {
    givenPayment(system, `Captured_${number}`, { captured: false });
    mirakl.given.productOrder({ commercialId: `Captured_${number}`, shopId: seller.shopId });
    const { shopId, accountId } = await givenSeller(system);
    stripe.given.funds({ amount: 8_500, currency: 'eur', account: accountId });
    mirakl.given.invoice({ shopId, parts: { subscription: '-20.00' } });
  }
  const moved = () => stripe.refunds().length + stripe.reversals().length + stripe.payouts().length + captures(system);
  for (const part of [0.2, 0.4, 0.6]) {
    await vi.waitFor(() => expect(moved()).toBeGreaterThan(part * 4 * count), { ...patient, interval: 10 });
    await system.redis.flushall();
    expect(moved(), 'all was over before Redis was emptied').toBeLessThan(4 * count);
    await letTimePass(system);
  }

  const done = {
    ...{ 'REFUND_PRODUCT_ORDER REFUND_CREATED': count, 'TRANSFER_REFUND TRANSFER_CREATED': count },
    ...{ 'PAYMENT captured': count, 'TRANSFER_PRODUCT_ORDER TRANSFER_CREATED': 2 * count },
    ...{ 'TRANSFER_SUBSCRIPTION TRANSFER_CREATED': count, 'PAYOUT PAYOUT_CREATED': count },
    ...{ 'TRANSFER_EXTRA_CREDITS TRANSFER_ABORTED': count, 'TRANSFER_EXTRA_INVOICES TRANSFER_ABORTED': count },
  };
  await vi.waitFor(
    async () => {
      await letTimePass(system);
      expect(countStates(await readLedger(system))).toEqual(done);
      expect(await db.selectFrom('stripe_event').select('id').where('handled_at', 'is', null).execute()).toEqual([]);
    },
    { ...patient, interval: 500 },
  );
  expect(mirakl.refunds().filter(({ state }) => state !== 'REFUNDED')).toEqual([]);
  await expectEachOnce(system);
}, 120_000);

const count = 20;

const captures = ({ stripe }: System) => stripe.requests().filter(({ path }) => path.endsWith('/capture')).length;

function givenPayment({ stripe }: System, commercialId: string, charge: { readonly captured?: boolean }): void {
  const metadata = { mirakl_commercial_order_id: commercialId };
  stripe.given.charge({ amount: 10_000, currency: 'eur', metadata, ...charge });
}

/** How many rows of each kind are in each state. */
function countStates(ledger: Readonly<Record<string, string>>): Record<string, number> {
  const states = Object.entries(ledger).map(([name, text]) => `${name.split(' ')[0]} ${text.split(/[ :]/)[0]}`);
  return Object.fromEntries([...Map.groupBy(states, (state) => state)].map(([state, all]) => [state, all.length]));
}
