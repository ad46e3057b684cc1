import { ConnectorError } from '@connector/kernel';
import { redactText } from '@connector/observability';
import type { Queues } from './open-queues.ts';
import { type QueueName, queueNames } from './queue-names.ts';

/** A queue whose work stands still until somebody mends something: a key that was revoked, or that lacks a permission. */
export type Halt = { readonly queue: QueueName; readonly code: string; readonly message: string };

/** A halt is forgotten when no job has met it for so long after it could have. */
const graceMs = 30_000;

/** Notes why a queue stands still, for everybody who looks: it is tried again after `pauseMs`. */
export async function noteHalt(queues: Queues, { queue, code, message }: Halt, pauseMs: number): Promise<void> {
  const text = JSON.stringify({ code, message: redactText(message) });
  await queues.redis.set(key(queues, queue), text, 'PX', pauseMs + graceMs);
}

/** The queues that stand still now, and why. */
export async function readHalts(queues: Queues): Promise<Halt[]> {
  const found = await Promise.all(
    queueNames.map(async (queue) => {
      const text = await queues.redis.get(key(queues, queue));
      return text === null ? [] : [{ queue, ...(JSON.parse(text) as Omit<Halt, 'queue'>) }];
    }),
  );
  return found.flat();
}

/** Resolves when no queue stands still. Throws `queue_halted` with the reasons. */
export async function requireNoHalt(queues: Queues): Promise<void> {
  const halts = await readHalts(queues);
  if (halts.length === 0) return;
  const reasons = Map.groupBy(halts, ({ message }) => message);
  const texts = [...reasons].map(
    ([message, of]) => `${of.map(({ queue }) => queue).join(', ')} cannot go on: ${message}`,
  );
  throw new ConnectorError(texts.join('; '), { code: 'queue_halted', retryable: true });
}

function key({ prefix }: Queues, queue: QueueName): string {
  return `${prefix}:halt:${queue}`;
}
