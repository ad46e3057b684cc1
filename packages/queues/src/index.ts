export { type EnqueueOptions, enqueue } from './enqueue.ts';
export { type Halt, readHalts, requireNoHalt } from './halts.ts';
export { isJobName, type JobData, type JobName, jobCatalog, type SweepName } from './job-catalog.ts';
export { findNextRounds, keepSchedules, type Schedule, type Schedules, watchSchedules } from './keep-schedules.ts';
export { closeQueues, openQueues, type Queues } from './open-queues.ts';
export { openRedis, type RedisConnection, type RedisRole } from './open-redis.ts';
export { type QueueName, queueNames } from './queue-names.ts';
export type { RedisNode, RedisTarget } from './redis-target.ts';
export { requireFitRedis } from './require-fit-redis.ts';
export { countCaused, type RunProgress, readRunProgress } from './run-progress.ts';
export {
  type JobContext,
  type JobHandlers,
  type RunningWorker,
  startWorker,
  type WorkerOptions,
} from './start-worker.ts';
