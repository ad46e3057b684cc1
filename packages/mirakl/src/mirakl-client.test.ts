import { inspect } from 'node:util';
import type { Answer } from '@connector/simulator';
import { describe, expect } from 'vitest';
import type { MiraklClient } from './mirakl-client.ts';
import { failure, test } from './mirakl-test.ts';
import { updateShops } from './update-shops.ts';

const every = Number.POSITIVE_INFINITY;

const askForShops = (mirakl: MiraklClient) => mirakl.send({ operation: 'S20', method: 'GET', path: '/api/shops' });

describe('who we are', () => {
  test('an older instance gets the bare key, with our name and version', async ({ simulator, mirakl }) => {
    await askForShops(mirakl);
    expect(simulator.requests()).toMatchObject([
      { status: 200, headers: { authorization: simulator.apiKey, 'user-agent': 'stripe-mirakl-connector/1.2.3' } },
    ]);
  });

  test('an operator token goes as a bearer token', async ({ simulator, connect }) => {
    await askForShops(connect({ auth: { scheme: 'bearer', apiKey: simulator.apiKey } }).mirakl);
    expect(simulator.requests()).toMatchObject([
      { status: 200, headers: { authorization: `Bearer ${simulator.apiKey}` } },
    ]);
  });

  test('a slash at the end of the base URL does no harm', async ({ simulator, connect }) => {
    await askForShops(connect({ baseUrl: `${simulator.url}/` }).mirakl);
    expect(simulator.requests()).toMatchObject([{ path: '/api/shops', status: 200 }]);
  });
});

const oauth = test
  .extend(
    'tokenRequests',
    ({ simulator }) =>
      () =>
        simulator.requests().filter(({ path }) => path === '/oauth/token'),
  )
  .extend('mirakl', ({ simulator, connect }) => connect({ auth: { scheme: 'oauth', ...simulator.oauth } }).mirakl);

describe('tokens of OAuth 2', () => {
  oauth('calls made at once share one token, and so do those after them', async ({ mirakl, tokenRequests }) => {
    await Promise.all(Array.from({ length: 5 }, () => askForShops(mirakl)));
    await askForShops(mirakl);
    expect(tokenRequests()).toMatchObject([{ method: 'POST', status: 200 }]);
  });

  oauth('a token is renewed shortly before it runs out', async ({ mirakl, clock, tokenRequests }) => {
    await askForShops(mirakl);
    clock.advance(58 * 60_000);
    await askForShops(mirakl);
    expect(tokenRequests()).toHaveLength(1);
    clock.advance(90_000);
    await Promise.all([askForShops(mirakl), askForShops(mirakl)]);
    expect(tokenRequests()).toHaveLength(2);
  });

  oauth(
    'a token that Mirakl has withdrawn is replaced once for all that meet it',
    async ({ simulator, mirakl, tokenRequests }) => {
      await askForShops(mirakl);
      simulator.faults.add({ kind: 'answer', status: 401, path: '/api/shops', times: 2 });
      await Promise.all([askForShops(mirakl), askForShops(mirakl)]);
      expect(tokenRequests()).toHaveLength(2);
      expect(simulator.requests().filter(({ status }) => status === 401)).toHaveLength(2);
    },
  );

  oauth('a new token that is refused as well ends the matter', async ({ simulator, mirakl, tokenRequests }) => {
    const refused = simulator.faults.add({ kind: 'answer', status: 401, path: '/api/shops', times: every });
    expect(await failure(askForShops(mirakl))).toMatchObject({ code: 'mirakl_unauthorized', retryable: false });
    expect(refused.hits()).toBe(2);
    expect(tokenRequests()).toHaveLength(2);
  });

  oauth('a token endpoint that is out of order is asked again', async ({ simulator, mirakl, tokenRequests }) => {
    simulator.faults.add({ kind: 'answer', status: 503, path: '/oauth/token' });
    await askForShops(mirakl);
    expect(tokenRequests().map(({ status }) => status)).toEqual([503, 200]);
  });

  oauth('a client that is not known is no matter of time', async ({ simulator, connect }) => {
    const auth = { scheme: 'oauth', ...simulator.oauth, clientSecret: 'wrong' } as const;
    expect(await failure(askForShops(connect({ auth }).mirakl))).toMatchObject({
      code: 'mirakl_unauthorized',
      operation: 'token',
      message: 'invalid_client',
      pausesQueue: true,
    });
  });

  oauth('an answer without a token says what to look at', async ({ simulator, mirakl }) => {
    for (const body of ['<html>Log in</html>', {}, { access_token: '' }]) {
      simulator.faults.add({ kind: 'answer', status: 200, body, path: '/oauth/token' });
      const error = await failure(askForShops(mirakl));
      expect(error).toMatchObject({ code: 'mirakl_unexpected_answer', retryable: false });
      expect(error.message).toContain('MIRAKL_AUTH_URL');
    }
  });
});

describe('what is tried again', () => {
  test('a read that fails twice works the third time', async ({ simulator, connect }) => {
    simulator.faults.add({ kind: 'answer', status: 500 });
    simulator.faults.add({ kind: 'cut-before-effect' });
    const { mirakl, observed } = connect();
    await askForShops(mirakl);
    expect(observed.map(({ operation, status }) => [operation, status])).toEqual([
      ['S20', 500],
      ['S20', undefined],
      ['S20', 200],
    ]);
  });

  test('after three tries it is left to the job', async ({ simulator, mirakl }) => {
    simulator.faults.add({ kind: 'answer', status: 503, body: '<html>maintenance</html>', times: every });
    expect(await failure(askForShops(mirakl))).toMatchObject({
      code: 'mirakl_unavailable',
      httpStatus: 503,
      operation: 'S20',
      retryable: true,
    });
    expect(simulator.requests()).toHaveLength(3);
  });

  test('shops are written once more when the answer got lost', async ({ simulator, mirakl }) => {
    const { id } = simulator.given.shop();
    simulator.faults.add({ kind: 'cut-after-effect' });
    const update = { shopId: id, additionalFields: { 'stripe-url': 'https://connect.example/1' } };
    expect(await updateShops(mirakl, [update])).toEqual([{ shopId: id, outcome: 'updated' }]);
    expect(simulator.requests()).toHaveLength(2);
  });

  test('a server that says nothing is given up after the timeout', async ({ simulator, connect }) => {
    const { mirakl } = connect({ timeoutMs: 100 });
    const held = simulator.faults.add({ kind: 'hold' });
    await askForShops(mirakl);
    expect(held.hits()).toBe(1);
    simulator.faults.add({ kind: 'hold', times: every });
    expect(await failure(askForShops(mirakl))).toMatchObject({ code: 'mirakl_unavailable', httpStatus: undefined });
    expect(simulator.requests()).toHaveLength(2 + 3);
  });

  test('a server that is not there is named by the reason', async ({ simulator, mirakl }) => {
    await simulator.close();
    expect((await failure(askForShops(mirakl))).message).toContain('ECONNREFUSED');
  });
});

describe('too many calls', () => {
  test.for([
    ['seconds', (): string => '1'],
    ['a date', (): string => new Date(Date.now() + 2_000).toUTCString()],
  ] as const)('a short wait in %s is waited for', async ([, retryAfter], { simulator, mirakl }) => {
    simulator.faults.add({ kind: 'answer', status: 429, headers: { 'retry-after': retryAfter() } });
    const startedAt = performance.now();
    await askForShops(mirakl);
    expect(performance.now() - startedAt).toBeGreaterThan(900);
    expect(simulator.requests().map(({ status }) => status)).toEqual([429, 200]);
  });

  test.for([
    ['seconds', () => ({ 'retry-after': '90' }), 90_000],
    ['a date', () => ({ 'retry-after': new Date(Date.now() + 90_000).toUTCString() }), 90_000],
    ['no header', () => ({}), 60_000],
    ['something else', () => ({ 'retry-after': 'soon' }), 60_000],
  ] as const)('a long wait is the business of the job: %s', async ([, headers, waitMs], { simulator, mirakl }) => {
    simulator.faults.add({ kind: 'answer', status: 429, headers: headers(), times: every });
    const error = await failure(askForShops(mirakl));
    expect(error).toMatchObject({ code: 'mirakl_rate_limited', retryable: true, httpStatus: 429 });
    expect(Math.abs((error.retryAfterMs ?? 0) - waitMs)).toBeLessThan(10_000);
    expect(simulator.requests()).toHaveLength(1);
  });

  test('a process makes no more requests a second than it may, repeated ones included', async ({
    simulator,
    connect,
  }) => {
    const { mirakl } = connect({ requestsPerSecond: 2 });
    simulator.faults.add({ kind: 'answer', status: 500 });
    const startedAt = performance.now();
    await Promise.all([askForShops(mirakl), askForShops(mirakl), askForShops(mirakl), askForShops(mirakl)]);
    expect(simulator.requests()).toHaveLength(5);
    expect(performance.now() - startedAt).toBeGreaterThan(1_900);
  });
});

describe('what is not tried again', () => {
  test.for<[string, Answer, object]>([
    ['a message', { status: 400, body: { status: 400, message: 'max is too large' } }, { message: 'max is too large' }],
    [
      'several messages',
      { status: 422, body: { errors: [{ message: 'no such shop' }, { message: 'no such field' }] } },
      { message: 'no such shop; no such field' },
    ],
    ['no message', { status: 400, body: '<html>' }, { message: 'Mirakl answered S20 with 400' }],
    ['not found', { status: 404, body: { message: 'nothing here' } }, { code: 'mirakl_not_found' }],
    ['forbidden', { status: 403 }, { code: 'mirakl_unauthorized', pausesQueue: true }],
    ['a wrong key', { status: 401 }, { code: 'mirakl_unauthorized', pausesQueue: true }],
    ['a login page', { status: 200, body: '<html>' }, { code: 'mirakl_unexpected_answer' }],
    ['a redirection', { status: 302, headers: { location: '/login' } }, { code: 'mirakl_unexpected_answer' }],
  ])('%s', async ([, answer, expected], { simulator, mirakl }) => {
    simulator.faults.add({ kind: 'answer', ...answer, times: every });
    const { status: httpStatus } = answer;
    expect(await failure(askForShops(mirakl))).toMatchObject({
      code: 'mirakl_refused',
      operation: 'S20',
      httpStatus,
      retryable: false,
      ...expected,
    });
    expect(simulator.requests()).toHaveLength(1);
  });
});

test('keys, secrets and tokens stay out of errors and logs, whatever goes wrong', async ({ simulator, connect }) => {
  const canary = 'canary-0123456789';
  const answers: Answer[] = [
    { status: 400, body: { message: `the key ${canary} is not allowed here` } },
    { status: 401, body: { message: `unknown key Bearer ${canary}` } },
    { status: 429, headers: { 'retry-after': '90' } },
    { status: 200, body: 'no JSON' },
    { status: 302, headers: { location: 'https://elsewhere.example' } },
  ];
  for (const scheme of ['key', 'bearer'] as const) {
    const { mirakl, logged } = connect({ auth: { scheme, apiKey: canary }, timeoutMs: 200 });
    for (const answer of answers) {
      simulator.faults.add({ kind: 'answer', ...answer });
      expect(inspect(await failure(askForShops(mirakl)), { depth: null, showHidden: true })).not.toContain(canary);
    }
    simulator.faults.add({ kind: 'cut-before-effect', times: 3 });
    simulator.faults.add({ kind: 'hold', times: 3 });
    for (const _ of ['cut', 'held']) {
      expect(inspect(await failure(askForShops(mirakl)), { depth: null, showHidden: true })).not.toContain(canary);
    }
    expect(logged.length).toBeGreaterThan(answers.length);
    expect(logged.join('')).not.toContain(canary);
  }
  const auth = { scheme: 'oauth', ...simulator.oauth, clientSecret: canary } as const;
  const { mirakl, logged } = connect({ auth });
  const error = await failure(askForShops(mirakl));
  expect(inspect(error, { depth: null, showHidden: true }) + logged.join('')).not.toContain(canary);
});
