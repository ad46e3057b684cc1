import { loadConfig } from '@connector/config';
import { openLedger } from '@connector/database';
import { createLogger, createMetrics, createShutdown, startHealthServer, startOrExit } from '@connector/observability';
import { closeQueues, openQueues, openRedis, requireFitRedis, requireNoHalt, startWorker } from '@connector/queues';
import about from '../package.json' with { type: 'json' };
import { chooseQueues } from './choose-queues.ts';
import { jobHandlers } from './job-handlers.ts';
import { openClients } from './open-clients.ts';

/** What jobs under way are given before they are handed back. */
const drainMs = 20_000;

await startOrExit(async () => {
  const config = loadConfig('worker', process.env);
  const log = createLogger({ app: 'worker', ...config.log });
  for (const warning of config.warnings) log.warn({ warning }, 'configuration');
  const shutdown = createShutdown(log);
  const metrics = createMetrics('worker');
  const { version } = about;

  const ledger = await openLedger(config.database, { log, metrics });
  const { db, now } = ledger;
  shutdown.onClose('database', ledger.close);

  const onError = (err: Error) => log.warn({ err }, 'redis connection');
  const redis = await openRedis(config.redis, 'worker', { onError });
  shutdown.onClose('redis', () => redis.quit());
  const producer = await openRedis(config.redis, 'producer', { onError });
  shutdown.onClose('redis for adding jobs', () => producer.quit());
  const queues = openQueues(producer, config.queuePrefix);
  shutdown.onClose('queues', () => closeQueues(queues));

  const clients = openClients({ config, db, now, limiterRedis: producer, metrics, log, version });
  const handlers = jobHandlers({ config, db, now, queues, log, version, ...clients });
  const { concurrency } = config.worker;
  const workers = chooseQueues(config.worker.queues).map((name) =>
    startWorker(name, { redis, queues, handlers, log, concurrency, observe: metrics.countJob }),
  );
  shutdown.onClose('workers', () => Promise.all(workers.map((worker) => worker.close(drainMs))));

  const checks = {
    database: ledger.checkWriting,
    clock: ledger.checkClock,
    redis: () => requireFitRedis(queues),
    access: () => requireNoHalt(queues),
  };
  const health = await startHealthServer({ port: config.http.ports.worker, metrics, checks, log });
  shutdown.onClose('health', () => health.close());
  log.info({ port: health.port, queues: workers.map((worker) => worker.queue) }, 'ready');
});
