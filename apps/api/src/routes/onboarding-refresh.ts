import { type RefreshLinkDeps, refreshLink } from '@connector/workflows';
import { Router } from 'express';

export type OnboardingRefreshDeps = RefreshLinkDeps;

/**
 * Where Stripe sends a seller whose link has expired, and where a stable link leads: on to a fresh link. Whoever has the token is
 * the seller, so neither it nor the link may be kept anywhere on the way.
 */
export function onboardingRefresh(deps: OnboardingRefreshDeps): Router {
  return Router().get('/api/public/onboarding/refresh', async (request, response) => {
    response.set({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    const { token } = request.query;
    const url = typeof token === 'string' && token !== '' ? await refreshLink(deps, { token }) : undefined;
    if (url === undefined) return void response.status(400).type('text/plain').send('Incorrect token');
    // Without express's text, which repeats the link.
    response.status(302).location(url).end();
  });
}
