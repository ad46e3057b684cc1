import { describe, expect } from 'vitest';
import { connect, test } from './simulator-test.ts';
import type { StripeSimulator } from './start-stripe-simulator.ts';

const hourMs = 60 * 60 * 1000;

function transferParams(simulator: StripeSimulator, amount = 100) {
  const { id: destination } = simulator.given.account();
  simulator.given.funds({ amount: 10_000, currency: 'eur' });
  return { amount, currency: 'eur', destination };
}

test('the same request with the same key is answered again and not executed again', async ({ simulator, stripe }) => {
  const params = transferParams(simulator);
  const first = await stripe.transfers.create(params, { idempotencyKey: 'key-1' });
  const second = await stripe.transfers.create(params, { idempotencyKey: 'key-1' });
  expect(second.id).toBe(first.id);
  expect(first.lastResponse.headers).toMatchObject({ 'idempotency-key': 'key-1' });
  expect(first.lastResponse.headers).not.toHaveProperty('idempotent-replayed');
  expect(second.lastResponse.headers).toMatchObject({
    'idempotent-replayed': 'true',
    'original-request': first.lastResponse.requestId,
  });
  expect(second.lastResponse.requestId).not.toBe(first.lastResponse.requestId);
  expect(simulator.transfers()).toHaveLength(1);
  expect(simulator.requests()).toMatchObject([
    { method: 'POST', path: '/v1/transfers', idempotencyKey: 'key-1', status: 200, replayed: false },
    { method: 'POST', path: '/v1/transfers', idempotencyKey: 'key-1', status: 200, replayed: true },
  ]);
});

test('a repeated answer says what was true the first time', async ({ simulator, stripe }) => {
  const params = { type: 'express' } as const;
  const account = await stripe.accounts.create(params, { idempotencyKey: 'key-1' });
  simulator.completeOnboarding(account.id);
  const repeated = await stripe.accounts.create(params, { idempotencyKey: 'key-1' });
  expect(repeated).toMatchObject({ id: account.id, details_submitted: false });
});

test('the same key with other parameters or another path is an error and moves nothing', async ({
  simulator,
  stripe,
}) => {
  const params = transferParams(simulator);
  await stripe.transfers.create(params, { idempotencyKey: 'key-1' });
  const mismatch = { type: 'StripeIdempotencyError', statusCode: 400 };
  await expect(stripe.transfers.create({ ...params, amount: 101 }, { idempotencyKey: 'key-1' })).rejects.toMatchObject(
    mismatch,
  );
  await expect(stripe.accounts.create({ type: 'express' }, { idempotencyKey: 'key-1' })).rejects.toMatchObject(
    mismatch,
  );
  expect(simulator.transfers()).toHaveLength(1);
});

test('a key whose first request is still being executed is in use', async ({ simulator, stripe }) => {
  const params = transferParams(simulator);
  const hold = simulator.faults.add({ kind: 'hold', path: '/v1/transfers' });
  const first = stripe.transfers.create(params, { idempotencyKey: 'key-1' });
  await hold.reached;
  await expect(stripe.transfers.create(params, { idempotencyKey: 'key-1' })).rejects.toMatchObject({
    statusCode: 409,
    code: 'idempotency_key_in_use',
    headers: { 'stripe-should-retry': 'true' },
  });
  expect(simulator.transfers()).toEqual([]);
  hold.release();
  const { id } = await first;
  expect(await stripe.transfers.create(params, { idempotencyKey: 'key-1' })).toMatchObject({ id });
});

describe('an answer that is kept', () => {
  test('is the refusal for lack of money, even when the money has come', async ({ simulator, stripe }) => {
    const params = transferParams(simulator, 10_001);
    const refusal = { code: 'balance_insufficient', statusCode: 400 };
    await expect(stripe.transfers.create(params, { idempotencyKey: 'key-1' })).rejects.toMatchObject(refusal);
    simulator.given.funds({ amount: 1, currency: 'eur' });
    await expect(stripe.transfers.create(params, { idempotencyKey: 'key-1' })).rejects.toMatchObject(refusal);
    await stripe.transfers.create(params, { idempotencyKey: 'key-2' });
    expect(simulator.transfers()).toHaveLength(1);
  });

  test('is a 500 that the simulator was told to keep', async ({ simulator, stripe }) => {
    const params = transferParams(simulator);
    simulator.faults.add({ kind: 'answer', status: 500, stored: true, body: { error: { type: 'api_error' } } });
    const failure = { type: 'StripeAPIError', statusCode: 500 };
    await expect(stripe.transfers.create(params, { idempotencyKey: 'key-1' })).rejects.toMatchObject(failure);
    await expect(stripe.transfers.create(params, { idempotencyKey: 'key-1' })).rejects.toMatchObject(failure);
    expect(simulator.requests().map(({ replayed }) => replayed)).toEqual([false, true]);
  });
});

describe('an answer that is not kept', () => {
  test('is the refusal of a parameter', async ({ simulator, stripe }) => {
    const params = transferParams(simulator);
    await expect(stripe.transfers.create({ ...params, amount: 0 }, { idempotencyKey: 'key-1' })).rejects.toMatchObject({
      param: 'amount',
    });
    await stripe.transfers.create(params, { idempotencyKey: 'key-1' });
  });

  test('is the refusal of an API key', async ({ simulator, stripe }) => {
    const params = transferParams(simulator);
    const stranger = connect(simulator, 'sk_test_unknown');
    await expect(stranger.transfers.create(params, { idempotencyKey: 'key-1' })).rejects.toMatchObject({
      type: 'StripeAuthenticationError',
    });
    await stripe.transfers.create(params, { idempotencyKey: 'key-1' });
  });

  test('is a 429, which can also meet the repetition of a request that was executed', async ({ simulator, stripe }) => {
    const params = transferParams(simulator);
    await stripe.transfers.create(params, { idempotencyKey: 'key-1' });
    simulator.faults.add({ kind: 'answer', status: 429, body: { error: { code: 'rate_limit' } } });
    await expect(stripe.transfers.create(params, { idempotencyKey: 'key-1' })).rejects.toMatchObject({
      type: 'StripeRateLimitError',
    });
    await stripe.transfers.create(params, { idempotencyKey: 'key-1' });
    expect(simulator.transfers()).toHaveLength(1);
  });
});

test('a key is forgotten after 24 hours, and the money moves again', async ({ simulator, stripe, clock }) => {
  const params = transferParams(simulator);
  await stripe.transfers.create(params, { idempotencyKey: 'key-1' });
  clock.turn(24 * hourMs - 1);
  await stripe.transfers.create(params, { idempotencyKey: 'key-1' });
  expect(simulator.transfers()).toHaveLength(1);
  clock.turn(1);
  await stripe.transfers.create(params, { idempotencyKey: 'key-1' });
  expect(simulator.transfers()).toHaveLength(2);
});

test('accounts do not share their keys', async ({ simulator, stripe }) => {
  const params = transferParams(simulator);
  const { id: stripeAccount } = simulator.given.account();
  simulator.given.funds({ amount: 100, currency: 'eur', account: stripeAccount });
  await stripe.transfers.create(params, { idempotencyKey: 'key-1' });
  const fee = { amount: 10, currency: 'eur', destination: simulator.platform.id };
  await stripe.transfers.create(fee, { idempotencyKey: 'key-1', stripeAccount });
  expect(simulator.transfers()).toHaveLength(2);
});
