import { PassThrough } from 'node:stream';
import { createDatabase } from '@connector/database';
import { createLogger } from '@connector/observability';
import { test } from '@connector/testing';
import { describe, expect, onTestFinished } from 'vitest';
import { serveApi, token } from '../api-test.ts';

describe('the token', () => {
  test('L30: the right one is told from none, and from one that is too short, too long or another', async ({
    world,
  }) => {
    const { get } = await serveApi(world);
    const none = await get('/api/mappings', { 'x-auth-token': null });
    expect([none.status, none.json]).toEqual([401, { message: 'Authentication Required' }]);
    expect((await get('/api/mappings', { 'x-auth-token': '' })).status).toBe(401);
    for (const wrong of [token.slice(0, -1), `${token}!`, token.toUpperCase(), `${token}, ${token}`, 'x']) {
      const { status, json } = await get('/api/mappings', { 'x-auth-token': wrong });
      expect([wrong, status, json]).toEqual([wrong, 403, { message: 'That is not the token of this API' }]);
    }
    expect((await get('/api/mappings')).status).toBe(200);
  });

  test('is asked for everywhere below /api, also where nothing is, but for what is public', async ({ world }) => {
    const { fetchAnswer } = await serveApi(world);
    const status = async (path: string) => (await fetchAnswer(path, { headers: { 'x-auth-token': null } })).status;
    for (const path of ['/api', '/api/', '/api/nothing', '/API/mappings', '/api/mappings/1', '/api/transfers?page=0'])
      expect([path, await status(path)]).toEqual([path, 401]);
    for (const path of ['/', '/api/doc.json', '/healthz', '/readyz', '/metrics'])
      expect([path, await status(path)]).toEqual([path, 200]);
    expect(await status('/api/public/nothing')).toBe(404);
    expect(await status('/api/public/../mappings')).toBe(401);
    expect(await status('/api/publicity')).toBe(401);
  });

  test('L30: that is wrong again and again is put off, the right one never', async ({ world }) => {
    const { get } = await serveApi(world);
    const wrong = { 'x-auth-token': 'wrong' };
    for (let tries = 0; tries < 20; tries += 1) expect((await get('/api/mappings', wrong)).status).toBe(403);
    const late = await get('/api/mappings', wrong);
    expect([late.status, late.json]).toEqual([429, { message: 'Too many wrong tokens. Wait a quarter of an hour.' }]);
    expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(800);
    expect((await get('/api/mappings')).status).toBe(200);
    expect((await get('/api/mappings', { 'x-auth-token': null })).status).toBe(401);
  });
});

describe('L31: what a proxy says', () => {
  const tryTwenty = async (get: Awaited<ReturnType<typeof serveApi>>['get'], address: (tries: number) => string) => {
    for (let tries = 0; tries < 20; tries += 1)
      await get('/api/mappings', { 'x-auth-token': 'wrong', 'x-forwarded-for': address(tries) });
  };

  test.for([[['127.0.0.1']], [['loopback']], [1]] as const)(
    'is believed if the proxy is trusted (%s): callers are told apart by it',
    async ([trustedProxies], { world }) => {
      const { get } = await serveApi(world, { trustedProxies });
      await tryTwenty(get, () => '203.0.113.9');
      const wrongFrom = async (address: string) =>
        (await get('/api/mappings', { 'x-auth-token': 'wrong', 'x-forwarded-for': address })).status;
      expect(await wrongFrom('203.0.113.9')).toBe(429);
      expect(await wrongFrom('203.0.113.10')).toBe(403);
      expect((await get('/api/mappings', { 'x-forwarded-for': '203.0.113.9' })).status).toBe(200);
    },
  );

  test('is not believed from anybody else, who could be a new caller each time', async ({ world }) => {
    const { get } = await serveApi(world, { trustedProxies: ['10.0.0.0/8'] });
    await tryTwenty(get, (tries) => `203.0.113.${tries}`);
    const late = await get('/api/mappings', { 'x-auth-token': 'wrong', 'x-forwarded-for': '203.0.113.99' });
    expect(late.status).toBe(429);
    expect((await get('/api/mappings', { 'x-forwarded-for': 'nonsense' })).status).toBe(200);
  });

  test('names a request only if the proxy is trusted and the name is sane', async ({ world }) => {
    const idOf = async (trustedProxies: string[], id: string) =>
      (await (await serveApi(world, { trustedProxies })).get('/api/mappings', { 'x-request-id': id })).headers.get(
        'x-request-id',
      );
    const ours = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
    expect(await idOf(['127.0.0.1'], 'edge-7.1:42')).toBe('edge-7.1:42');
    expect(await idOf([], 'edge-7.1:42')).toMatch(ours);
    expect(await idOf(['127.0.0.1'], 'x'.repeat(129))).toMatch(ours);
    expect(await idOf(['127.0.0.1'], '{"level":"fatal"}')).toMatch(ours);
  });
});

function captureLog(level: 'debug' | 'info') {
  const destination = new PassThrough();
  const log = createLogger({ app: 'test', level, format: 'json', destination });
  const lines = (): unknown[] => {
    const written = String(destination.read() ?? '').trim();
    return written === '' ? [] : written.split('\n').map((line) => JSON.parse(line) as unknown);
  };
  return { log, lines };
}

test('a request is logged in one line, without its query', async ({ world }) => {
  const { log, lines } = captureLog('debug');
  const { fetchAnswer } = await serveApi(world, { log });
  const { headers } = await fetchAnswer('/api/public/nothing?token=cAnArY');
  const requestId = headers.get('x-request-id');
  const written = lines();
  expect(written).toMatchObject([
    { msg: 'request answered', requestId, method: 'GET', path: '/api/public/nothing', status: 404 },
  ]);
  expect(JSON.stringify(written)).not.toContain('cAnArY');
});

describe('L27: what goes wrong is told by its own status and a message', () => {
  test('a path that is not there, and a method that a path does not have', async ({ world }) => {
    const { fetchAnswer } = await serveApi(world);
    const missing = await fetchAnswer('/api/nothing');
    expect([missing.status, missing.json]).toEqual([404, { message: 'Not Found' }]);
    const put = await fetchAnswer('/api/mappings/1', { method: 'PUT' });
    expect([put.status, put.json]).toEqual([405, { message: 'Method Not Allowed' }]);
    expect(put.headers.get('allow')).toBe('GET, DELETE');
    expect((await fetchAnswer('/api/transfers', { method: 'DELETE' })).headers.get('allow')).toBe('GET');
    expect((await fetchAnswer('/api/public/webhook/sellers')).headers.get('allow')).toBe('POST');
    expect((await fetchAnswer('/api/transfers', { method: 'HEAD' })).status).toBe(200);
    expect((await fetchAnswer('/api/mappings/%zz')).status).toBe(400);
  });

  test('a ledger that is away: 503, and a log that says why', async ({ world }) => {
    const db = createDatabase({ url: 'postgres://nobody@127.0.0.1:1/nothing' });
    const { log, lines } = captureLog('info');
    const { get } = await serveApi(world, { db, log });
    const away = await get('/api/transfers');
    expect([away.status, away.json]).toEqual([503, { message: 'The ledger cannot be asked now. Try again later.' }]);
    expect(lines()).toMatchObject([
      {
        msg: 'request cannot be served now',
        requestId: away.headers.get('x-request-id'),
        err: { code: 'ECONNREFUSED' },
      },
    ]);
  });

  test('a statement that takes too long: 503', async ({ world }) => {
    const db = createDatabase({ url: world.databaseUrl, statementTimeoutMs: 100 });
    onTestFinished(() => db.destroy());
    const { get } = await serveApi(world, { db });
    await world.db.transaction().execute(async (trx) => {
      await trx.schema.alterTable('stripe_transfer').renameTo('locked').execute();
      expect((await get('/api/transfers')).status).toBe(503);
    });
  });

  test('a fault of ours: 500 without a word about it, and all about it in the log', async ({ world }) => {
    const { log, lines } = captureLog('info');
    const { get } = await serveApi(world, { log });
    await world.db.schema.alterTable('stripe_transfer').renameTo('gone').execute();
    const { status, json } = await get('/api/transfers');
    expect([status, json]).toEqual([500, { message: 'Internal Server Error' }]);
    expect(lines()).toMatchObject([
      { msg: 'request failed', err: { message: expect.stringContaining('stripe_transfer') } },
    ]);
  });
});

test('answers keep to themselves: no caches, no foreign scripts, no word about what serves them', async ({ world }) => {
  const { get } = await serveApi(world);
  const { headers } = await get('/api/mappings');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('content-security-policy')).toContain("default-src 'none';script-src 'self';style-src 'self'");
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('x-powered-by')).toBeNull();
});
