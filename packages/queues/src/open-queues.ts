import { Queue } from 'bullmq';
import type { RedisConnection } from './open-redis.ts';
import { type QueueName, queueNames } from './queue-names.ts';

/** All queues for adding and looking, over one connection. */
export type Queues = {
  readonly redis: RedisConnection;
  readonly prefix: string;
  readonly byName: Readonly<Record<QueueName, Queue>>;
};

/** Queues over a connection that is open already (role `producer`). */
export function openQueues(redis: RedisConnection, prefix: string): Queues {
  const queue = (name: QueueName) => {
    const opened = new Queue(name, {
      connection: redis,
      prefix: queuePrefix(redis, prefix),
      skipWaitingForReady: true,
    });
    // Without a listener Node would end the process; each failed command already rejects where it was called.
    opened.on('error', () => undefined);
    return opened;
  };
  const byName = Object.fromEntries(queueNames.map((name) => [name, queue(name)])) as Record<QueueName, Queue>;
  return { redis, prefix, byName };
}

/** Closes the queues; the connection belongs to the caller. */
export async function closeQueues(queues: Queues): Promise<void> {
  await Promise.all(Object.values(queues.byName).map((queue) => queue.close()));
}

/** In a cluster all keys of a queue must lie on one node: the braces see to that. */
export function queuePrefix(redis: RedisConnection, prefix: string): string {
  return redis.isCluster ? `{${prefix}}` : prefix;
}
