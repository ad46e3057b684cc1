import { expect } from 'vitest';
import { connect, test } from './simulator-test.ts';
import { type StripeSimulator, startStripeSimulator } from './start-stripe-simulator.ts';

/** A transfer of 80 EUR out of a charge of 100 EUR. */
async function transferOf(simulator: StripeSimulator, funds: 'available' | 'pending' = 'available') {
  const { id: destination } = simulator.given.account();
  const { chargeId } = simulator.given.charge({ amount: 10_000, currency: 'eur', funds });
  const params = { amount: 8_000, currency: 'eur', destination, source_transaction: chargeId };
  const { id } = await connect(simulator).transfers.create(params);
  return { id, params, destination };
}

test('a reversal takes back what it says, until nothing is left of the transfer', async ({
  simulator,
  stripe,
  clock,
}) => {
  const { id, destination } = await transferOf(simulator);
  const reversal = await stripe.transfers.createReversal(id, { amount: 3_000, metadata: { miraklRefundId: '7' } });
  expect(reversal).toMatchObject({
    id: expect.stringMatching(/^trr_/),
    object: 'transfer_reversal',
    amount: 3_000,
    currency: 'eur',
    transfer: id,
    metadata: { miraklRefundId: '7' },
    created: clock.now.getTime() / 1000,
  });
  expect(await stripe.transfers.retrieve(id)).toMatchObject({
    amount: 8_000,
    amount_reversed: 3_000,
    reversed: false,
    reversals: { data: [{ id: reversal.id }], has_more: false },
  });
  expect(simulator.balance('eur')).toEqual({ available: 5_000, pending: 0 });
  expect(simulator.balance('eur', destination)).toEqual({ available: 5_000, pending: 0 });

  expect(await stripe.transfers.createReversal(id)).toMatchObject({ amount: 5_000 });
  expect(await stripe.transfers.retrieve(id)).toMatchObject({ amount_reversed: 8_000, reversed: true });
  await expect(stripe.transfers.createReversal(id)).rejects.toMatchObject({
    statusCode: 400,
    message: expect.stringContaining('is already fully reversed'),
  });
  expect(simulator.reversals()).toMatchObject([{ amount: 3_000 }, { amount: 5_000 }]);
});

test('a reversal of more than what is left is refused', async ({ simulator, stripe }) => {
  const { id } = await transferOf(simulator);
  await stripe.transfers.createReversal(id, { amount: 3_000 });
  await expect(stripe.transfers.createReversal(id, { amount: 5_001 })).rejects.toMatchObject({
    statusCode: 400,
    param: 'amount',
    message: 'Reversal amount (50.01 EUR) is greater than unreversed amount on transfer (50.00 EUR)',
  });
  expect(simulator.reversals()).toHaveLength(1);
});

test('a reversal needs money where the transfer has put it', async ({ simulator, stripe }) => {
  const { id, destination: stripeAccount } = await transferOf(simulator);
  await stripe.payouts.create({ amount: 7_000, currency: 'eur' }, { stripeAccount });
  await expect(stripe.transfers.createReversal(id, { amount: 1_001 })).rejects.toMatchObject({
    statusCode: 400,
    code: 'balance_insufficient',
  });
  expect(await stripe.transfers.retrieve(id)).toMatchObject({ amount_reversed: 0 });
  await stripe.transfers.createReversal(id, { amount: 1_000 });
  expect(simulator.balance('eur', stripeAccount)).toEqual({ available: 0, pending: 0 });
});

test('money that is pending goes back as such, and as what it is once it has settled', async ({
  simulator,
  stripe,
}) => {
  const { id, destination } = await transferOf(simulator, 'pending');
  await stripe.transfers.createReversal(id, { amount: 1_000 });
  expect(simulator.balance('eur')).toEqual({ available: 0, pending: 3_000 });
  expect(simulator.balance('eur', destination)).toEqual({ available: 0, pending: 7_000 });
  simulator.declareAvailable();
  await stripe.transfers.createReversal(id, { amount: 1_000 });
  expect(simulator.balance('eur')).toEqual({ available: 4_000, pending: 0 });
  expect(simulator.balance('eur', destination)).toEqual({ available: 6_000, pending: 0 });
});

test('what was taken back of a charge can be transferred again, and no more', async ({ simulator, stripe }) => {
  const { id, params } = await transferOf(simulator);
  await expect(stripe.transfers.create(params)).rejects.toMatchObject({ statusCode: 400 });
  await stripe.transfers.createReversal(id);
  expect(await stripe.transfers.create(params)).toMatchObject({ amount: 8_000, reversed: false });
  await expect(stripe.transfers.create({ ...params, amount: 2_001 })).rejects.toMatchObject({ statusCode: 400 });
  await stripe.transfers.create({ ...params, amount: 2_000 });
});

test('a seller cannot take back what the platform has sent', async ({ simulator, stripe }) => {
  const { id, destination: stripeAccount } = await transferOf(simulator);
  await expect(stripe.transfers.createReversal(id, {}, { stripeAccount })).rejects.toMatchObject({
    statusCode: 404,
    code: 'resource_missing',
  });
});

test('reversals are listed by transfer, a page at a time; the transfer shows the last ten', async ({
  simulator,
  stripe,
}) => {
  const { id } = await transferOf(simulator);
  const { id: other } = await transferOf(simulator);
  await stripe.transfers.createReversal(other, { amount: 99 });
  for (let amount = 1; amount <= 12; amount += 1) await stripe.transfers.createReversal(id, { amount });
  const amounts = (list: readonly { amount: number }[]) => list.map(({ amount }) => amount);
  const first = await stripe.transfers.listReversals(id, { limit: 7 });
  expect(first).toMatchObject({ has_more: true, url: `/v1/transfers/${id}/reversals` });
  expect(amounts(first.data)).toEqual([12, 11, 10, 9, 8, 7, 6]);
  const rest = await stripe.transfers.listReversals(id, { limit: 7, starting_after: first.data.at(-1)?.id ?? '' });
  expect(amounts(rest.data)).toEqual([5, 4, 3, 2, 1]);
  const { reversals } = await stripe.transfers.retrieve(id);
  expect(amounts(reversals.data)).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3]);
  expect(reversals.has_more).toBe(true);
  await expect(stripe.transfers.listReversals('tr_unknown')).rejects.toMatchObject({ code: 'resource_missing' });
});

test('a key that may not write transfers takes none back', async () => {
  const simulator = await startStripeSimulator({
    apiKeys: [{ key: 'sk_test_all' }, { key: 'rk_test_reader', refused: ['rak_transfer_write'] }],
  });
  const { id } = await transferOf(simulator);
  const reader = connect(simulator, 'rk_test_reader');
  await expect(reader.transfers.createReversal(id)).rejects.toMatchObject({ type: 'StripePermissionError' });
  expect(await reader.transfers.listReversals(id)).toMatchObject({ data: [] });
  await simulator.close();
});
