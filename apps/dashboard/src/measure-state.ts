import type { Database } from '@connector/database';
import type { Metrics } from '@connector/observability';
import type { Queues } from '@connector/queues';
import { countOperations } from '@connector/workflows';
import { readQueues } from './read-queues.ts';

/** Lets Prometheus ask how full the queues are, how long their oldest job has waited, and how many operations are in each state. */
export function measureState(metrics: Metrics, { db, queues }: { db: Database; queues: Queues }): void {
  metrics.gauge({
    name: 'connector_queue_jobs',
    help: 'Jobs by queue and state',
    labels: ['queue', 'state'],
    collect: async () =>
      (await readQueues(queues)).flatMap(({ name, counts }) =>
        Object.entries(counts).map(([state, value]) => ({ labels: { queue: name, state }, value })),
      ),
  });
  metrics.gauge({
    name: 'connector_queue_oldest_waiting_seconds',
    help: 'How long the oldest waiting job has waited',
    labels: ['queue'],
    collect: async () =>
      (await readQueues(queues)).map(({ name, oldestWaitingSince: since }) => ({
        labels: { queue: name },
        value: since ? (Date.now() - since.getTime()) / 1_000 : 0,
      })),
  });
  metrics.gauge({
    name: 'connector_operations',
    help: 'Payments, transfers, payouts and refunds by state',
    labels: ['kind', 'status'],
    collect: async () =>
      (await countOperations(db)).map(({ kind, status, count }) => ({ labels: { kind, status }, value: count })),
  });
}
