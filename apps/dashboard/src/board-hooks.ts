import type { BoardOptions } from '@bull-board/api/typings/app';
import { type Logger, redactText } from '@connector/observability';
import { operator } from './session.ts';

type BoardHooks = NonNullable<BoardOptions['handlerHooks']>;
type HookContext = Parameters<NonNullable<BoardHooks['before']>>[0];

/** Changes that may be made: those that ask for work again or hold it up, none that alters or drops it. */
const allowedChanges = new Set([
  'put /api/queues/:queueName/:jobId/retry',
  'put /api/queues/:queueName/retry/:queueStatus',
  'put /api/queues/:queueName/:jobId/promote',
  'put /api/queues/:queueName/promote',
  'put /api/queues/:queueName/pause',
  'put /api/queues/:queueName/resume',
]);

/**
 * What Bull Board may do and show: reading, and asking for failed or waiting work. Every change is logged, also a refused one.
 * Secrets are taken out of whatever it shows, error texts and job logs included.
 */
export function boardHooks(log: Logger): BoardHooks {
  return {
    async before(context) {
      const { method, route, request } = context;
      if (method === 'get') return { allow: true };
      const change = { actor: operator, method, route, ...request.params };
      if (await isAllowed(context)) {
        log.info(change, 'change in bull board');
        return { allow: true };
      }
      log.warn(change, 'change in bull board refused');
      return { allow: false, status: 403, message: 'Rows decide what is to be done; jobs cannot be changed here.' };
    },
    after: (_context, result) => ({ ...result, body: redacted(result.body) }),
  };
}

async function isAllowed({ method, route, request }: HookContext): Promise<boolean> {
  if (!allowedChanges.has(`${method} ${route}`)) return false;
  const { queueName, jobId, queueStatus } = request.params as Record<string, string | undefined>;
  if (queueStatus !== undefined) return queueStatus === 'failed';
  if (jobId === undefined || queueName === undefined) return true;
  const job = await request.queues.get(queueName)?.getJob(jobId);
  return (await job?.getState()) !== 'completed';
}

/** The body as JSON will carry it, every text in it without secrets. */
function redacted<Body>(body: Body): Body {
  return JSON.parse(JSON.stringify(body), (_key, value: unknown) =>
    typeof value === 'string' ? redactText(value) : value,
  );
}
