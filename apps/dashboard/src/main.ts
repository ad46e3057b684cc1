import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { loadConfig } from '@connector/config';
import { openLedger } from '@connector/database';
import { createLogger, createMetrics, createShutdown, startOrExit } from '@connector/observability';
import { closeQueues, openQueues, openRedis, requireFitRedis, requireNoHalt } from '@connector/queues';
import { buildDashboard } from './build-dashboard.ts';
import { measureState } from './measure-state.ts';

await startOrExit(async () => {
  const config = loadConfig('dashboard', process.env);
  const log = createLogger({ app: 'dashboard', ...config.log });
  for (const warning of config.warnings) log.warn({ warning }, 'configuration');
  const shutdown = createShutdown(log);
  const metrics = createMetrics('dashboard');

  const ledger = await openLedger(config.database, { log, metrics });
  const { db, now } = ledger;
  shutdown.onClose('database', ledger.close);
  const redis = await openRedis(config.redis, 'producer', { onError: (err) => log.warn({ err }, 'redis connection') });
  shutdown.onClose('redis', () => redis.quit());
  const queues = openQueues(redis, config.queuePrefix);
  shutdown.onClose('queues', () => closeQueues(queues));

  measureState(metrics, { db, queues, now });
  const server = buildDashboard({
    ...{ db, queues, metrics, log, now },
    password: config.operatorPassword,
    trustedProxies: config.http.trustedProxies,
    checks: { database: ledger.checkWriting, redis: () => requireFitRedis(queues) },
    watched: { access: () => requireNoHalt(queues), clock: ledger.checkClock },
  }).listen(config.http.ports.dashboard);
  await once(server, 'listening');
  shutdown.onClose('http', () => new Promise((closed) => server.close(closed).closeAllConnections()));
  log.info({ port: (server.address() as AddressInfo).port }, 'ready');
});
