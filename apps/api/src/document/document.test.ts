import { test } from '@connector/testing';
import { Validator } from '@seriousme/openapi-schema-validator';
import { expect } from 'vitest';
import { serveApi } from '../api-test.ts';

/** What express keeps of routes and of routers within routers. */
type Layer = {
  readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> };
  readonly handle: { readonly stack?: readonly Layer[] };
};

function routesOf(layers: readonly Layer[]): string[] {
  return layers.flatMap(({ route, handle }) => {
    if (!route) return routesOf(handle.stack ?? []);
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    return Object.keys(route.methods).map((method) => `${method} ${path}`);
  });
}

test('the document is one of OpenAPI 3.1, and everybody can read it', async ({ world }) => {
  const { get } = await serveApi(world);
  const { json, status } = await get('/api/doc.json', { 'x-auth-token': null });
  expect([status, json]).toEqual([200, expect.objectContaining({ openapi: '3.1.1' })]);
  const validator = new Validator();
  expect(await validator.validate(json as Record<string, unknown>)).toEqual({ valid: true });
  expect(validator.version).toBe('3.1');
});

test('every route stands in the document, and what is behind the token says so', async ({ world }) => {
  const { app, document } = await serveApi(world);
  const documented = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.keys(item ?? {}).map((method) => `${method} ${path}`),
  );
  const served = routesOf((app.router as unknown as { stack: Layer[] }).stack).filter(
    (route) => !/ \/page\//.test(route),
  );
  expect(served.length).toBeGreaterThan(10);
  for (const route of served) expect(documented).toContain(route);
  // What is documented is served; health is answered by a handler, not by routes.
  const health = ['get /healthz', 'get /readyz', 'get /metrics'];
  for (const route of documented.filter((each) => !health.includes(each))) expect(served).toContain(route);
  const open = Object.entries(document.paths ?? {}).filter(([path]) => !/^\/api\/(?!public\/|doc\.json)/.test(path));
  for (const [path, item] of open)
    for (const operation of Object.values(item ?? {}))
      expect([path, operation]).toMatchObject([path, { security: [] }]);
  expect(document.security).toEqual([{ token: [] }]);
});

test('health is answered as the document says', async ({ world }) => {
  const { get } = await serveApi(world, { checks: { redis: () => Promise.reject(new Error('away')) } });
  expect((await get('/healthz')).status).toBe(200);
  expect((await get('/readyz')).status).toBe(503);
  expect((await get('/metrics')).text).toContain('process_cpu_seconds_total');
});

test('the page is made of files of our own server alone', async ({ world }) => {
  const { get, fetchAnswer } = await serveApi(world);
  const page = await get('/', { 'x-auth-token': null });
  expect(page.text).toContain('<title>');
  const links = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link ?? '');
  expect(links).toHaveLength(6);
  for (const link of links) {
    const file = await fetchAnswer(link, { headers: { 'x-auth-token': null } });
    expect([link, file.status]).toEqual([link, 200]);
  }
  expect((await fetchAnswer('/page/index.html')).status).toBe(404);
  expect((await fetchAnswer('/page/..%2f..%2fpackage.json')).status).toBe(404);
});
