import { ConnectorError } from '@connector/kernel';
import { type QueueName, queueNames } from '@connector/queues';

/** The queues that this worker serves: those asked for, or all. Throws `config_invalid` for a name that is no queue. */
export function chooseQueues(asked: readonly string[] | undefined): readonly QueueName[] {
  if (asked === undefined) return queueNames;
  const known = new Map<string, QueueName>(queueNames.map((name) => [name, name]));
  return asked.map((name) => {
    const queue = known.get(name);
    if (queue) return queue;
    throw new ConnectorError(`WORKER_QUEUES: ${name} is none of ${queueNames.join(', ')}`, {
      code: 'config_invalid',
      retryable: false,
    });
  });
}
