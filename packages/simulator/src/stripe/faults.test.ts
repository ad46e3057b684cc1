import { expect } from 'vitest';
import { seededRandom } from '../http/seeded-random.ts';
import { connect, test } from './simulator-test.ts';
import { type StripeSimulator, startStripeSimulator } from './start-stripe-simulator.ts';

function transferParams(simulator: StripeSimulator) {
  const { id: destination } = simulator.given.account();
  simulator.given.funds({ amount: 10_000, currency: 'eur' });
  return { amount: 100, currency: 'eur', destination };
}

test('a connection cut after the effect leaves one transfer, found again with the same key', async ({
  simulator,
  stripe,
}) => {
  const params = transferParams(simulator);
  // The SDK sends a reset connection's request once more by itself: both are cut.
  simulator.faults.add({ kind: 'cut-after-effect', method: 'POST', path: /transfers$/, times: 2 });
  await expect(stripe.transfers.create(params, { idempotencyKey: 'key-1' })).rejects.toMatchObject({
    type: 'StripeConnectionError',
  });
  expect(simulator.transfers()).toHaveLength(1);
  const cut = simulator.requests();
  expect(cut.every(({ outcome, status }) => outcome === 'cut-after-effect' && status === undefined)).toBe(true);
  simulator.faults.clear();

  const { id } = await stripe.transfers.create(params, { idempotencyKey: 'key-1' });
  expect(simulator.transfers()).toMatchObject([{ id }]);
});

test('a connection cut before the effect leaves nothing', async ({ simulator, stripe }) => {
  const params = transferParams(simulator);
  simulator.faults.add({ kind: 'cut-before-effect', times: 2 });
  await expect(stripe.transfers.create(params)).rejects.toMatchObject({ type: 'StripeConnectionError' });
  expect(simulator.transfers()).toEqual([]);
  expect(simulator.requests()[0]).toMatchObject({ outcome: 'cut-before-effect', fault: 'cut-before-effect' });
});

test('a request held after its effect has moved the money, and nobody knows yet', async ({ simulator, stripe }) => {
  const hold = simulator.faults.add({ kind: 'hold', at: 'after-effect' });
  const pending = stripe.transfers.create(transferParams(simulator));
  await hold.reached;
  expect(simulator.transfers()).toHaveLength(1);
  expect(simulator.requests()).toMatchObject([{ outcome: 'pending', status: undefined }]);
  hold.release();
  expect(await pending).toMatchObject({ amount: 100 });
});

test('a held request whose client has died is told to nobody', async ({ simulator }) => {
  const hold = simulator.faults.add({ kind: 'hold', at: 'after-effect' });
  const abort = new AbortController();
  const pending = fetch(`${simulator.url}/v1/account`, {
    headers: { authorization: `Bearer ${simulator.apiKey}` },
    signal: abort.signal,
  });
  await hold.reached;
  abort.abort();
  await expect(pending).rejects.toThrow('aborted');
  await expect.poll(() => simulator.requests()[0]?.outcome).toBe('client-gone');
  hold.release();
  expect(simulator.requests()).toMatchObject([{ outcome: 'client-gone', status: undefined }]);
});

test('a delayed request takes longer than the client waits, and happens all the same', async ({ simulator }) => {
  const stripe = connect(simulator);
  simulator.faults.add({ kind: 'delay', ms: 300 });
  const params = transferParams(simulator);
  await expect(stripe.transfers.create(params, { timeout: 50 })).rejects.toMatchObject({
    type: 'StripeConnectionError',
  });
  await expect.poll(() => simulator.transfers().length).toBe(1);
});

test('an answer takes the place of the real one as often as it was told', async ({ simulator, stripe }) => {
  const fault = simulator.faults.add({
    kind: 'answer',
    status: 503,
    headers: { 'content-type': 'text/html' },
    body: '<h1>Down</h1>',
    when: ({ path }) => path === '/v1/account',
    times: 2,
  });
  await expect(stripe.accounts.retrieveCurrent()).rejects.toMatchObject({ type: 'StripeAPIError' });
  await expect(stripe.accounts.retrieveCurrent()).rejects.toMatchObject({ type: 'StripeAPIError' });
  expect(await stripe.accounts.retrieveCurrent()).toMatchObject({ id: simulator.platform.id });
  expect(fault.hits()).toBe(2);
});

test('chance is repeatable: the same seed strikes the same requests', async () => {
  const runs = [await struck(7), await struck(7), await struck(8)];
  expect(runs[0]).toEqual(runs[1]);
  expect(runs[0]).not.toEqual(runs[2]);
  expect(new Set(runs[0])).toEqual(new Set([200, 500]));

  async function struck(seed: number): Promise<(number | undefined)[]> {
    const simulator = await startStripeSimulator({ random: seededRandom(seed) });
    simulator.faults.add({ kind: 'answer', status: 500, probability: 0.5, times: Number.POSITIVE_INFINITY });
    for (let request = 0; request < 20; request += 1) {
      await connect(simulator)
        .accounts.retrieveCurrent()
        .catch(() => undefined);
    }
    await simulator.close();
    return simulator.requests().map(({ status }) => status);
  }
});

test('a simulator that closes lets go of what it holds', async () => {
  const simulator = await startStripeSimulator();
  const hold = simulator.faults.add({ kind: 'hold' });
  const pending = fetch(`${simulator.url}/v1/account`, { headers: { authorization: `Bearer ${simulator.apiKey}` } });
  const failed = pending.then(
    () => false,
    () => true,
  );
  await hold.reached;
  await simulator.close();
  expect(await failed).toBe(true);
});
