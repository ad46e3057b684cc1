import type { RequestHandler } from 'express';

const harmless = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses changes that another site makes a browser send: beside the SameSite cookie, the browser's own word on where a
 * request comes from must be there and must name us.
 */
export const sameOrigin: RequestHandler = (request, response, next) => {
  if (harmless.has(request.method)) return next();
  const { origin } = request.headers;
  const fromUs = origin !== undefined && URL.canParse(origin) && new URL(origin).host === request.host;
  if (fromUs && (request.get('sec-fetch-site') ?? 'same-origin') === 'same-origin') return next();
  response.status(403).json({ error: 'This request did not come from a page of the dashboard' });
};
