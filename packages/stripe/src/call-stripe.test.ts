import { inspect } from 'node:util';
import Stripe from 'stripe';
import { describe, expect } from 'vitest';
import { createAccountLink } from './account-links.ts';
import { retrievePlatformAccount } from './accounts.ts';
import { retrieveCharge } from './charges.ts';
import { StripeCallError } from './stripe-call-error.ts';
import type { StripeClient } from './stripe-client.ts';
import { test } from './stripe-test.ts';
import { createTransfer } from './transfers.ts';

const path = '/v1/transfers';

function transfer(stripe: StripeClient, idempotencyKey = 'k') {
  return createTransfer(stripe, {
    request: { amount: 100, currency: 'eur', destination: 'acct_1' },
    idempotencyKey,
  });
}

/** The error that the call throws. */
async function failure(call: Promise<unknown>): Promise<StripeCallError> {
  const error: unknown = await call.then(
    () => 'no error',
    (reason: unknown) => reason,
  );
  if (error instanceof StripeCallError) return error;
  throw new Error(`expected a StripeCallError, got ${inspect(error)}`);
}

describe('what leaves', () => {
  test('every call carries the API version of the SDK, our name and no telemetry', async ({ simulator, stripe }) => {
    await retrievePlatformAccount(stripe);
    const { headers = {}, stripeVersion } = simulator.requests()[0] ?? {};
    expect(stripeVersion).toBe(Stripe.API_VERSION);
    expect(headers['user-agent']).toContain('stripe-mirakl-connector/1.2.3');
    expect(headers['x-stripe-client-telemetry']).toBeUndefined();
  });

  test('calls made at once do not wait for one connection', async ({ simulator, stripe }) => {
    const held = simulator.faults.add({ kind: 'hold', times: Number.POSITIVE_INFINITY });
    const calls = Array.from({ length: 60 }, () => retrievePlatformAccount(stripe));
    await expect.poll(() => held.hits()).toBe(60);
    held.release();
    expect(await Promise.all(calls)).toHaveLength(60);
  });

  test('an address that is no plain one is refused at the start', ({ connect }) => {
    for (const apiBase of ['stripe', 'ftp://x', 'http://127.0.0.1:1/path', 'http://user:x@host']) {
      expect(() => connect({ apiBase })).toThrow(expect.objectContaining({ code: 'stripe_api_base_invalid' }));
    }
    expect(() => connect({ apiBase: 'https://stripe.example' })).not.toThrow();
  });
});

describe('what comes back', () => {
  test('an answer that is not understood leaves the outcome open', async ({ simulator, stripe }) => {
    const answers = [
      { status: 500, body: { error: { type: 'api_error', message: 'An unknown error occurred' } } },
      { status: 502, body: '<html>Bad Gateway</html>', headers: { 'content-type': 'text/html' } },
      // The SDK takes these for transfers.
      { status: 502, body: { message: 'upstream' } },
      { status: 302, body: {} },
      { status: 200, body: { object: 'account', id: 'acct_1' } },
      { status: 200, body: 'null' },
      { status: 200, body: '{"object":"transf' },
    ];
    for (const answer of answers) {
      simulator.faults.add({ kind: 'answer', ...answer });
      const { kind, endpoint } = await failure(transfer(stripe));
      expect({ answer, kind, endpoint }).toEqual({ answer, kind: 'unknown-outcome', endpoint: 'POST /v1/transfers' });
      simulator.faults.add({ kind: 'answer', ...answer });
      const read = await failure(retrieveCharge(stripe, 'ch_2'));
      expect({ answer, kind: read.kind }).toEqual({ answer, kind: 'retry-later' });
    }
  });

  test('a connection that breaks is tried once more with the same key, then the outcome is open', async ({
    simulator,
    stripe,
  }) => {
    simulator.faults.add({ kind: 'cut-before-effect', path, times: 2 });
    expect(await failure(transfer(stripe))).toMatchObject({ kind: 'unknown-outcome', httpStatus: undefined });
    expect(simulator.requests().map(({ idempotencyKey }) => idempotencyKey)).toEqual(['k', 'k']);
  });

  test('a break after the transfer was made does not make a second one', async ({ simulator, stripe }) => {
    const { id: destination } = simulator.given.account();
    simulator.given.funds({ amount: 100, currency: 'eur' });
    const input = { request: { amount: 100, currency: 'eur', destination }, idempotencyKey: 'k' };
    simulator.faults.add({ kind: 'cut-after-effect', path, times: 2 });
    expect(await failure(createTransfer(stripe, input))).toMatchObject({ kind: 'unknown-outcome' });
    const { transferId } = await createTransfer(stripe, input);
    expect(simulator.transfers()).toMatchObject([{ id: transferId }]);
  });

  test('Stripe that is silent is given up after the timeout', async ({ simulator, connect }) => {
    const { stripe, observed } = connect({ timeoutMs: 200 });
    const held = simulator.faults.add({ kind: 'hold' });
    const error = await failure(transfer(stripe));
    held.release();
    expect(error).toMatchObject({ kind: 'unknown-outcome' });
    expect(error.message).toContain('timeout being reached (200ms)');
    expect(observed).toMatchObject([{ endpoint: 'POST /v1/transfers', status: undefined }]);
  });

  test('nobody at the address is an error that names it a broken connection', async ({ simulator, connect }) => {
    const { stripe } = connect();
    await simulator.close();
    const error = await failure(retrievePlatformAccount(stripe));
    expect(error).toMatchObject({ kind: 'retry-later', code: 'stripe_retry_later' });
    expect(error.message).toContain('ECONNREFUSED');
  });

  test('a link whose outcome is unknown is simply asked for again', async ({ simulator, stripe }) => {
    simulator.faults.add({ kind: 'answer', status: 500, body: { error: { type: 'api_error', message: 'x' } } });
    const link = createAccountLink(stripe, { accountId: 'acct_1', refreshUrl: 'http://a', returnUrl: 'http://b' });
    expect(await failure(link)).toMatchObject({ kind: 'retry-later' });
  });

  test('a 500 that Stripe has stored is told from one that it has not', async ({ simulator, stripe }) => {
    const body = { error: { type: 'api_error', message: 'An unknown error occurred' } };
    simulator.faults.add({ kind: 'answer', status: 500, body, stored: true });
    expect(await failure(transfer(stripe))).toMatchObject({ kind: 'unknown-outcome', answerIsStored: false });
    expect(await failure(transfer(stripe))).toMatchObject({ kind: 'unknown-outcome', answerIsStored: true });
  });

  test('a missing permission pauses the queue and says what is missing', async ({ simulator, connect }) => {
    const wrong = connect({ apiKey: 'sk_test_unknown' });
    expect(await failure(transfer(wrong.stripe))).toMatchObject({
      kind: 'misconfigured',
      httpStatus: 401,
      pausesQueue: true,
    });
    const body = { error: { type: 'invalid_request_error', message: "Having the 'rak_transfer_write' permission" } };
    simulator.faults.add({ kind: 'answer', status: 403, body });
    const error = await failure(transfer(connect().stripe));
    expect(error).toMatchObject({ kind: 'misconfigured', httpStatus: 403 });
    expect(error.message).toContain('rak_transfer_write');
  });
});

describe('what is told', () => {
  test('every call is observed with its endpoint, status and request', async ({ simulator, connect }) => {
    const { stripe, observed, logged } = connect();
    await retrievePlatformAccount(stripe);
    await failure(retrieveCharge(stripe, 'ch_1'));
    const headers = { 'stripe-rate-limited-reason': 'endpoint-rate' };
    const body = { error: { type: 'invalid_request_error', code: 'rate_limit', message: 'Slow down' } };
    simulator.faults.add({ kind: 'answer', status: 429, headers, body });
    expect(await failure(transfer(stripe))).toMatchObject({ kind: 'slow-down', rateLimitedReason: 'endpoint-rate' });

    expect(observed).toMatchObject([
      { endpoint: 'GET /v1/account', status: 200, requestId: expect.stringMatching(/^req_/) },
      { endpoint: 'GET /v1/charges/:id', status: 404 },
      { endpoint: 'POST /v1/transfers', status: 429, rateLimitedReason: 'endpoint-rate' },
    ]);
    for (const { durationMs } of observed) expect(durationMs).toBeGreaterThan(0);
    expect(logged.map((line) => JSON.parse(line))).toMatchObject([
      { level: 'debug', endpoint: 'GET /v1/account', status: 200, msg: 'stripe called' },
      { level: 'debug', code: 'stripe_not_found', stripeCode: 'resource_missing' },
      { level: 'debug', code: 'stripe_slow_down' },
    ]);
  });

  test('the API key is in no error, no log line and not in the client as it prints', async ({ simulator, connect }) => {
    const canary = 'sk_live_canary0123456789';
    const { stripe, logged, observed } = connect({ apiKey: canary });
    const told: unknown[] = [await failure(transfer(stripe))];
    for (const status of [400, 401, 429, 500]) {
      const body = { error: { type: 'api_error', message: `you sent Bearer ${canary}` } };
      simulator.faults.add({ kind: 'answer', status, body });
      told.push(await failure(transfer(stripe)));
    }
    simulator.faults.add({ kind: 'answer', status: 502, body: canary });
    told.push(await failure(transfer(stripe)));
    simulator.faults.add({ kind: 'cut-before-effect', times: 2 });
    told.push(await failure(transfer(stripe)));

    expect(simulator.requests().some(({ headers }) => headers.authorization === `Bearer ${canary}`)).toBe(true);
    const all = `${inspect(told, { depth: null, showHidden: true })}${logged.join('')}${inspect(observed)}`;
    expect(all).not.toContain('canary');
    expect(JSON.stringify(stripe)).not.toContain('canary');
    expect(inspect(stripe, { depth: null })).not.toContain('canary');
  });

  test('a call that must wait too long for its turn is not sent', async ({ simulator, connect, limiter }) => {
    const full = {
      take: async (endpoint: Parameters<typeof limiter.take>[0]) => {
        throw new StripeCallError('full', { kind: 'slow-down', endpoint });
      },
    };
    const { stripe, observed } = connect({ limiter: full });
    expect(await failure(transfer(stripe))).toMatchObject({ kind: 'slow-down' });
    expect(simulator.requests()).toEqual([]);
    expect(observed).toEqual([]);
  });
});
