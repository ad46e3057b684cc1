import { ConnectorError, errorMessage } from '@connector/kernel';
import type { Redis } from 'ioredis';
import type { Queues } from './open-queues.ts';
import type { RedisConnection } from './open-redis.ts';

/**
 * Resolves when Redis takes jobs and keeps them. Throws `redis_unavailable`; `redis_refuses_writes` when its memory is full, its
 * disk fails or it has become a replica; and `redis_may_evict` when somebody has changed its policy since we started.
 */
export async function requireFitRedis({ redis, prefix }: Pick<Queues, 'redis' | 'prefix'>): Promise<void> {
  try {
    await redis.set(`${prefix}:probe`, '', 'EX', probeSeconds);
  } catch (error) {
    throw isAnswer(error)
      ? new ConnectorError(`Redis takes no jobs (${errorMessage(error)})`, {
          code: 'redis_refuses_writes',
          retryable: true,
        })
      : unavailable(error);
  }
  const policy = await evictingPolicy(redis).catch((error: unknown) => {
    throw unavailable(error);
  });
  if (policy !== undefined) throw mayEvict('Redis', policy);
}

const probeSeconds = 60;

/** Redis has answered, and the answer is no. */
function isAnswer(error: unknown): boolean {
  return error instanceof Error && error.name === 'ReplyError';
}

/** The policy by which Redis, or a master of the cluster, may throw jobs away to save memory; undefined if none does. */
export async function evictingPolicy(redis: RedisConnection): Promise<string | undefined> {
  const masters: readonly Redis[] = 'nodes' in redis ? redis.nodes('master') : [redis];
  const memories = await Promise.all(masters.map((master) => master.info('memory')));
  return memories
    .map((memory) => /^maxmemory_policy:(\S+)/m.exec(memory)?.[1])
    .find((policy) => policy !== undefined && policy !== 'noeviction');
}

/** The error about a Redis with such a policy; `where` begins the sentence. */
export function mayEvict(where: string, policy: string): ConnectorError {
  return new ConnectorError(`${where} has maxmemory-policy ${policy} and may throw jobs away. Set it to noeviction.`, {
    code: 'redis_may_evict',
    retryable: false,
  });
}

function unavailable(error: unknown): ConnectorError {
  return new ConnectorError(`Redis does not answer (${errorMessage(error)})`, {
    code: 'redis_unavailable',
    retryable: true,
  });
}
