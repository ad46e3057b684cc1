import { enqueue, type Queues } from '@connector/queues';
import { weighingJobOf } from './weighing-job.ts';

/** Starts the sweeps that weigh transfers of these types again, which have become due. Gives back in words whether there are any. */
export async function ringDueOrders(
  queues: Queues,
  types: ReadonlySet<string>,
  run: string | undefined,
): Promise<string> {
  for (const [type, job] of Object.entries(weighingJobOf))
    if (types.has(type)) await enqueue(queues, job, [{}], { run });
  return types.size > 0 ? 'held transfers made due' : 'nothing was held';
}
