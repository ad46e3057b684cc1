import { fileURLToPath } from 'node:url';
import { Eta } from 'eta';
import type { OverviewPage } from './overview-page.ts';

/** The pages as HTML. Whatever is put into them is escaped. */
export type Pages = {
  login(complaint?: string): string;
  overview(page: OverviewPage): string;
  message(title: string, text: string): string;
};

/** Reads the templates from this app's folder. */
export function createPages(): Pages {
  const eta = new Eta({ views: fileURLToPath(new URL('pages', import.meta.url)), autoEscape: true, cache: true });
  return {
    login: (complaint) => eta.render('login', { title: 'Log in', complaint }),
    overview: (page) => eta.render('overview', { title: 'Overview', ...page }),
    message: (title, text) => eta.render('message', { title, text }),
  };
}
