import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import type { Logger } from '@connector/observability';
import type { Queues } from '@connector/queues';
import type { Express, RequestHandler } from 'express';
import { boardHooks } from './board-hooks.ts';

/** `allowCompletedRetries` is missing in the types of this adapter. It hides the buttons; `boardHooks` refuses. */
const buttons = { allowRetries: true, allowCompletedRetries: false };
const fonts = { 'font-sans': 'system-ui, sans-serif', 'font-mono': 'ui-monospace, monospace' };

/** Bull Board over all queues, for a mount at `/queues`. What it may do and show: `boardHooks`. */
export function bullBoard(queues: Queues, log: Logger): RequestHandler[] {
  const serverAdapter = new ExpressAdapter();
  serverAdapter.setBasePath('/queues');
  createBullBoard({
    queues: Object.values(queues.byName).map((queue) => new BullMQAdapter(queue, buttons)),
    serverAdapter,
    options: {
      uiConfig: {
        boardTitle: 'Queues',
        miscLinks: [{ text: 'Overview', url: '/' }],
        hideRedisDetails: true,
        hideDocsLink: true,
        showWorkers: false,
        theme: { light: fonts, dark: fonts },
      },
      handlerHooks: boardHooks(log),
    },
  });
  const board: Express = serverAdapter.getRouter();
  return [withoutForeignLinks, board.disable('x-powered-by')];
}

/** Bull Board's page asks Google for its fonts. Our policy forbids that; without the link the browser does not try. */
const withoutForeignLinks: RequestHandler = (_request, response, next) => {
  const render = response.render.bind(response);
  response.render = ((view: string, options: object) =>
    render(view, options, (error, html) => {
      if (error) return next(error);
      response.send(html.replace(/<link href="https:[^>]*>/g, ''));
    })) as typeof response.render;
  next();
};
