import { expect, test, vi } from 'vitest';
import { expectEachOnce } from './each-once.ts';
import { patient, untilLedger } from './ledger.ts';
import { startApps } from './start-apps.ts';
import { createSystem, givenPaidOrders, givenSeller, type System } from './system.ts';

/** Every transfer and payout that was asked of Stripe, in the order in which it was answered: by whom, and how much. */
function moves({ stripe }: System) {
  return stripe
    .requests()
    .filter(({ method, path }) => method === 'POST' && /^\/v1\/(transfers|payouts)$/.test(path))
    .map(({ path, stripeAccount, body }) => {
      const { amount } = body as { amount: string };
      return `${path.slice(4)} ${amount} by ${stripeAccount === undefined ? 'the platform' : 'the seller'}`;
    });
}

test('L24: at the end of the month a seller gets his credit, pays what he owes and is paid out; what his bank sends back is paid again to another account', async () => {
  const system = await createSystem();
  const { mirakl, stripe } = system;
  const { operator } = await startApps(system, { SCHEDULE_NOTIFICATIONS: '1s' });
  const { shopId, accountId } = await givenSeller(system);
  stripe.changeBankAccount(accountId, 'ba_of_a_bank');
  const [orderId] = givenPaidOrders(system, shopId, 1);
  const order = { [`TRANSFER_PRODUCT_ORDER ${orderId}`]: 'TRANSFER_CREATED 8500' };
  await untilLedger(system, order);
  await untilBankIs(system, 'ba_of_a_bank');

  const parts = { otherCredits: '10.00', subscription: '-20.00', otherInvoices: '-5.00' };
  const { invoiceId } = mirakl.given.invoice({ shopId, parts });
  const fees = {
    [`TRANSFER_EXTRA_CREDITS ${invoiceId}`]: 'TRANSFER_CREATED 1000',
    [`TRANSFER_SUBSCRIPTION ${invoiceId}`]: 'TRANSFER_CREATED 2000',
    [`TRANSFER_EXTRA_INVOICES ${invoiceId}`]: 'TRANSFER_CREATED 500',
  };
  await untilLedger(system, { ...order, ...fees, [`PAYOUT ${invoiceId}`]: 'PAYOUT_CREATED 7000' });
  expect(moves(system)).toEqual([
    'transfers 8500 by the platform',
    'transfers 1000 by the platform',
    'transfers 2000 by the seller',
    'transfers 500 by the seller',
    'payouts 7000 by the seller',
  ]);
  expect(stripe.balance('eur', accountId)).toEqual({ available: 0, pending: 0 });

  const [first] = stripe.payouts(accountId);
  stripe.settlePayout(first?.id ?? '', 'paid');
  stripe.failPayout(first?.id ?? '', { code: 'account_closed', message: 'The bank account has been closed' });
  const failed = 'PAYOUT_FAILED: account_closed: The bank account has been closed';
  await untilLedger(system, { ...order, ...fees, [`PAYOUT ${invoiceId}`]: failed });
  const told = () => operator.received().map(({ json }) => json as { type: string });
  await vi.waitFor(() => expect(told().map(({ type }) => type)).toContain('payout.failed'), patient);
  expect(told().filter(({ type }) => type === 'payout.failed')).toMatchObject([
    { payload: { miraklInvoiceId: invoiceId, amount: 7_000, stripePayoutId: first?.id, miraklShopId: shopId } },
  ]);

  stripe.changeBankAccount(accountId, 'ba_of_another_bank');
  await untilLedger(system, { ...order, ...fees, [`PAYOUT ${invoiceId}`]: 'PAYOUT_CREATED 7000' });
  expect(stripe.payouts(accountId)).toMatchObject([
    { status: 'failed', amount: 7_000 },
    { status: 'pending', amount: 7_000, metadata: { invoiceId: String(invoiceId) } },
  ]);
  expect(stripe.balance('eur', accountId).available).toBe(0);
  expect(stripe.balance('eur').available).toBe(1_500 - 1_000 + 2_000 + 500);
  await expectEachOnce(system);
}, 120_000);

test('what a seller is owed while his payouts are disabled goes out by itself once they are enabled: his orders, his credit and his payout', async () => {
  const system = await createSystem();
  const { mirakl, stripe } = system;
  await startApps(system);
  const { shopId, accountId } = await givenSeller(system);
  stripe.given.funds({ amount: 8_500, currency: 'eur', account: accountId });
  stripe.given.funds({ amount: 1_000, currency: 'eur' });
  stripe.setKyc(accountId, 'payouts-paused');
  const blockedAt = async () =>
    (await system.db.selectFrom('account_mapping').select('kyc_blocked_at').executeTakeFirstOrThrow()).kyc_blocked_at;
  await vi.waitFor(async () => expect(await blockedAt()).not.toBeNull(), patient);

  const [orderId] = givenPaidOrders(system, shopId, 1);
  const { invoiceId } = mirakl.given.invoice({ shopId, parts: { otherCredits: '10.00' } });
  const disabled = `Payouts are disabled shop ID ${shopId}`;
  const nothing = 'Amount must be positive, input was: 0';
  const notOwed = {
    [`TRANSFER_SUBSCRIPTION ${invoiceId}`]: `TRANSFER_ABORTED: ${nothing}`,
    [`TRANSFER_EXTRA_INVOICES ${invoiceId}`]: `TRANSFER_ABORTED: ${nothing}`,
  };
  await untilLedger(system, {
    ...notOwed,
    [`TRANSFER_PRODUCT_ORDER ${orderId}`]: `TRANSFER_ON_HOLD: ${disabled}`,
    [`TRANSFER_EXTRA_CREDITS ${invoiceId}`]: `TRANSFER_ON_HOLD: ${disabled}`,
    [`PAYOUT ${invoiceId}`]: `PAYOUT_ON_HOLD: ${disabled}`,
  });
  expect(moves(system)).toEqual([]);

  stripe.setKyc(accountId, 'approved');
  await untilLedger(system, {
    ...notOwed,
    [`TRANSFER_PRODUCT_ORDER ${orderId}`]: 'TRANSFER_CREATED 8500',
    [`TRANSFER_EXTRA_CREDITS ${invoiceId}`]: 'TRANSFER_CREATED 1000',
    [`PAYOUT ${invoiceId}`]: 'PAYOUT_CREATED 9500',
  });
  expect(stripe.payouts(accountId)).toMatchObject([{ amount: 9_500, status: 'pending' }]);
  expect(stripe.balance('eur', accountId).available).toBe(8_500);
  await expectEachOnce(system);
}, 120_000);

/** Waits until the connector knows where the seller is paid out to. */
async function untilBankIs({ db }: System, id: string): Promise<void> {
  const known = () => db.selectFrom('account_mapping').select('external_accounts').executeTakeFirstOrThrow();
  await vi.waitFor(async () => expect(await known()).toEqual({ external_accounts: id }), patient);
}
