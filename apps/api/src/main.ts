import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { loadConfig } from '@connector/config';
import { openLedger } from '@connector/database';
import { createLogger, createMetrics, createShutdown, startOrExit } from '@connector/observability';
import { closeQueues, openQueues, openRedis, requireFitRedis } from '@connector/queues';
import about from '../package.json' with { type: 'json' };
import { apiOptions } from './api-options.ts';
import { buildApi } from './build-api.ts';
import { openClients } from './open-clients.ts';

await startOrExit(async () => {
  const config = loadConfig('api', process.env);
  const log = createLogger({ app: 'api', ...config.log });
  for (const warning of config.warnings) log.warn({ warning }, 'configuration');
  const shutdown = createShutdown(log);
  const metrics = createMetrics('api');
  const { version } = about;

  const ledger = await openLedger(config.database, { log, metrics });
  const { db, now } = ledger;
  shutdown.onClose('database', ledger.close);
  const redis = await openRedis(config.redis, 'producer', { onError: (err) => log.warn({ err }, 'redis connection') });
  shutdown.onClose('redis', () => redis.quit());
  const queues = openQueues(redis, config.queuePrefix);
  shutdown.onClose('queues', () => closeQueues(queues));

  const server = buildApi({
    ...{ db, queues, metrics, log, version, now },
    ...openClients({ config, db, now, redis, metrics, log, version }),
    ...apiOptions(config),
    checks: { database: ledger.checkWriting },
    // Webhooks are taken without Redis: it must not take the api out of service.
    watched: { redis: () => requireFitRedis(queues), clock: ledger.checkClock },
  }).listen(config.http.ports.api);
  await once(server, 'listening');
  shutdown.onClose('http', () => new Promise((closed) => server.close(closed).closeIdleConnections()));
  log.info({ port: (server.address() as AddressInfo).port }, 'ready');
});
