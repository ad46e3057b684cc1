import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import type { Logger } from '@connector/observability';
import type { Queues } from '@connector/queues';
import type { Router } from 'express';

/** Changes that Bull Board may make: those that ask for work again or hold it up, none that alters or drops it. */
const allowedChanges = new Set([
  'put /api/queues/:queueName/:jobId/retry',
  'put /api/queues/:queueName/retry/:queueStatus',
  'put /api/queues/:queueName/:jobId/promote',
  'put /api/queues/:queueName/promote',
  'put /api/queues/:queueName/pause',
  'put /api/queues/:queueName/resume',
]);

/** Bull Board over all queues, for a mount at `/queues`. Every change is logged; a job cannot be edited, added or dropped. */
export function bullBoard(queues: Queues, log: Logger): Router {
  const serverAdapter = new ExpressAdapter();
  serverAdapter.setBasePath('/queues');
  createBullBoard({
    queues: Object.values(queues.byName).map((queue) => new BullMQAdapter(queue)),
    serverAdapter,
    options: {
      uiConfig: {
        boardTitle: 'Queues',
        miscLinks: [{ text: 'Overview', url: '/' }],
        hideRedisDetails: true,
        showWorkers: false,
      },
      handlerHooks: {
        before({ method, route, request }) {
          if (method === 'get') return { allow: true };
          const change = `${method} ${route}`;
          const asksForDoneWork = request.params.queueStatus !== undefined && request.params.queueStatus !== 'failed';
          if (!allowedChanges.has(change) || asksForDoneWork) {
            return {
              allow: false,
              status: 403,
              message: 'Rows decide what is to be done; jobs cannot be changed here.',
            };
          }
          log.info({ change, ...request.params }, 'change in bull board');
          return { allow: true };
        },
      },
    },
  });
  return serverAdapter.getRouter() as Router;
}
