import { test } from '@connector/testing';
import { expect } from 'vitest';
import { serveApi } from '../api-test.ts';

const at = { creation_datetime: '2026-11-02T09:00:00', modification_datetime: '2026-11-02T10:00:00' };
const shownAt = { creationDatetime: '2026-11-02T09:00:00.000Z', modificationDatetime: '2026-11-02T10:00:00.000Z' };

test('L29: a mapping says whether there is an onboarding token, and never shows it', async ({ world }) => {
  const mapping = { payout_enabled: true, ...at };
  await world.db
    .insertInto('account_mapping')
    .values([
      { ...mapping, mirakl_shop_id: 2_001, stripe_account_id: 'acct_1', onboarding_token: 'cAnArY0123456789cAnArY' },
      { ...mapping, mirakl_shop_id: 2_002, stripe_account_id: 'acct_2', ignored: true, disabled_reason: 'listed' },
    ])
    .execute();
  const { get } = await serveApi(world);
  const shown = {
    ...{ id: 1, miraklShopId: 2_001, stripeAccountId: 'acct_1', onboardingToken: true },
    ...{ payoutEnabled: true, payinEnabled: false, ignored: false, disabledReason: null, ...shownAt },
  };
  const one = await get('/api/mappings/1');
  expect(one.json).toEqual(shown);
  const all = await get('/api/mappings');
  expect(all.json).toEqual([
    shown,
    {
      ...shown,
      ...{ id: 2, miraklShopId: 2_002, stripeAccountId: 'acct_2', onboardingToken: false },
      ...{ ignored: true, disabledReason: 'listed' },
    },
  ]);
  const csv = await get('/api/mappings', { accept: 'text/csv' });
  for (const { text } of [one, all, csv]) expect(text).not.toContain('cAnArY');
});

test('a transfer is shown with its mapping’s path and its exact amount, however large', async ({ world }) => {
  await world.db.insertInto('account_mapping').values({ mirakl_shop_id: 7, stripe_account_id: 'acct_7' }).execute();
  await world.db
    .insertInto('stripe_transfer')
    .values([
      {
        ...{ mirakl_id: 'O-1-A', type: 'TRANSFER_PRODUCT_ORDER', status: 'TRANSFER_CREATED', account_mapping_id: 1 },
        ...{ transfer_id: 'tr_1', transaction_id: 'pi_1', amount: 9_007_199_254_740_993n, currency: 'idr' },
        ...{ mirakl_created_date: '2026-11-01T08:00:00', ...at },
      },
      {
        ...{ mirakl_id: 'O-2-A', type: 'TRANSFER_PRODUCT_ORDER', status: 'TRANSFER_ON_HOLD', ...at },
        ...{ status_reason: 'Cannot find Stripe account for shop ID 9' },
      },
    ])
    .execute();
  const { get } = await serveApi(world);
  const first = await get('/api/transfers/1');
  expect(first.text).toContain('"amount":9007199254740993,');
  expect(first.json).toEqual({
    ...{ id: 1, miraklId: 'O-1-A', type: 'TRANSFER_PRODUCT_ORDER', accountMapping: '/api/mappings/1' },
    ...{ transferId: 'tr_1', transactionId: 'pi_1', amount: expect.any(Number), currency: 'idr' },
    ...{ status: 'TRANSFER_CREATED', statusReason: null, miraklCreatedDate: '2026-11-01T08:00:00.000Z', ...shownAt },
  });
  expect((await get('/api/mappings/1')).status).toBe(200);
  expect((await get('/api/transfers?page=1')).json).toMatchObject([
    { id: 1 },
    {
      ...{ id: 2, accountMapping: null, transferId: null, transactionId: null, amount: null, currency: null },
      ...{ statusReason: 'Cannot find Stripe account for shop ID 9', miraklCreatedDate: null },
    },
  ]);
});

test('a payout is shown with its invoice', async ({ world }) => {
  await world.db
    .insertInto('stripe_payout')
    .values({
      ...{ amount: 12_345n, currency: 'eur', mirakl_invoice_id: 77, mirakl_created_date: '2026-11-01T08:00:00' },
      ...{ payout_id: 'po_1', status: 'PAYOUT_FAILED', status_reason: 'account_closed: closed', ...at },
    })
    .execute();
  const { get } = await serveApi(world);
  const shown = {
    ...{ id: 1, accountMapping: null, amount: 12_345, currency: 'eur', miraklInvoiceId: 77, payoutId: 'po_1' },
    ...{ status: 'PAYOUT_FAILED', statusReason: 'account_closed: closed' },
    ...{ miraklCreatedDate: '2026-11-01T08:00:00.000Z', ...shownAt },
  };
  expect((await get('/api/payouts/1')).json).toEqual(shown);
  expect((await get('/api/payouts?status=PAYOUT_FAILED')).json).toEqual([shown]);
});

test('a refund is shown with its order', async ({ world }) => {
  await world.db
    .insertInto('stripe_refund')
    .values({
      ...{
        amount: 1_000n,
        currency: 'eur',
        mirakl_refund_id: '1103',
        mirakl_order_id: 'O-1-A',
        status: 'REFUND_CREATED',
      },
      ...{ mirakl_order_line_id: 'O-1-A-1', mirakl_commercial_order_id: 'O-1', transaction_id: 'ch_1' },
      ...{ stripe_refund_id: 're_1', mirakl_validation_time: '2026-11-02T09:30:00', ...at },
    })
    .execute();
  const { get } = await serveApi(world);
  const shown = {
    ...{ id: 1, type: 'REFUND_PRODUCT_ORDER', amount: 1_000, currency: 'eur', miraklRefundId: '1103' },
    ...{ miraklCommercialOrderId: 'O-1', miraklOrderId: 'O-1-A', miraklOrderLineId: 'O-1-A-1' },
    ...{ transactionId: 'ch_1', stripeRefundId: 're_1', status: 'REFUND_CREATED', statusReason: null },
    ...{ miraklValidationTime: '2026-11-02T09:30:00.000Z', ...shownAt },
  };
  expect((await get('/api/refunds/1')).json).toEqual(shown);
  expect((await get('/api/refunds?type=REFUND_PRODUCT_ORDER&status=REFUND_CREATED')).json).toEqual([shown]);
});

test('what is not there, or has an id that none can have, is not found', async ({ world }) => {
  const { get } = await serveApi(world);
  for (const name of ['mappings', 'transfers', 'payouts', 'refunds']) {
    for (const id of ['1', '0', '-1', '1.0', 'abc', '2147483648', '99999999999999999999', '%20', '1%00']) {
      const { status, json } = await get(`/api/${name}/${id}`);
      expect([name, id, status, json]).toEqual([name, id, 404, { message: 'Not Found' }]);
    }
  }
});
