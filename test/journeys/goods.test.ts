import { expect, test, vi } from 'vitest';
import { expectEachOnce } from './each-once.ts';
import { patient, untilLedger } from './ledger.ts';
import { startApps } from './start-apps.ts';
import { createSystem, givenSeller, type System } from './system.ts';

const metadata = (commercialId: string) => ({ mirakl_commercial_order_id: commercialId });
const balanceOf = ({ stripe }: System, account?: string) => stripe.balance('eur', account).available;

test('an order of two sellers, of whom one refuses and one does so in part, is validated, captured for what is left and split', async () => {
  const system = await createSystem();
  const { mirakl, stripe } = system;
  await startApps(system);
  const [seller, refuser] = [await givenSeller(system), await givenSeller(system)];
  const waiting = { commercialId: 'Order', state: 'WAITING_ACCEPTANCE', debited: false };
  const line = (id: string, total: string) => ({ id, state: waiting.state, total, taxes: [], shippingTaxes: [] });
  mirakl.given.productOrder({
    ...{ ...waiting, id: 'Order-A', shopId: seller.shopId, total: '60.00', commission: '9.00' },
    lines: [line('Order-A-1', '40.00'), line('Order-A-2', '20.00')],
  });
  mirakl.given.productOrder({ ...waiting, id: 'Order-B', shopId: refuser.shopId, total: '40.00', commission: '6.00' });
  const charge = { amount: 10_000, currency: 'eur', captured: false, metadata: metadata('Order') };
  const { chargeId } = stripe.given.charge(charge);
  const notReady = 'Order is not ready yet, status is WAITING_ACCEPTANCE';
  await untilLedger(system, {
    'PAYMENT Order': `to_capture: ${notReady}`,
    'TRANSFER_PRODUCT_ORDER Order-A': `TRANSFER_ON_HOLD: ${notReady}`,
    'TRANSFER_PRODUCT_ORDER Order-B': `TRANSFER_ON_HOLD: ${notReady}`,
  });

  mirakl.acceptOrder('Order-A', { refusedLines: ['Order-A-2'], commission: '6.00' });
  mirakl.acceptOrder('Order-B', { refusedLines: ['Order-B-1'] });
  await untilLedger(system, {
    'PAYMENT Order': 'captured 4000',
    'TRANSFER_PRODUCT_ORDER Order-A': 'TRANSFER_CREATED 3400',
    'TRANSFER_PRODUCT_ORDER Order-B': 'TRANSFER_ABORTED: Order cannot be processed, status is REFUSED',
  });

  expect(mirakl.productOrders()).toMatchObject([
    { id: 'Order-A', state: 'SHIPPING', debited: true, transactionNumber: chargeId },
    { id: 'Order-B', state: 'REFUSED', debited: false, transactionNumber: null },
  ]);
  expect(stripe.charges()).toMatchObject([{ captured: true, amount_captured: 4_000 }]);
  expect(stripe.transfers()).toMatchObject([
    { amount: 3_400, destination: seller.accountId, source_transaction: chargeId },
  ]);
  const balances = [balanceOf(system), balanceOf(system, seller.accountId), balanceOf(system, refuser.accountId)];
  expect(balances).toEqual([600, 3_400, 0]);
  await expectEachOnce(system);
}, 120_000);

test('a refund before the split and one after it reach the buyer and Mirakl, and are taken back from the seller once he has something', async () => {
  const system = await createSystem();
  const { mirakl, stripe } = system;
  await startApps(system);
  const seller = await givenSeller(system);
  const newcomer = mirakl.given.shop();
  for (const [commercialId, shopId] of [
    ['Early', newcomer.id],
    ['Late', seller.shopId],
  ] as const) {
    const charge = { amount: 10_000, currency: 'eur', metadata: metadata(commercialId) };
    const { paymentIntentId = null } = stripe.given.charge(charge);
    mirakl.given.productOrder({ commercialId, shopId, transactionNumber: paymentIntentId });
  }
  const payments = { 'PAYMENT Early': 'captured 10000', 'PAYMENT Late': 'captured 10000' };
  const held = `TRANSFER_ON_HOLD: Payouts are disabled shop ID ${newcomer.id}`;
  await untilLedger(system, {
    ...payments,
    'TRANSFER_PRODUCT_ORDER Early-A': held,
    'TRANSFER_PRODUCT_ORDER Late-A': 'TRANSFER_CREATED 8500',
  });

  const early = mirakl.given.refund({ orderId: 'Early-A' });
  const late = mirakl.given.refund({ orderId: 'Late-A', amount: '40.00', commission: '6.00' });
  const refunds = {
    [`REFUND_PRODUCT_ORDER ${early.id}`]: 'REFUND_CREATED 1000',
    [`REFUND_PRODUCT_ORDER ${late.id}`]: 'REFUND_CREATED 4000',
  };
  const mustBeSplit = 'Payment split has to occur before the transfer can be reversed for a refund';
  await untilLedger(system, {
    ...payments,
    ...refunds,
    'TRANSFER_PRODUCT_ORDER Early-A': held,
    'TRANSFER_PRODUCT_ORDER Late-A': 'TRANSFER_CREATED 8500',
    [`TRANSFER_REFUND ${early.id}`]: `TRANSFER_ON_HOLD: ${mustBeSplit}`,
    [`TRANSFER_REFUND ${late.id}`]: 'TRANSFER_CREATED 3400',
  });

  const account = stripe.accounts().find(({ id }) => id !== seller.accountId)?.id ?? '';
  stripe.completeOnboarding(account);
  await untilLedger(system, {
    ...payments,
    ...refunds,
    'TRANSFER_PRODUCT_ORDER Early-A': 'TRANSFER_CREATED 8500',
    'TRANSFER_PRODUCT_ORDER Late-A': 'TRANSFER_CREATED 8500',
    [`TRANSFER_REFUND ${early.id}`]: 'TRANSFER_CREATED 850',
    [`TRANSFER_REFUND ${late.id}`]: 'TRANSFER_CREATED 3400',
  });

  const refunded = stripe.refunds().map(({ id, metadata: of }) => ({ id: of?.miraklRefundId, transactionNumber: id }));
  expect(mirakl.refunds().map(({ id, transactionNumber }) => ({ id, transactionNumber }))).toEqual(
    expect.arrayContaining(refunded),
  );
  expect(mirakl.refunds().map(({ state }) => state)).toEqual(['REFUNDED', 'REFUNDED']);
  const balances = [balanceOf(system), balanceOf(system, account), balanceOf(system, seller.accountId)];
  expect(balances).toEqual([2 * 1_500 - 150 - 600, 8_500 - 850, 8_500 - 3_400]);
  await expectEachOnce(system);
}, 120_000);

test('L23: taxes that were split off an order are given back by the tax account, and the rest by the seller', async () => {
  const system = await createSystem();
  const { mirakl, stripe, db } = system;
  const { id: taxAccount } = stripe.given.account();
  await db
    .insertInto('account_mapping')
    .values({ mirakl_shop_id: 0, stripe_account_id: taxAccount, payout_enabled: true, payin_enabled: true })
    .execute();
  const seller = await givenSeller(system);
  await startApps(system, { ENABLE_PAYMENT_TAX_SPLIT: 'true', STRIPE_TAX_ACCOUNT: taxAccount });
  // The buyer gets his money before it is taken back, so the operator has to have some.
  stripe.given.funds({ amount: 10_000, currency: 'eur' });
  const { paymentIntentId = null } = stripe.given.charge({ amount: 12_200, currency: 'eur' });
  const { id: orderId } = mirakl.given.productOrder({
    ...{ commercialId: 'Order', shopId: seller.shopId, transactionNumber: paymentIntentId, taxMode: 'TAX_EXCLUDED' },
    lines: [{ id: 'Order-A-1', state: 'SHIPPING', total: '100.00', taxes: ['15.00', '5.00'], shippingTaxes: ['2.00'] }],
  });
  const split = {
    'TRANSFER_PRODUCT_ORDER Order-A': 'TRANSFER_CREATED 8700',
    'TRANSFER_PRODUCT_ORDER Order-A_TAX': 'TRANSFER_CREATED 2000',
  };
  await untilLedger(system, split);

  const { id } = mirakl.given.refund({
    ...{ orderId, amount: '50.00', taxes: ['7.50', '2.50'], shippingTaxes: ['1.00'], commission: '7.50' },
  });
  await untilLedger(system, {
    ...split,
    [`REFUND_PRODUCT_ORDER ${id}`]: 'REFUND_CREATED 6100',
    [`TRANSFER_REFUND ${id}`]: 'TRANSFER_CREATED 4350',
    [`TRANSFER_REFUND ${id}_TAX`]: 'TRANSFER_CREATED 1000',
  });

  await vi.waitFor(() => expect(mirakl.refunds()).toMatchObject([{ state: 'REFUNDED' }]), patient);
  expect(stripe.refunds()).toMatchObject([{ amount: 6_100, status: 'succeeded' }]);
  const balances = [balanceOf(system), balanceOf(system, seller.accountId), balanceOf(system, taxAccount)];
  expect(balances).toEqual([10_000 + 1_500 - 750, 8_700 - 4_350, 2_000 - 1_000]);
  await expectEachOnce(system);
}, 120_000);
