import type { Config } from '@connector/config';
import { createDatabase, type Database, requireReadyDatabase } from '@connector/database';
import { closeQueues, openQueues, openRedis, type Queues } from '@connector/queues';

/** What commands that work on the system need. Closed when disposed of. */
export type Connections = AsyncDisposable & { readonly db: Database; readonly queues: Queues };

/** Opens ledger and queues; an error within seconds if one is not there. */
export async function openConnections(config: Config): Promise<Connections> {
  await using opened = new AsyncDisposableStack();
  const db = createDatabase({ ...config.database, poolSize: 3 });
  opened.defer(() => db.destroy());
  await requireReadyDatabase(db);
  const redis = await openRedis(config.redis, 'producer');
  opened.defer(() => redis.disconnect());
  const queues = openQueues(redis, config.queuePrefix);
  opened.defer(() => closeQueues(queues));
  const kept = opened.move();
  return { db, queues, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}
