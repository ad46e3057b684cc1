import type { StripeSimulator } from '@connector/simulator';
import { expect } from 'vitest';
import type { StripeClient } from './stripe-client.ts';
import { test } from './stripe-test.ts';
import { createTransferReversal, findTransferReversal, listTransferReversals } from './transfer-reversals.ts';
import { createTransfer, listTransfers, retrieveTransfer } from './transfers.ts';

const eur = (minor: bigint) => ({ minor, currency: 'EUR' });

/** A transfer of 80 EUR to a seller. */
async function transferTo(simulator: StripeSimulator, stripe: StripeClient) {
  const { id: destination } = simulator.given.account();
  simulator.given.funds({ amount: 8_000, currency: 'eur' });
  const request = { amount: 8_000, currency: 'eur', destination };
  const { transferId } = await createTransfer(stripe, { request, idempotencyKey: destination });
  return { transferId, destination };
}

test('a transfer is reversed exactly as asked, once for a key', async ({ simulator, stripe }) => {
  const { transferId } = await transferTo(simulator, stripe);
  const request = { amount: 3_000, description: 'refund', metadata: { miraklRefundId: '1100' } };
  const input = { transferId, request, idempotencyKey: 'connector/reversal/1100/1' };
  const first = await createTransferReversal(stripe, input);
  expect(await createTransferReversal(stripe, input)).toMatchObject({ reversalId: first.reversalId });
  expect(first.requestId).toMatch(/^req_/);
  expect(simulator.reversals()).toMatchObject([
    { id: first.reversalId, amount: 3_000, transfer: transferId, metadata: { miraklRefundId: '1100' } },
  ]);
  expect(simulator.requests().slice(-2)).toMatchObject([
    { body: { amount: '3000', description: 'refund' }, idempotencyKey: 'connector/reversal/1100/1', replayed: false },
    { replayed: true },
  ]);
  expect(await retrieveTransfer(stripe, transferId)).toMatchObject({
    amount: eur(8_000n),
    amountReversed: eur(3_000n),
  });
});

test('a reversal whose answer was lost is made once, and found by what was written on it', async ({
  simulator,
  stripe,
}) => {
  const { transferId } = await transferTo(simulator, stripe);
  const request = { amount: 1_000, metadata: { miraklRefundId: '7' } };
  simulator.faults.add({ kind: 'cut-after-effect', path: /reversals$/, times: 2 });
  const input = { transferId, request, idempotencyKey: 'k' };
  await expect(createTransferReversal(stripe, input)).rejects.toMatchObject({ kind: 'unknown-outcome' });

  const find = (id: string, createdFrom?: Date) =>
    findTransferReversal(stripe, {
      transferId,
      createdFrom,
      matches: ({ metadata, amount }) => metadata.miraklRefundId === id && amount.minor === 1_000n,
    });
  const found = await find('7');
  expect(found?.requestId).toMatch(/^req_/);
  expect(await createTransferReversal(stripe, input)).toMatchObject({ reversalId: found?.reversalId });
  expect(simulator.reversals()).toHaveLength(1);
  expect(await find('8')).toBeUndefined();
  expect(await find('7', new Date(Date.now() - 60_000))).toMatchObject({ reversalId: found?.reversalId });
  expect(await find('7', new Date(Date.now() + 60_000))).toBeUndefined();
});

test('a reversal is looked for among all of its transfer, and of no other', async ({ simulator, stripe }) => {
  const { transferId } = await transferTo(simulator, stripe);
  const { transferId: another } = await transferTo(simulator, stripe);
  const reverse = (amount: number, key: string) =>
    createTransferReversal(stripe, { transferId, request: { amount }, idempotencyKey: key });
  const { reversalId } = await reverse(999, 'first');
  for (let count = 0; count < 110; count += 1) await reverse(1, `later-${count}`);
  const matches = ({ amount }: { amount: { minor: bigint } }) => amount.minor === 999n;
  expect(await findTransferReversal(stripe, { transferId, matches })).toMatchObject({ reversalId });
  const pages = simulator.requests().filter(({ method }) => method === 'GET');
  expect(pages.map(({ query }) => query)).toMatchObject(Array(2).fill({ limit: '100' }));
  expect(await findTransferReversal(stripe, { transferId: another, matches })).toBeUndefined();
});

test('L22: what is more than is left, or more than the seller has, is a refusal that can be recognised', async ({
  simulator,
  stripe,
}) => {
  const { transferId, destination } = await transferTo(simulator, stripe);
  const reverse = (amount: number) =>
    createTransferReversal(stripe, { transferId, request: { amount }, idempotencyKey: String(amount) });
  await expect(reverse(8_001)).rejects.toMatchObject({ kind: 'refused', param: 'amount' });
  simulator.given.funds({ amount: -1_000, currency: 'eur', account: destination });
  await expect(reverse(7_001)).rejects.toMatchObject({ kind: 'refused', stripeCode: 'balance_insufficient' });
  expect(await retrieveTransfer(stripe, transferId)).toMatchObject({ amountReversed: eur(0n) });
});

test('a transfer that does not exist is not found', async ({ stripe }) => {
  const input = { transferId: 'tr_gone', request: { amount: 1 }, idempotencyKey: 'k' };
  await expect(createTransferReversal(stripe, input)).rejects.toMatchObject({ kind: 'not-found' });
  const search = { transferId: 'tr_gone', matches: () => true };
  await expect(findTransferReversal(stripe, search)).rejects.toMatchObject({ kind: 'not-found' });
});

test('all reversals of a transfer are listed, also beyond those that it shows', async ({ simulator, stripe }) => {
  const { transferId } = await transferTo(simulator, stripe);
  const ids = Array.from({ length: 12 }, () => simulator.given.reversal({ transfer: transferId, amount: 1 }).id);
  const [transfer] = await Array.fromAsync(listTransfers(stripe, { createdFrom: new Date(Date.now() - 60_000) }));
  expect(transfer).toMatchObject({
    hasMoreReversals: true,
    reversals: ids
      .toReversed()
      .slice(0, 10)
      .map((id) => ({ id })),
  });
  const listed = await Array.fromAsync(listTransferReversals(stripe, { transferId }));
  expect(listed.map(({ id }) => id)).toEqual(ids.toReversed());
});
