import { loadConfig } from '@connector/config';
import { createLogger, createMetrics, createShutdown, startHealthServer, startOrExit } from '@connector/observability';
import { closeQueues, keepSchedules, openQueues, openRedis, requireFitRedis, watchSchedules } from '@connector/queues';
import { sweepSchedules } from './sweep-schedules.ts';

await startOrExit(async () => {
  const config = loadConfig('scheduler', process.env);
  const log = createLogger({ app: 'scheduler', ...config.log });
  for (const warning of config.warnings) log.warn({ warning }, 'configuration');
  const shutdown = createShutdown(log);
  const metrics = createMetrics('scheduler');

  const redis = await openRedis(config.redis, 'producer', { onError: (err) => log.warn({ err }, 'redis connection') });
  shutdown.onClose('redis', () => redis.quit());
  const queues = openQueues(redis, config.queuePrefix);
  shutdown.onClose('queues', () => closeQueues(queues));

  const schedules = sweepSchedules(config);
  await keepSchedules(queues, schedules, new Date());
  shutdown.onClose('schedules', watchSchedules(queues, schedules, log));

  const health = await startHealthServer({
    port: config.http.ports.scheduler,
    metrics,
    checks: { redis: () => requireFitRedis(queues) },
    log,
  });
  shutdown.onClose('health', () => health.close());
  log.info({ port: health.port, sweeps: Object.keys(schedules) }, 'ready');
});
