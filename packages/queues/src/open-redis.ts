import { ConnectorError, errorMessage } from '@connector/kernel';
import { Cluster, Redis } from 'ioredis';
import { describeTarget, type RedisTarget } from './redis-target.ts';
import { evictingPolicy, mayEvict } from './require-fit-redis.ts';

/** A connection to Redis, single or cluster. Closed with `quit()`. */
export type RedisConnection = Redis | Cluster;

/**
 * `worker`: waits for Redis as long as it takes, as BullMQ's workers want it.
 * `producer`: a command fails within a second when Redis is away, so that no request and no command line hangs.
 */
export type RedisRole = 'worker' | 'producer';

const patience = {
  worker: { maxRetriesPerRequest: null },
  producer: { maxRetriesPerRequest: 1, enableOfflineQueue: false, commandTimeout: 1_000 },
} as const;

/**
 * Opens Redis and makes sure that it is fit to hold jobs. Throws within `connectTimeoutMs` (default 5 seconds):
 * `redis_unavailable` if nobody answers, `redis_may_evict` if it may throw jobs away to save memory.
 */
export async function openRedis(
  target: RedisTarget,
  role: RedisRole,
  options: { connectTimeoutMs?: number; onError?: (error: Error) => void } = {},
): Promise<RedisConnection> {
  const redis = connection(target, role);
  let lastError: unknown = new Error('no answer');
  const remember = (error: Error) => {
    lastError = error;
  };
  redis.on('error', remember);
  try {
    await ready(redis, options.connectTimeoutMs ?? 5_000);
    await refuseEviction(redis, target);
  } catch (error) {
    redis.disconnect();
    if (error instanceof ConnectorError) throw error;
    const where = describeTarget(target);
    throw new ConnectorError(
      `Redis does not answer at ${where} (${errorMessage(lastError)}). Check REDIS_URL, and that the server runs.`,
      { code: 'redis_unavailable', retryable: true },
    );
  }
  redis.off('error', remember);
  redis.on('error', (error) => options.onError?.(error));
  return redis;
}

function connection(target: RedisTarget, role: RedisRole): RedisConnection {
  const options = { lazyConnect: true, ...patience[role] };
  switch (target.kind) {
    case 'single':
      return new Redis(target.url, options);
    case 'sentinel':
      return new Redis({
        ...options,
        ...login(target),
        sentinels: [...target.sentinels],
        name: target.masterName,
        enableTLSForSentinelMode: target.tls,
        ...(target.db === undefined ? {} : { db: target.db }),
      });
    case 'cluster': {
      const { enableOfflineQueue, ...perNode } = { enableOfflineQueue: true, ...patience[role] };
      return new Cluster([...target.nodes], {
        lazyConnect: true,
        enableOfflineQueue,
        redisOptions: { ...perNode, ...login(target) },
      });
    }
  }
}

type Login = { username?: string | undefined; password?: string | undefined; tls: boolean };

function login({ username, password, tls }: Login) {
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls ? { tls: {} } : {}),
  };
}

async function ready(redis: RedisConnection, timeoutMs: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(() => reject(new Error('timeout')), timeoutMs);
  redis.once('ready', resolve);
  // The first refusal is no reason to give up: ioredis goes on trying until the time is over.
  redis.connect().catch(() => undefined);
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    redis.off('ready', resolve);
  }
}

async function refuseEviction(redis: RedisConnection, target: RedisTarget): Promise<void> {
  const policy = await evictingPolicy(redis);
  if (policy !== undefined) throw mayEvict(`Redis at ${describeTarget(target)}`, policy);
}
