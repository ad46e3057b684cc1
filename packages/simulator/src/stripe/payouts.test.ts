import type Stripe from 'stripe';
import { describe, expect } from 'vitest';
import { connect, test } from './simulator-test.ts';
import { type StripeSimulator, startStripeSimulator } from './start-stripe-simulator.ts';

/** A seller with this much money, and the request options that speak for him. */
function seller(simulator: StripeSimulator, amount: number, currency = 'eur') {
  const { id } = simulator.given.account();
  simulator.given.funds({ amount, currency, account: id });
  return { stripeAccount: id };
}

test("a payout takes from the seller's balance and is pending", async ({ simulator, stripe, clock }) => {
  const as = seller(simulator, 10_000);
  const payout = await stripe.payouts.create({ amount: 6_000, currency: 'eur', metadata: { invoiceId: '9' } }, as);
  expect(payout).toMatchObject({
    id: expect.stringMatching(/^po_/),
    object: 'payout',
    amount: 6_000,
    currency: 'eur',
    status: 'pending',
    automatic: false,
    metadata: { invoiceId: '9' },
    failure_code: null,
    created: clock.now.getTime() / 1000,
    arrival_date: clock.now.getTime() / 1000 + 2 * 24 * 60 * 60,
  });
  expect(simulator.balance('eur', as.stripeAccount)).toEqual({ available: 4_000, pending: 0 });
  expect(await stripe.payouts.retrieve(payout.id, {}, as)).toMatchObject({ id: payout.id });
  await expect(stripe.payouts.retrieve(payout.id)).rejects.toMatchObject({ code: 'resource_missing' });
  expect(simulator.payouts(as.stripeAccount)).toMatchObject([{ id: payout.id }]);
  expect(simulator.payouts(simulator.platform.id)).toEqual([]);
});

test('what is pending cannot be paid out until it has settled', async ({ simulator, stripe }) => {
  const { id: stripeAccount } = simulator.given.account();
  const { chargeId } = simulator.given.charge({ amount: 100, currency: 'eur', funds: 'pending' });
  const share = { amount: 80, currency: 'eur', destination: stripeAccount, source_transaction: chargeId };
  await stripe.transfers.create(share);
  const payout = { amount: 80, currency: 'eur' };
  await expect(stripe.payouts.create(payout, { stripeAccount })).rejects.toMatchObject({
    statusCode: 400,
    code: 'balance_insufficient',
  });
  simulator.declareAvailable();
  expect(await stripe.payouts.create(payout, { stripeAccount })).toMatchObject({ amount: 80 });
  expect(simulator.balance('eur')).toEqual({ available: 20, pending: 0 });
});

test('an account whose payouts are disabled is refused', async ({ simulator, stripe }) => {
  const as = seller(simulator, 100);
  simulator.changeAccount(as.stripeAccount, { payouts_enabled: false });
  await expect(stripe.payouts.create({ amount: 1, currency: 'eur' }, as)).rejects.toMatchObject({
    statusCode: 400,
    code: 'payouts_not_allowed',
  });
  expect(simulator.payouts()).toEqual([]);
});

test.for([
  [{ amount: 0 }, 'amount', 'parameter_invalid_integer'],
  [{ amount: 1_000_000_000_000 }, 'amount', 'amount_too_large'],
  [{ amount: 1_045, currency: 'huf' }, 'amount', 'parameter_invalid_integer'],
  [{ amount: 1_050, currency: 'twd' }, 'amount', 'parameter_invalid_integer'],
  [{ amount: 1_050, currency: 'isk' }, 'amount', 'parameter_invalid_integer'],
  [{ currency: 'EUR' }, 'currency', undefined],
  [{ currency: undefined }, 'currency', 'parameter_missing'],
  [{ colour: 'red' }, 'colour', 'parameter_unknown'],
] as const)('a payout with %j is refused, naming %s', async ([wrong, param, code], { simulator, stripe }) => {
  const as = seller(simulator, 100_000, 'huf');
  const params = { amount: 100, currency: 'huf', ...wrong } as Stripe.PayoutCreateParams;
  await expect(stripe.payouts.create(params, as)).rejects.toMatchObject({
    type: 'StripeInvalidRequestError',
    statusCode: 400,
    param,
    code,
  });
  expect(simulator.payouts()).toEqual([]);
});

test.for([
  ['huf', 1_100],
  ['jpy', 1],
  ['kwd', 10],
] as const)('an amount that a payout in %s can have is taken', async ([currency, amount], { simulator, stripe }) => {
  const as = seller(simulator, amount, currency);
  expect(await stripe.payouts.create({ amount, currency }, as)).toMatchObject({ amount, currency });
});

describe('on its way to the bank', () => {
  test('a payout is in transit, then paid', async ({ simulator, stripe }) => {
    const as = seller(simulator, 100);
    const { id } = await stripe.payouts.create({ amount: 100, currency: 'eur' }, as);
    for (const status of ['in_transit', 'paid'] as const) {
      simulator.settlePayout(id, status);
      expect(await stripe.payouts.retrieve(id, {}, as)).toMatchObject({ status });
    }
    expect(() => simulator.settlePayout(id, 'in_transit')).toThrow('has the status paid');
    expect(simulator.balance('eur', as.stripeAccount)).toEqual({ available: 0, pending: 0 });
  });

  test('a payout can fail days after it was paid, and the money returns', async ({ simulator, stripe }) => {
    const as = seller(simulator, 100);
    const { id } = await stripe.payouts.create({ amount: 100, currency: 'eur' }, as);
    simulator.settlePayout(id, 'paid');
    simulator.failPayout(id, { code: 'account_closed', message: 'The bank account has been closed.' });
    expect(await stripe.payouts.retrieve(id, {}, as)).toMatchObject({
      status: 'failed',
      failure_code: 'account_closed',
      failure_message: 'The bank account has been closed.',
      failure_balance_transaction: expect.stringMatching(/^txn_/),
    });
    expect(simulator.balance('eur', as.stripeAccount)).toEqual({ available: 100, pending: 0 });
    expect(() => simulator.failPayout(id, { code: 'x', message: 'x' })).toThrow('has the status failed');
  });

  test('a payout that is cancelled returns to the balance, if it has not left yet', async ({ simulator, stripe }) => {
    const as = seller(simulator, 200);
    const ids: string[] = [];
    for (const amount of [50, 60]) ids.push((await stripe.payouts.create({ amount, currency: 'eur' }, as)).id);
    const [first = '', second = ''] = ids;
    simulator.settlePayout(first, 'canceled');
    expect(simulator.balance('eur', as.stripeAccount)).toEqual({ available: 140, pending: 0 });
    simulator.settlePayout(second, 'in_transit');
    expect(() => simulator.settlePayout(second, 'canceled')).toThrow('cannot be canceled');
    expect(() => simulator.settlePayout('po_unknown', 'paid')).toThrow('no payout po_unknown');
  });
});

test('payouts are listed by account, time and status, a page at a time', async ({ simulator, stripe, clock }) => {
  const as = seller(simulator, 100);
  const other = seller(simulator, 100);
  const start = clock.now.getTime() / 1000;
  await stripe.payouts.create({ amount: 99, currency: 'eur' }, other);
  for (const amount of [1, 2, 3]) {
    const { id } = await stripe.payouts.create({ amount, currency: 'eur' }, as);
    if (amount === 2) simulator.settlePayout(id, 'paid');
    clock.turn(1_000);
  }
  const amounts = async (query: object) => (await stripe.payouts.list(query, as)).data.map(({ amount }) => amount);
  expect(await amounts({})).toEqual([3, 2, 1]);
  expect(await amounts({ created: { gte: start + 1 } })).toEqual([3, 2]);
  expect(await amounts({ status: 'pending' })).toEqual([3, 1]);
  const page = await stripe.payouts.list({ limit: 2 }, as);
  expect(page).toMatchObject({ has_more: true, url: '/v1/payouts' });
  expect(await amounts({ starting_after: page.data.at(-1)?.id })).toEqual([1]);
});

test('a balance is told in every currency that the account has held', async ({ simulator, stripe }) => {
  const as = seller(simulator, 100);
  simulator.given.funds({ amount: 7, currency: 'usd', account: as.stripeAccount });
  simulator.given.charge({ amount: 30, currency: 'eur', funds: 'pending' });
  expect(await stripe.balance.retrieve({}, as)).toMatchObject({
    object: 'balance',
    available: [
      { amount: 100, currency: 'eur', source_types: { card: 100 } },
      { amount: 7, currency: 'usd' },
    ],
    pending: [
      { amount: 0, currency: 'eur' },
      { amount: 0, currency: 'usd' },
    ],
  });
  expect(await stripe.balance.retrieve()).toMatchObject({
    available: [{ amount: 0, currency: 'eur' }],
    pending: [{ amount: 30, currency: 'eur' }],
  });
  const { id: stripeAccount } = simulator.given.account({ default_currency: 'sek' });
  expect(await stripe.balance.retrieve({}, { stripeAccount })).toMatchObject({
    available: [{ amount: 0, currency: 'sek' }],
  });
});

test('a key without the permissions pays nothing out and sees no balance', async () => {
  const refused = ['rak_payout_write', 'rak_balance_read'] as const;
  const simulator = await startStripeSimulator({ apiKeys: [{ key: 'rk_test_reader', refused }] });
  const stripe = connect(simulator);
  const as = seller(simulator, 100);
  const forbidden = { type: 'StripePermissionError', statusCode: 403 };
  await expect(stripe.payouts.create({ amount: 1, currency: 'eur' }, as)).rejects.toMatchObject(forbidden);
  await expect(stripe.balance.retrieve({}, as)).rejects.toMatchObject(forbidden);
  expect(await stripe.payouts.list({}, as)).toMatchObject({ data: [] });
  await simulator.close();
});
