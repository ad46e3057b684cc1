import { type QueueName, type Queues, queueNames } from '@connector/queues';

const states = ['waiting', 'active', 'delayed', 'failed'] as const;

export type QueueCounts = {
  readonly name: QueueName;
  readonly counts: Readonly<Record<(typeof states)[number], number>>;
  /** When the job that has waited longest was added. */
  readonly oldestWaitingSince: Date | undefined;
};

/** How full each queue is. */
export function countQueues(queues: Queues): Promise<QueueCounts[]> {
  return Promise.all(
    queueNames.map(async (name) => {
      const queue = queues.byName[name];
      const [found, [oldest]] = await Promise.all([queue.getJobCounts(...states), queue.getWaiting(0, 0)]);
      const counts = { waiting: 0, active: 0, delayed: 0, failed: 0, ...found };
      return { name, counts, oldestWaitingSince: oldest && new Date(oldest.timestamp) };
    }),
  );
}
