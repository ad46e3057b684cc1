import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createMetrics } from '@connector/observability';
import type { World } from '@connector/testing';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect, onTestFinished } from 'vitest';
import { type ApiDeps, buildApi } from './build-api.ts';
import { type ApiDocument, createApiDocument } from './document/create-api-document.ts';

export const token = 'correct-horse-battery';
export const webhookSecrets = { sellers: 'whsec_of_the_sellers', operator: 'whsec_of_the_operator' };

/** An answer whose body has been read. */
export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body, if it is JSON. */
  readonly json: unknown;
};

/** Headers of null are left out. */
type RequestOptions = Omit<RequestInit, 'headers'> & { readonly headers?: Readonly<Record<string, string | null>> };

/** An api over the world's ledger, queues and simulators; ends with the test. */
export async function serveApi(world: World, options: Partial<ApiDeps> = {}) {
  const { version } = world;
  const app = buildApi({
    ...world,
    ...{ token, version, trustedProxies: [], checks: {}, metrics: createMetrics('test') },
    ...{ fields: { link: 'stripe-url', ignored: 'stripe-ignored' }, linkKind: 'direct' as const },
    refreshUrl: 'https://connector.example.com/api/public/onboarding/refresh',
    returnUrl: 'https://mirakl.example.com/mmp/shop/account/shop',
    ...{ webhookSecrets, metadataKey: 'mirakl_commercial_order_id' },
    ...options,
  });
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(
    () =>
      new Promise<void>((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  );
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const document = createApiDocument(version);

  /** Asks with the token, and takes the answer as it comes. */
  const fetchAnswer = async (path: string, { headers = {}, ...init }: RequestOptions = {}): Promise<Answer> => {
    const given = Object.entries({ 'x-auth-token': token, ...headers }).filter((pair) => pair[1] !== null);
    const response = await fetch(`${url}${path}`, {
      redirect: 'manual',
      headers: given as [string, string][],
      ...init,
    });
    const text = await response.text();
    const isJson = text !== '' && response.headers.get('content-type')?.includes('json');
    return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined };
  };

  /** Asks with the token, and insists that the document foresees the answer: status, content type, body. */
  const request = async (path: string, init: RequestOptions = {}): Promise<Answer> => {
    const answer = await fetchAnswer(path, init);
    expectDocumented(document, init.method ?? 'GET', path, answer);
    return answer;
  };
  const get = (path: string, headers: Record<string, string | null> = {}) => request(path, { headers });
  const post = (path: string, body: unknown, headers: Record<string, string | null> = {}) =>
    request(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  return { app, url, document, fetchAnswer, request, get, post };
}

function expectDocumented(document: ApiDocument, method: string, path: string, answer: Answer): void {
  const [plain = ''] = path.split('?', 1);
  const isAsked = (template: string) => new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`).test(plain);
  const template = Object.keys(document.paths ?? {}).find(isAsked);
  const place = ['paths', template ?? '', method.toLowerCase(), 'responses', String(answer.status)];
  const documented = lookUp(document, place) as { content?: Record<string, object> } | undefined;
  const what = `${method} ${plain} answered ${answer.status}: ${answer.text.slice(0, 200)}`;
  expect(documented, `not in the document: ${what}`).toBeDefined();
  if (documented?.content === undefined) {
    expect(answer.text, what).toBe('');
    return;
  }
  const [type = ''] = (answer.headers.get('content-type') ?? '').split(';', 1);
  expect(Object.keys(documented.content), what).toContain(type);
  const pointer = [...place, 'content', type, 'schema'].map((step) => step.replaceAll('~', '~0').replaceAll('/', '~1'));
  const ajv = addFormats.default(new Ajv2020({ strict: false })).addSchema(document, 'document');
  const validate = ajv.compile({ $ref: `document#/${pointer.map(encodeURIComponent).join('/')}` });
  expect(validate(answer.json ?? answer.text) ? [] : validate.errors, what).toEqual([]);
}

function lookUp(value: unknown, path: readonly string[]): unknown {
  let found = value;
  for (const step of path) found = (found as Record<string, unknown> | undefined)?.[step];
  return found;
}
