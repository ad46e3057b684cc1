import { expect } from 'vitest';
import { createRefund, findRefund, listRefunds, type Refund, type RefundRequest, retrieveRefund } from './refunds.ts';
import { test } from './stripe-test.ts';
import { createTransfer } from './transfers.ts';

const eur = (minor: bigint) => ({ minor, currency: 'EUR' });

test('a refund is made exactly as asked, once for a key', async ({ simulator, stripe }) => {
  const { chargeId: charge } = simulator.given.charge({ amount: 10_000, currency: 'eur' });
  const request: RefundRequest = { charge, amount: 2_500, metadata: { miraklRefundId: '1100' } };
  const first = await createRefund(stripe, { request, idempotencyKey: 'connector/refund/1100/1' });
  const second = await createRefund(stripe, { request, idempotencyKey: 'connector/refund/1100/1' });
  expect(second.id).toBe(first.id);
  expect(first).toMatchObject({
    status: 'succeeded',
    amount: eur(2_500n),
    chargeId: charge,
    failureReason: undefined,
    metadata: { miraklRefundId: '1100' },
    createdAt: expect.any(Date),
    requestId: expect.stringMatching(/^req_/),
  });
  expect(simulator.refunds()).toMatchObject([{ id: first.id, amount: 2_500 }]);
  expect(simulator.requests()).toMatchObject([
    { body: { charge, amount: '2500', metadata: { miraklRefundId: '1100' } }, replayed: false },
    { idempotencyKey: 'connector/refund/1100/1', replayed: true },
  ]);
});

test('a refund whose answer was lost is made once, and found by what was written on it', async ({
  simulator,
  stripe,
}) => {
  const { chargeId: charge } = simulator.given.charge({ amount: 1_000, currency: 'eur' });
  const input = { request: { charge, amount: 400, metadata: { miraklRefundId: '7' } }, idempotencyKey: 'k' };
  simulator.faults.add({ kind: 'cut-after-effect', path: '/v1/refunds', times: 2 });
  await expect(createRefund(stripe, input)).rejects.toMatchObject({ kind: 'unknown-outcome' });

  const ofRefund = (id: string) => ({
    chargeId: charge,
    matches: ({ metadata }: Refund) => metadata.miraklRefundId === id,
  });
  const found = await findRefund(stripe, ofRefund('7'));
  expect(found).toMatchObject({ status: 'succeeded', amount: eur(400n), requestId: expect.stringMatching(/^req_/) });
  expect(await createRefund(stripe, input)).toMatchObject({ id: found?.id });
  expect(simulator.refunds()).toHaveLength(1);
  expect(await findRefund(stripe, ofRefund('8'))).toBeUndefined();
});

test('a refund is looked for among those of its charge only, of a time if one is given', async ({
  simulator,
  stripe,
}) => {
  const { chargeId: charge } = simulator.given.charge({ amount: 100_000, currency: 'eur' });
  const { chargeId: another } = simulator.given.charge({ amount: 1_000, currency: 'eur' });
  const { id } = await createRefund(stripe, { request: { charge, amount: 999 }, idempotencyKey: 'first' });
  for (let count = 0; count < 110; count += 1) {
    await createRefund(stripe, { request: { charge, amount: 1 }, idempotencyKey: `later-${count}` });
  }
  const find = (search: { chargeId: string; createdFrom?: Date }) =>
    findRefund(stripe, { ...search, matches: ({ amount }) => amount.minor === 999n });
  expect(await find({ chargeId: charge })).toMatchObject({ id });
  const pages = simulator.requests().filter(({ method }) => method === 'GET');
  expect(pages.map(({ query }) => query)).toMatchObject(Array(2).fill({ limit: '100', charge }));
  expect(await find({ chargeId: another })).toBeUndefined();
  expect(await find({ chargeId: charge, createdFrom: new Date(Date.now() - 3_600_000) })).toMatchObject({ id });
  expect(await find({ chargeId: charge, createdFrom: new Date(Date.now() + 60_000) })).toBeUndefined();
});

test('L13: a refund says whether the buyer has got his money, has not yet, or never will', async ({
  simulator,
  stripe,
}) => {
  const { chargeId: charge } = simulator.given.charge({ amount: 1_000, currency: 'eur', refundsBegin: 'pending' });
  const { id, status } = await createRefund(stripe, { request: { charge, amount: 600 }, idempotencyKey: 'k' });
  expect(status).toBe('pending');
  expect(await retrieveRefund(stripe, id)).toMatchObject({ status: 'pending' });
  simulator.settleRefund(id, 'succeeded');
  expect(await retrieveRefund(stripe, id)).toMatchObject({ status: 'succeeded', failureReason: undefined });
  simulator.settleRefund(id, 'failed');
  expect(await retrieveRefund(stripe, id)).toMatchObject({
    status: 'failed',
    failureReason: 'expired_or_canceled_card',
    requestId: expect.stringMatching(/^req_/),
  });
});

test('a refund without money in the balance waits, it is not refused', async ({ simulator, stripe }) => {
  const { id: destination } = simulator.given.account();
  const { chargeId: charge } = simulator.given.charge({ amount: 1_000, currency: 'eur' });
  const share = { amount: 800, currency: 'eur', destination, source_transaction: charge };
  await createTransfer(stripe, { request: share, idempotencyKey: 'transfer' });
  const refund = await createRefund(stripe, { request: { charge, amount: 500 }, idempotencyKey: 'refund' });
  expect(refund).toMatchObject({ status: 'pending', failureReason: undefined });
});

test('a status that we do not know is neither a success nor a failure', async ({ simulator, stripe }) => {
  for (const [status, unknown] of [
    ['blocked', 'blocked'],
    [null, 'null'],
  ] as const) {
    const refund = { object: 'refund', id: 're_1', status, amount: 1, currency: 'eur', charge: null, created: 1 };
    simulator.faults.add({ kind: 'answer', status: 200, body: refund });
    expect(await retrieveRefund(stripe, 're_1')).toMatchObject({ status: { unknown }, chargeId: undefined });
  }
});

test('a charge that is given back already, or was never there, is a refusal that can be recognised', async ({
  simulator,
  stripe,
}) => {
  const { chargeId: charge } = simulator.given.charge({ amount: 1_000, currency: 'eur', amountRefunded: 1_000 });
  await expect(createRefund(stripe, { request: { charge, amount: 1 }, idempotencyKey: 'a' })).rejects.toMatchObject({
    kind: 'refused',
    stripeCode: 'charge_already_refunded',
  });
  const unknown = { charge: 'ch_gone', amount: 1 };
  await expect(createRefund(stripe, { request: unknown, idempotencyKey: 'b' })).rejects.toMatchObject({
    kind: 'not-found',
    param: 'charge',
  });
  await expect(retrieveRefund(stripe, 're_gone')).rejects.toMatchObject({ kind: 'not-found' });
});

test('refunds of a time are listed, and what only lets go of an authorisation is told apart', async ({
  simulator,
  stripe,
}) => {
  const paid = simulator.given.charge({ amount: 100, currency: 'eur' });
  const authorised = simulator.given.charge({ amount: 100, currency: 'eur', captured: false });
  const { id } = simulator.given.refund({ charge: paid.chargeId, amount: 40 });
  const released = simulator.given.refund({ charge: authorised.chargeId });
  const createdFrom = new Date(Date.now() - 60_000);
  expect(await Array.fromAsync(listRefunds(stripe, { createdFrom }))).toMatchObject([
    { id: released.id, isRelease: true, paymentIntentId: authorised.paymentIntentId },
    { id, isRelease: false, amount: eur(40n), chargeId: paid.chargeId, paymentIntentId: paid.paymentIntentId },
  ]);
  expect(await Array.fromAsync(listRefunds(stripe, { createdFrom: new Date(0), createdTo: createdFrom }))).toEqual([]);
});
