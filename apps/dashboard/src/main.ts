import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { loadConfig } from '@connector/config';
import { createDatabase, pingDatabase, requireReadyDatabase } from '@connector/database';
import { systemClock } from '@connector/kernel';
import { createLogger, createMetrics, createShutdown, startOrExit } from '@connector/observability';
import { closeQueues, openQueues, openRedis, pingRedis } from '@connector/queues';
import { buildDashboard } from './build-dashboard.ts';
import { measureState } from './measure-state.ts';

await startOrExit(async () => {
  const config = loadConfig('dashboard', process.env);
  const log = createLogger({ app: 'dashboard', ...config.log });
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
  const queues = openQueues(redis, config.queuePrefix);
  shutdown.onClose('queues', () => closeQueues(queues));

  const metrics = createMetrics('dashboard');
  measureState(metrics, { db, queues });
  const server = buildDashboard({
    ...{ db, queues, metrics, log },
    password: config.operatorPassword,
    trustedProxies: config.http.trustedProxies,
    checks: { database: () => pingDatabase(db), redis: () => pingRedis(redis) },
    now: systemClock,
  }).listen(config.http.ports.dashboard);
  await once(server, 'listening');
  shutdown.onClose('http', () => new Promise((closed) => server.close(closed).closeAllConnections()));
  log.info({ port: (server.address() as AddressInfo).port }, 'ready');
});
