import { expect } from 'vitest';
import { test } from './stripe-test.ts';
import { createTransfer, findTransfer, listTransfers, retrieveTransfer, type TransferRequest } from './transfers.ts';

test('a transfer is made exactly as asked, once for a key', async ({ simulator, stripe }) => {
  const { id: destination } = simulator.given.account();
  const { chargeId } = simulator.given.charge({ amount: 10_000, currency: 'eur', funds: 'pending' });
  const request: TransferRequest = {
    amount: 8_500,
    currency: 'eur',
    destination,
    source_transaction: chargeId,
    description: 'order',
    metadata: { miraklId: 'order_1-A' },
  };
  const first = await createTransfer(stripe, { request, idempotencyKey: 'connector/transfer/order_1-A/1' });
  const second = await createTransfer(stripe, { request, idempotencyKey: 'connector/transfer/order_1-A/1' });
  expect(second.transferId).toBe(first.transferId);
  expect(first.requestId).toMatch(/^req_/);
  expect(simulator.transfers()).toMatchObject([{ ...request, id: first.transferId }]);
  expect(simulator.requests().map(({ idempotencyKey }) => idempotencyKey)).toEqual(
    Array(2).fill('connector/transfer/order_1-A/1'),
  );
});

test('a transfer is read again as it was made', async ({ simulator, stripe }) => {
  const { id: destination } = simulator.given.account();
  const { chargeId } = simulator.given.charge({ amount: 100, currency: 'eur' });
  const request = { amount: 85, currency: 'eur', destination, source_transaction: chargeId, metadata: { a: 'b' } };
  const { transferId } = await createTransfer(stripe, { request, idempotencyKey: 'k' });
  expect(await retrieveTransfer(stripe, transferId)).toEqual({
    id: transferId,
    amount: { minor: 85n, currency: 'EUR' },
    amountReversed: { minor: 0n, currency: 'EUR' },
    destination,
    sourceTransaction: chargeId,
    transferGroup: expect.stringMatching(/^group_pi_/),
    metadata: { a: 'b' },
    createdAt: expect.any(Date),
    requestId: expect.stringMatching(/^req_/),
  });
  await expect(retrieveTransfer(stripe, 'tr_gone')).rejects.toMatchObject({ kind: 'not-found' });
});

test("a seller's fees leave the seller's balance", async ({ simulator, stripe }) => {
  const { id: seller } = simulator.given.account();
  simulator.given.funds({ amount: 500, currency: 'eur', account: seller });
  const request = { amount: 500, currency: 'eur', destination: simulator.platform.id };
  const { transferId } = await createTransfer(stripe, { request, idempotencyKey: 'k', stripeAccount: seller });
  expect(simulator.transfers(seller)).toMatchObject([{ id: transferId }]);

  const createdFrom = new Date(Date.now() - 60_000);
  const search = { destination: simulator.platform.id, createdFrom, matches: () => true };
  expect(await findTransfer(stripe, { ...search, stripeAccount: seller })).toMatchObject({ transferId });
  expect(await findTransfer(stripe, search)).toBeUndefined();
});

test('an empty balance is a refusal that can be recognised', async ({ simulator, stripe }) => {
  const { id: destination } = simulator.given.account();
  const request = { amount: 1, currency: 'eur', destination };
  await expect(createTransfer(stripe, { request, idempotencyKey: 'k' })).rejects.toMatchObject({
    kind: 'refused',
    code: 'stripe_refused',
    stripeCode: 'balance_insufficient',
    message: expect.stringContaining('insufficient available funds'),
    requestId: expect.stringMatching(/^req_/),
  });
});

test("a fee that the seller's balance cannot pay is refused, whatever the platform has", async ({
  simulator,
  stripe,
}) => {
  const { id: stripeAccount } = simulator.given.account();
  simulator.given.funds({ amount: 100_000, currency: 'eur' });
  simulator.given.funds({ amount: 499, currency: 'eur', account: stripeAccount });
  const request = { amount: 500, currency: 'eur', destination: simulator.platform.id };
  await expect(createTransfer(stripe, { request, idempotencyKey: 'k', stripeAccount })).rejects.toMatchObject({
    kind: 'refused',
    stripeCode: 'balance_insufficient',
  });
  expect(simulator.transfers()).toEqual([]);
});

test('a destination that does not exist is not found', async ({ simulator, stripe }) => {
  simulator.given.funds({ amount: 100, currency: 'eur' });
  const request = { amount: 1, currency: 'eur', destination: 'acct_gone' };
  await expect(createTransfer(stripe, { request, idempotencyKey: 'k' })).rejects.toMatchObject({
    kind: 'not-found',
    param: 'destination',
    message: "No such destination: 'acct_gone'",
  });
});

test('a key that was used for another request is a conflict', async ({ simulator, stripe }) => {
  const { id: destination } = simulator.given.account();
  simulator.given.funds({ amount: 100, currency: 'eur' });
  const request = { amount: 1, currency: 'eur', destination };
  await createTransfer(stripe, { request, idempotencyKey: 'k' });
  const other = createTransfer(stripe, { request: { ...request, amount: 2 }, idempotencyKey: 'k' });
  await expect(other).rejects.toMatchObject({ kind: 'key-conflict', retryable: false });
  expect(simulator.transfers()).toHaveLength(1);
});

test('a key whose first request still runs is to be tried later', async ({ simulator, stripe }) => {
  const { id: destination } = simulator.given.account();
  simulator.given.funds({ amount: 100, currency: 'eur' });
  const input = { request: { amount: 1, currency: 'eur', destination }, idempotencyKey: 'k' };
  const held = simulator.faults.add({ kind: 'hold', at: 'after-effect' });
  const first = createTransfer(stripe, input);
  await held.reached;
  await expect(createTransfer(stripe, input)).rejects.toMatchObject({ kind: 'retry-later', retryable: true });
  held.release();
  const { transferId } = await first;
  expect(await createTransfer(stripe, input)).toMatchObject({ transferId });
});

test('a transfer is found again among hundreds, by what was written on it', async ({ simulator, stripe }) => {
  const { id: destination } = simulator.given.account();
  const { id: another } = simulator.given.account();
  simulator.given.funds({ amount: 100_000, currency: 'eur' });
  const make = (miraklId: string, to = destination) =>
    createTransfer(stripe, {
      request: { amount: 1, currency: 'eur', destination: to, metadata: { miraklId } },
      idempotencyKey: miraklId,
    });
  const wanted = await make('order-1');
  await make('order-2', another);
  for (let index = 3; index < 230; index += 1) await make(`order-${index}`);

  const createdFrom = new Date(Date.now() - 3_600_000);
  const find = (miraklId: string, range = {}) =>
    findTransfer(stripe, {
      destination,
      createdFrom,
      matches: ({ metadata }) => metadata.miraklId === miraklId,
      ...range,
    });
  expect(await find('order-1')).toEqual({ transferId: wanted.transferId, requestId: expect.stringMatching(/^req_/) });
  const pages = simulator.requests().filter(({ method }) => method === 'GET');
  expect(pages.map(({ query }) => query)).toMatchObject(Array(3).fill({ limit: '100', destination }));
  expect(await find('order-2')).toBeUndefined();
  expect(await find('order-1', { createdTo: createdFrom })).toBeUndefined();
  expect(await find('order-1', { createdFrom: new Date(Date.now() + 60_000) })).toBeUndefined();
});

test('transfers of a time are listed with their reversals, 100 a call, those of a seller apart', async ({
  simulator,
  stripe,
}) => {
  const { id: destination } = simulator.given.account();
  simulator.given.funds({ amount: 1_000, currency: 'eur' });
  for (let number = 1; number <= 101; number += 1) {
    simulator.given.transfer({ amount: number % 2 === 0 ? 2 : 4, currency: 'eur', destination });
  }
  const [first] = simulator.transfers();
  const { id: reversalId } = simulator.given.reversal({ transfer: first?.id ?? '', amount: 1, metadata: { a: 'b' } });
  const fee = simulator.given.transfer({
    ...{ from: destination, amount: 1, currency: 'eur', destination: simulator.platform.id },
  });
  const range = { createdFrom: new Date(Date.now() - 60_000), createdTo: new Date(Date.now() + 60_000) };

  const listed = await Array.fromAsync(listTransfers(stripe, range));
  expect(listed).toHaveLength(101);
  expect(listed.at(-1)).toMatchObject({
    ...{ id: first?.id, amountReversed: { minor: 1n }, hasMoreReversals: false },
    reversals: [{ id: reversalId, amount: { minor: 1n }, metadata: { a: 'b' } }],
  });
  expect(simulator.requests()).toHaveLength(2);
  expect(await Array.fromAsync(listTransfers(stripe, { ...range, stripeAccount: destination }))).toMatchObject([
    { id: fee.id, destination: simulator.platform.id },
  ]);
  const earlier = { createdFrom: new Date(0), createdTo: new Date(Date.now() - 60_000) };
  expect(await Array.fromAsync(listTransfers(stripe, earlier))).toEqual([]);
});
