import fc from 'fast-check';
import { expect } from 'vitest';
import { connect, test } from './simulator-test.ts';
import { type StripeSimulator, startStripeSimulator } from './start-stripe-simulator.ts';

const seller = 'acct_seller';
const otherSeller = 'acct_other';

async function sendTransfers(simulator: StripeSimulator, count: number): Promise<void> {
  const stripe = connect(simulator);
  simulator.given.account({ id: seller });
  simulator.given.account({ id: otherSeller });
  simulator.given.funds({ amount: 1_000_000, currency: 'eur' });
  for (let number = 1; number <= count; number += 1) {
    const destination = number % 3 === 0 ? otherSeller : seller;
    await stripe.transfers.create({
      ...{ amount: number, currency: 'eur', destination },
      transfer_group: number % 2 === 0 ? 'even' : 'odd',
    });
  }
}

const amounts = (list: readonly { readonly amount: number }[]) => list.map(({ amount }) => amount);

test('a list shows ten objects unless asked for more, the newest first', async ({ simulator, stripe }) => {
  await sendTransfers(simulator, 12);
  const list = await stripe.transfers.list();
  expect(list).toMatchObject({ object: 'list', has_more: true, url: '/v1/transfers' });
  expect(amounts(list.data)).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3]);
  expect(await stripe.transfers.list({ limit: 100 })).toMatchObject({ has_more: false });
  await expect(stripe.transfers.list({ limit: 101 })).rejects.toMatchObject({ param: 'limit' });
  await expect(stripe.transfers.list({ starting_after: 'tr_unknown' })).rejects.toMatchObject({
    code: 'resource_missing',
    param: 'starting_after',
  });
});

test('a list can be narrowed to a destination, a group and both', async ({ simulator, stripe }) => {
  await sendTransfers(simulator, 12);
  const list = async (params: object) => amounts((await stripe.transfers.list(params)).data);
  expect(await list({ destination: otherSeller })).toEqual([12, 9, 6, 3]);
  expect(await list({ transfer_group: 'even' })).toEqual([12, 10, 8, 6, 4, 2]);
  expect(await list({ destination: otherSeller, transfer_group: 'even' })).toEqual([12, 6]);
  expect(await list({ destination: 'acct_unknown' })).toEqual([]);
});

test('a list can be narrowed to a time', async ({ simulator, stripe, clock }) => {
  simulator.given.account({ id: seller });
  simulator.given.funds({ amount: 100, currency: 'eur' });
  const start = clock.now.getTime() / 1000;
  for (const amount of [1, 2, 3]) {
    await stripe.transfers.create({ amount, currency: 'eur', destination: seller });
    clock.turn(1_000);
  }
  const list = async (created: object | number) => amounts((await stripe.transfers.list({ created })).data);
  expect(await list({ gte: start + 1 })).toEqual([3, 2]);
  expect(await list({ gt: start + 1 })).toEqual([3]);
  expect(await list({ lte: start + 1 })).toEqual([2, 1]);
  expect(await list({ lt: start + 1 })).toEqual([1]);
  expect(await list({ gt: start, lt: start + 2 })).toEqual([2]);
  expect(await list(start + 1)).toEqual([2]);
});

test('paging forwards and backwards shows each object once, whatever the page size and filter', async () => {
  const simulator = await startStripeSimulator();
  await sendTransfers(simulator, 23);
  const stripe = connect(simulator);
  const filter = fc.constantFrom({}, { destination: seller }, { transfer_group: 'odd' });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 25 }), filter, async (limit, params) => {
      const whole = await stripe.transfers.list({ ...params, limit: 100 });
      const forwards = await stripe.transfers.list({ ...params, limit }).autoPagingToArray({ limit: 1_000 });
      expect(amounts(forwards)).toEqual(amounts(whole.data));

      const oldest = whole.data.at(-1)?.id ?? '';
      const backwards = stripe.transfers.list({ ...params, limit, ending_before: oldest });
      const pages = await backwards.autoPagingToArray({ limit: 1_000 });
      expect(new Set(amounts(pages))).toEqual(new Set(amounts(whole.data.slice(0, -1))));
      expect(pages).toHaveLength(whole.data.length - 1);
    }),
    { numRuns: 25 },
  );
  await simulator.close();
});

test('objects stand in place of their ids where expand[] names them', async ({ simulator, stripe }) => {
  const { id: destination } = simulator.given.account();
  const { chargeId, paymentIntentId = '' } = simulator.given.charge({ amount: 500, currency: 'eur' });
  expect(await stripe.paymentIntents.retrieve(paymentIntentId)).toMatchObject({ latest_charge: chargeId });
  expect(await stripe.paymentIntents.retrieve(paymentIntentId, { expand: ['latest_charge'] })).toMatchObject({
    latest_charge: { id: chargeId, amount: 500 },
  });
  await stripe.transfers.create({ amount: 5, currency: 'eur', destination, source_transaction: chargeId });
  const list = await stripe.transfers.list({ expand: ['data.source_transaction'] });
  expect(list.data).toMatchObject([{ source_transaction: { id: chargeId }, destination }]);
  await expect(stripe.charges.retrieve(chargeId, { expand: ['amount'] })).rejects.toMatchObject({
    message: 'This property cannot be expanded (amount).',
  });
});

test.for([
  [{ captured: false }, { status: 'requires_capture', amount_capturable: 500, amount_received: 0 }],
  [{ status: 'pending' }, { status: 'processing' }],
  [{ status: 'failed' }, { status: 'requires_payment_method' }],
  [{}, { status: 'succeeded', amount_capturable: 0, amount_received: 500 }],
] as const)('the PaymentIntent of a charge with %j has %j', async ([charge, intent], { simulator, stripe }) => {
  const { chargeId, paymentIntentId = '' } = simulator.given.charge({ amount: 500, currency: 'eur', ...charge });
  expect(await stripe.charges.retrieve(chargeId)).toMatchObject({ payment_intent: paymentIntentId });
  expect(await stripe.paymentIntents.retrieve(paymentIntentId)).toMatchObject(intent);
  await expect(stripe.charges.retrieve('ch_unknown')).rejects.toMatchObject({
    type: 'StripeInvalidRequestError',
    statusCode: 404,
    code: 'resource_missing',
    param: 'id',
  });
});
