import { type Request, type Response, Router } from 'express';
import { changeAccount } from './change-account.ts';
import { onboard } from './new-account.ts';
import { type IssuedAccountLink, nowInSeconds, type StripeState } from './state.ts';

/**
 * The pages behind account links and login links, in place of Stripe's. An account link that was used or is too old
 * sends the visitor to its refresh URL, as Stripe's do; a fresh one shows a button that completes the onboarding.
 */
export function onboardingPages(state: StripeState): Router {
  const pages = Router();

  pages.get('/simulated/onboarding/:token', (request, response) => {
    const link = linkOf(state, request, response);
    if (link === undefined) return;
    if (link.used || nowInSeconds(state) >= link.expires_at) {
      response.redirect(link.refresh_url);
      return;
    }
    link.used = true;
    sendPage(response, `<h1>${link.account}</h1><form method="post"><button>Complete the onboarding</button></form>`);
  });

  pages.post('/simulated/onboarding/:token', (request, response) => {
    const link = linkOf(state, request, response);
    if (link === undefined) return;
    changeAccount(state, link.account, onboard);
    response.redirect(link.return_url);
  });

  pages.get('/simulated/express/:account/:token', (request, response) => {
    const account = state.accounts.get(request.params.account)?.object;
    sendPage(response.status(account === undefined ? 404 : 200), `<h1>${account?.id ?? 'No such account'}</h1>`);
  });
  return pages;
}

function linkOf(state: StripeState, request: Request, response: Response): IssuedAccountLink | undefined {
  const link = state.accountLinks.get(String(request.params.token));
  if (link === undefined) sendPage(response.status(404), '<h1>No such link</h1>');
  return link;
}

function sendPage(response: Response, body: string): void {
  response
    .type('html')
    .send(`<!doctype html><html lang="en"><title>Simulated Stripe</title><body>${body}</body></html>`);
}
