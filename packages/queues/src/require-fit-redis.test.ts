import { type RedisServer, startRedis } from '@connector/testing';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { openRedis, type RedisConnection } from './open-redis.ts';
import { requireFitRedis } from './require-fit-redis.ts';

let server: RedisServer;
let redis: RedisConnection;
beforeAll(async () => {
  server = await startRedis();
  redis = await openRedis({ kind: 'single', url: server.url }, 'producer');
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

const check = () => requireFitRedis({ redis, prefix: 'test' });

async function set(setting: string, value: string, before: string): Promise<void> {
  await redis.config('SET', setting, value);
  onTestFinished(async () => void (await redis.config('SET', setting, before)));
}

test('a Redis that takes and keeps jobs is fit, and what it was asked leaves nothing behind for long', async () => {
  await check();
  expect(await redis.keys('*')).toEqual(['test:probe']);
  expect(await redis.ttl('test:probe')).toBeGreaterThan(0);
});

test('a Redis whose policy was changed while we run may throw jobs away', async () => {
  await set('maxmemory-policy', 'allkeys-lru', 'noeviction');
  await expect(check()).rejects.toMatchObject({
    code: 'redis_may_evict',
    message: 'Redis has maxmemory-policy allkeys-lru and may throw jobs away. Set it to noeviction.',
  });
});

test('a Redis whose memory is full takes no jobs', async () => {
  await set('maxmemory', '1', '0');
  await expect(check()).rejects.toMatchObject({
    code: 'redis_refuses_writes',
    message: expect.stringContaining('Redis takes no jobs (OOM'),
  });
});

test('a Redis that has become a replica takes no jobs', async () => {
  await redis.replicaof('127.0.0.1', 1);
  onTestFinished(async () => void (await redis.replicaof('NO', 'ONE')));
  await expect(check()).rejects.toMatchObject({
    code: 'redis_refuses_writes',
    message: expect.stringContaining('READONLY'),
  });
});

test('a Redis that is away is unavailable, within two seconds', async () => {
  const own = await startRedis();
  const lonely = await openRedis({ kind: 'single', url: own.url }, 'producer');
  onTestFinished(async () => {
    lonely.disconnect();
    await own.stop();
  });
  await own.kill();
  const startedAt = performance.now();
  await expect(requireFitRedis({ redis: lonely, prefix: 'test' })).rejects.toMatchObject({ code: 'redis_unavailable' });
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});
