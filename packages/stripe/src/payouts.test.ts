import type { StripeSimulator } from '@connector/simulator';
import { expect } from 'vitest';
import { createPayout, findPayout, listPayouts, type PayoutRequest, retrievePayout } from './payouts.ts';
import { test } from './stripe-test.ts';

const eur = (minor: bigint) => ({ minor, currency: 'EUR' });

/** A seller with 100 EUR. */
function seller(simulator: StripeSimulator): string {
  const { id } = simulator.given.account();
  simulator.given.funds({ amount: 10_000, currency: 'eur', account: id });
  return id;
}

test("a payout leaves the seller's balance exactly as asked, once for a key", async ({ simulator, stripe }) => {
  const stripeAccount = seller(simulator);
  const request: PayoutRequest = { amount: 6_000, currency: 'eur', metadata: { miraklShopId: '1', invoiceId: '9' } };
  const input = { request, stripeAccount, idempotencyKey: 'connector/payout/9/1' };
  const first = await createPayout(stripe, input);
  expect(first).toMatchObject({
    status: 'pending',
    amount: eur(6_000n),
    failureCode: undefined,
    failureMessage: undefined,
    metadata: { miraklShopId: '1', invoiceId: '9' },
    createdAt: expect.any(Date),
    requestId: expect.stringMatching(/^req_/),
  });
  expect(first.arrivalDate.getTime()).toBeGreaterThan(first.createdAt.getTime());
  expect(await createPayout(stripe, input)).toMatchObject({ id: first.id });
  expect(simulator.payouts(stripeAccount)).toMatchObject([{ id: first.id, amount: 6_000 }]);
  expect(simulator.requests()).toMatchObject(
    [false, true].map((replayed) => ({ stripeAccount, idempotencyKey: 'connector/payout/9/1', replayed })),
  );
});

test('a payout whose answer was lost is made once, and found by what was written on it', async ({
  simulator,
  stripe,
}) => {
  const stripeAccount = seller(simulator);
  const request = { amount: 6_000, currency: 'eur', metadata: { invoiceId: '9' } };
  simulator.faults.add({ kind: 'cut-after-effect', path: '/v1/payouts', times: 2 });
  const input = { request, stripeAccount, idempotencyKey: 'k' };
  await expect(createPayout(stripe, input)).rejects.toMatchObject({ kind: 'unknown-outcome' });

  const createdFrom = new Date(Date.now() - 60_000);
  const find = (search: object = {}, invoiceId = '9') =>
    findPayout(stripe, {
      ...{ stripeAccount, createdFrom },
      matches: ({ metadata }) => metadata.invoiceId === invoiceId,
      ...search,
    });
  const found = await find();
  expect(found).toMatchObject({ status: 'pending', requestId: expect.stringMatching(/^req_/) });
  expect(await createPayout(stripe, input)).toMatchObject({ id: found?.id });
  expect(simulator.payouts()).toHaveLength(1);
  expect(await find({}, '8')).toBeUndefined();
  expect(await find({ stripeAccount: seller(simulator) })).toBeUndefined();
  expect(await find({ createdTo: createdFrom })).toBeUndefined();
  expect(await find({ createdFrom: new Date(Date.now() + 60_000) })).toBeUndefined();
});

test('a payout is looked for page by page', async ({ simulator, stripe }) => {
  const stripeAccount = seller(simulator);
  const pay = (amount: number, idempotencyKey: string) =>
    createPayout(stripe, { request: { amount, currency: 'eur' }, stripeAccount, idempotencyKey });
  const { id } = await pay(999, 'first');
  for (let count = 0; count < 110; count += 1) await pay(1, `later-${count}`);
  const search = { stripeAccount, createdFrom: new Date(Date.now() - 3_600_000) };
  expect(await findPayout(stripe, { ...search, matches: ({ amount }) => amount.minor === 999n })).toMatchObject({ id });
  const pages = simulator.requests().filter(({ method }) => method === 'GET');
  expect(pages.map(({ query }) => query)).toMatchObject(Array(2).fill({ limit: '100' }));
});

test('a payout says how it went, also days later', async ({ simulator, stripe }) => {
  const stripeAccount = seller(simulator);
  const request = { amount: 100, currency: 'eur' };
  const { id } = await createPayout(stripe, { request, stripeAccount, idempotencyKey: 'k' });
  for (const status of ['in_transit', 'paid'] as const) {
    simulator.settlePayout(id, status);
    expect(await retrievePayout(stripe, { id, stripeAccount })).toMatchObject({ status, failureCode: undefined });
  }
  simulator.failPayout(id, { code: 'account_closed', message: 'The bank account has been closed' });
  expect(await retrievePayout(stripe, { id, stripeAccount })).toMatchObject({
    status: 'failed',
    failureCode: 'account_closed',
    failureMessage: 'The bank account has been closed',
    requestId: expect.stringMatching(/^req_/),
  });
  await expect(retrievePayout(stripe, { id, stripeAccount: seller(simulator) })).rejects.toMatchObject({
    kind: 'not-found',
  });
});

test('a status that we do not know is neither paid nor failed', async ({ simulator, stripe }) => {
  const payout = {
    object: 'payout',
    id: 'po_1',
    status: 'lost',
    amount: 1,
    currency: 'eur',
    arrival_date: 1,
    created: 1,
  };
  simulator.faults.add({ kind: 'answer', status: 200, body: payout });
  const stripeAccount = seller(simulator);
  expect(await retrievePayout(stripe, { id: 'po_1', stripeAccount })).toMatchObject({ status: { unknown: 'lost' } });
});

test('too little money and disabled payouts are refusals that can be told apart', async ({ simulator, stripe }) => {
  const stripeAccount = seller(simulator);
  const pay = (amount: number) =>
    createPayout(stripe, { request: { amount, currency: 'eur' }, stripeAccount, idempotencyKey: String(amount) });
  await expect(pay(10_001)).rejects.toMatchObject({ kind: 'refused', stripeCode: 'balance_insufficient' });
  simulator.changeAccount(stripeAccount, { payouts_enabled: false });
  await expect(pay(1)).rejects.toMatchObject({ kind: 'refused', stripeCode: 'payouts_not_allowed' });
  expect(simulator.payouts()).toEqual([]);
});

test('the payouts of one account in a time are listed, with those that Stripe made by itself', async ({
  simulator,
  stripe,
}) => {
  const [stripeAccount, other] = [seller(simulator), seller(simulator)];
  const ours = simulator.given.payout({ account: stripeAccount, amount: 1, currency: 'eur' });
  const automatic = simulator.given.payout({ account: stripeAccount, amount: 2, currency: 'eur', automatic: true });
  simulator.given.payout({ account: other, amount: 3, currency: 'eur' });
  const createdFrom = new Date(Date.now() - 60_000);
  expect(await Array.fromAsync(listPayouts(stripe, { stripeAccount, createdFrom }))).toMatchObject([
    { id: automatic.id, isAutomatic: true, amount: eur(2n) },
    { id: ours.id, isAutomatic: false, amount: eur(1n) },
  ]);
  const earlier = { stripeAccount, createdFrom: new Date(0), createdTo: createdFrom };
  expect(await Array.fromAsync(listPayouts(stripe, earlier))).toEqual([]);
});
