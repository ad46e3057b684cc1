import type { Database, SweepRow } from '@connector/database';
import type { Clock } from '@connector/kernel';
import type { Metrics } from '@connector/observability';
import type { Queues } from '@connector/queues';
import { countOperations, listSweeps } from '@connector/workflows';
import { type QueueState, readQueues } from './read-queues.ts';

export type MeasureStateDeps = { readonly db: Database; readonly queues: Queues; readonly now: Clock };

/** Lets Prometheus ask how the queues and the sweeps stand, and how many operations are in each state. */
export function measureState(metrics: Metrics, { db, queues, now }: MeasureStateDeps): void {
  const lookAtQueues = onceAScrape(() => readQueues(queues));
  const lookAtSweeps = onceAScrape(() => listSweeps(db));
  const ofQueues = (name: string, help: string, value: (queue: QueueState) => number) =>
    metrics.gauge({
      ...{ name, help, labels: ['queue'] },
      collect: async () =>
        (await lookAtQueues()).map((queue) => ({ labels: { queue: queue.name }, value: value(queue) })),
    });
  const ofSweeps = (name: string, help: string, value: (sweep: SweepRow) => number | undefined) =>
    metrics.gauge({
      ...{ name, help, labels: ['sweep'] },
      collect: async () =>
        (await lookAtSweeps()).flatMap((sweep) => {
          const figure = value(sweep);
          return figure === undefined ? [] : [{ labels: { sweep: sweep.name }, value: figure }];
        }),
    });
  const secondsSince = (moment: Date) => (now().getTime() - moment.getTime()) / 1_000;

  metrics.gauge({
    name: 'connector_queue_jobs',
    help: 'Jobs by queue and state',
    labels: ['queue', 'state'],
    collect: async () =>
      (await lookAtQueues()).flatMap(({ name, counts }) =>
        Object.entries(counts).map(([state, value]) => ({ labels: { queue: name, state }, value })),
      ),
  });
  ofQueues('connector_queue_oldest_waiting_seconds', 'How long the oldest waiting job has waited', (queue) =>
    queue.oldestWaitingSince ? (Date.now() - queue.oldestWaitingSince.getTime()) / 1_000 : 0,
  );
  ofQueues('connector_queue_workers', 'Workers that serve the queue', ({ workers }) => workers);
  ofQueues('connector_queue_paused', 'Whether somebody has paused the queue', ({ paused }) => Number(paused));
  ofQueues('connector_queue_halted', 'Whether the queue cannot go on until something is mended', ({ halt }) =>
    halt === undefined ? 0 : 1,
  );
  ofSweeps('connector_sweep_seconds_since_success', 'How long ago the sweep last succeeded', (sweep) =>
    sweep.last_succeeded_at ? secondsSince(sweep.last_succeeded_at) : undefined,
  );
  ofSweeps('connector_sweep_failing', 'Whether the last round of the sweep ended with an error', (sweep) =>
    sweep.last_error === null ? 0 : 1,
  );
  metrics.gauge({
    name: 'connector_operations',
    help: 'Payments, transfers, payouts and refunds by state',
    labels: ['kind', 'status'],
    collect: async () =>
      (await countOperations(db)).map(({ kind, status, count }) => ({ labels: { kind, status }, value: count })),
  });
}

/** One look serves all figures that are asked for at the same time. */
function onceAScrape<State>(look: () => Promise<State>): () => Promise<State> {
  let underWay: Promise<State> | undefined;
  return () => {
    underWay ??= look().finally(() => {
      underWay = undefined;
    });
    return underWay;
  };
}
