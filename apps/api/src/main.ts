import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { loadConfig } from '@connector/config';
import { createDatabase, pingDatabase, requireReadyDatabase } from '@connector/database';
import { createLogger, createMetrics, createShutdown, startOrExit } from '@connector/observability';
import { openRedis, pingRedis } from '@connector/queues';
import { buildApi } from './build-api.ts';

await startOrExit(async () => {
  const config = loadConfig('api', process.env);
  const log = createLogger({ app: 'api', ...config.log });
  for (const warning of config.warnings) log.warn({ warning }, 'configuration');
  const shutdown = createShutdown(log);

  const db = createDatabase({
    ...config.database,
    onIdleError: (err) => log.warn({ err }, 'database connection lost'),
  });
  shutdown.onClose('database', () => db.destroy());
  await requireReadyDatabase(db);
  const redis = await openRedis(config.redis, 'producer', { onError: (err) => log.warn({ err }, 'redis connection') });
  shutdown.onClose('redis', () => redis.quit());

  const checks = { database: () => pingDatabase(db), redis: () => pingRedis(redis) };
  const server = buildApi({ checks, metrics: createMetrics('api'), log }).listen(config.http.ports.api);
  await once(server, 'listening');
  shutdown.onClose('http', () => new Promise((closed) => server.close(closed).closeIdleConnections()));
  log.info({ port: (server.address() as AddressInfo).port }, 'ready');
});
