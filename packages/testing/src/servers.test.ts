import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { expect, onTestFinished, test, vi } from 'vitest';
import { findRedisServer } from './find-redis-server.ts';
import { startPostgres } from './start-postgres.ts';
import { startRedis } from './start-redis.ts';

const soon = { timeout: 20_000, interval: 50 };

/** The folder of a PostgreSQL server; throws if there is no server. */
async function postgresFolder(url: string): Promise<string> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ data_directory: string }>('show data_directory');
  await client.end();
  return rows[0]?.data_directory ?? '';
}

async function redisFolder(url: string): Promise<string> {
  const redis = openRedis(url);
  const [, folder = ''] = (await redis.config('GET', 'dir')) as string[];
  redis.disconnect();
  return folder;
}

function openRedis(url: string): Redis {
  const redis = new Redis(url, { replyMapping: 'legacy' });
  onTestFinished(() => redis.disconnect());
  return redis;
}

test('servers started at the same time are apart, and leave nothing behind', async () => {
  const [postgres, otherPostgres, redis, otherRedis] = await Promise.all([
    startPostgres(),
    startPostgres({ durable: false }),
    startRedis(),
    startRedis(),
  ]);
  const folders = await Promise.all([
    postgresFolder(postgres.url),
    postgresFolder(otherPostgres.url),
    redisFolder(redis.url),
    redisFolder(otherRedis.url),
  ]);
  expect(new Set(folders).size).toBe(4);

  await Promise.all([postgres, otherPostgres, redis, otherRedis].map((server) => server.stop()));

  expect(folders.filter((folder) => existsSync(folder))).toEqual([]);
  for (const { pid } of [postgres, otherPostgres, redis, otherRedis]) {
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  }
});

test('a taken port is refused with what the server says about it', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  await once(holder, 'listening');
  onTestFinished(() => void holder.close());
  const { port } = holder.address() as { port: number };

  const refusal = { code: 'server_not_started', message: expect.stringContaining('in use') };
  await expect(startPostgres({ port })).rejects.toMatchObject(refusal);
  await expect(startRedis({ port })).rejects.toMatchObject(refusal);
});

test('a Redis that was killed comes back on its port, empty, and refuses to evict', async () => {
  const server = await startRedis();
  onTestFinished(() => server.stop());
  const redis = openRedis(server.url);
  await redis.set('key', 'value');
  const firstPid = server.pid;

  redis.disconnect();
  await server.kill();
  await server.restart();

  expect(server.pid).not.toBe(firstPid);
  const again = openRedis(server.url);
  expect(await again.get('key')).toBeNull();
  expect(await again.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction']);
});

test.each(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)(
  'servers do not outlive whoever started them and ended with %s',
  async (signal) => {
    const script = `
      import { startPostgres, startRedis } from ${JSON.stringify(new URL('servers.ts', import.meta.url))};
      const [postgres, redis] = await Promise.all([startPostgres({ durable: false }), startRedis()]);
      console.log(JSON.stringify({ postgres: postgres.url, redis: redis.url }));`;
    const starter = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface(starter.stdout), 'line')) as [string];
    const urls = JSON.parse(line) as { postgres: string; redis: string };
    const folders = [await postgresFolder(urls.postgres), await redisFolder(urls.redis)];

    starter.kill(signal);

    await vi.waitFor(() => expect(folders.filter((folder) => existsSync(folder))).toEqual([]), soon);
    await expect(postgresFolder(urls.postgres)).rejects.toThrow('ECONNREFUSED');
  },
);

test('a machine without Redis, and without the means to get it, is told what to do', async () => {
  vi.stubEnv('PATH', '/nowhere');
  onTestFinished(() => void vi.unstubAllEnvs());
  await expect(findRedisServer()).rejects.toMatchObject({
    code: 'server_not_available',
    message: expect.stringMatching(/apt-get install redis-tools.*brew install redis.*REDIS_URL/),
  });
});
