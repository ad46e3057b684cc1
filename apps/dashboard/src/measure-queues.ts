import type { Metrics } from '@connector/observability';
import type { Queues } from '@connector/queues';
import { countQueues } from './queue-counts.ts';

/** Lets Prometheus ask how full the queues are, and how long their oldest job has waited. */
export function measureQueues(metrics: Metrics, queues: Queues): void {
  metrics.gauge({
    name: 'connector_queue_jobs',
    help: 'Jobs by queue and state',
    labels: ['queue', 'state'],
    collect: async () =>
      (await countQueues(queues)).flatMap(({ name, counts }) =>
        Object.entries(counts).map(([state, value]) => ({ labels: { queue: name, state }, value })),
      ),
  });
  metrics.gauge({
    name: 'connector_queue_oldest_waiting_seconds',
    help: 'How long the oldest waiting job has waited',
    labels: ['queue'],
    collect: async () =>
      (await countQueues(queues)).map(({ name, oldestWaitingSince: since }) => ({
        labels: { queue: name },
        value: since ? (Date.now() - since.getTime()) / 1_000 : 0,
      })),
  });
}
