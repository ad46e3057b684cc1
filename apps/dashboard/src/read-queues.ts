import { type QueueName, type Queues, queueNames, readHalts } from '@connector/queues';

const states = ['waiting', 'active', 'delayed', 'failed'] as const;

export type QueueState = {
  readonly name: QueueName;
  readonly counts: Readonly<Record<(typeof states)[number], number>>;
  /** When the job that has waited longest was added. */
  readonly oldestWaitingSince: Date | undefined;
  /** Somebody has paused it. */
  readonly paused: boolean;
  /** Why its work stands still until somebody mends something; undefined if it does not. */
  readonly halt: string | undefined;
  readonly workers: number;
};

/** How full each queue is, and whether anybody empties it. */
export async function readQueues(queues: Queues): Promise<QueueState[]> {
  const halts = await readHalts(queues);
  return Promise.all(
    queueNames.map(async (name) => {
      const queue = queues.byName[name];
      const [found, [oldest], paused, workers] = await Promise.all([
        queue.getJobCounts(...states),
        queue.getWaiting(0, 0),
        queue.isPaused(),
        queue.getWorkersCount(),
      ]);
      const counts = { waiting: 0, active: 0, delayed: 0, failed: 0, ...found };
      const halt = halts.find((each) => each.queue === name)?.message;
      return { name, counts, oldestWaitingSince: oldest && new Date(oldest.timestamp), paused, halt, workers };
    }),
  );
}

/** A sweep that the scheduler has planned. */
export type PlannedSweep = {
  readonly name: string;
  readonly nextAt: Date | undefined;
  readonly everyMs: number | undefined;
};

/** The sweeps that will run without anybody asking; empty without a scheduler. */
export async function readPlannedSweeps(queues: Queues): Promise<PlannedSweep[]> {
  const schedulers = await queues.byName.sweeps.getJobSchedulers(0, -1);
  return schedulers.map(({ key, next, every }) => ({
    name: key,
    nextAt: next === undefined ? undefined : new Date(next),
    everyMs: every === undefined || every === null ? undefined : Number(every),
  }));
}
