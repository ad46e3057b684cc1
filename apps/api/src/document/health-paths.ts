import { z } from 'zod';
import type { ZodOpenApiPathsObject } from 'zod-openapi';

const check = z.object({ ok: z.boolean(), message: z.string().optional() });
const readiness = z
  .object({ status: z.enum(['ready', 'degraded', 'not ready']), checks: z.record(z.string(), check) })
  .meta({ id: 'Readiness', description: 'What the api needs, and whether it is there.' });

function health(operationId: string, summary: string) {
  return { tags: ['health'], operationId, summary, security: [] };
}

/** What every app answers. */
export const healthPaths: ZodOpenApiPathsObject = {
  '/healthz': {
    get: {
      ...health('read-liveness', 'Whether the process lives'),
      responses: {
        200: {
          description: 'It does.',
          content: { 'application/json': { schema: z.object({ status: z.literal('alive') }) } },
        },
      },
    },
  },
  '/readyz': {
    get: {
      ...health('read-readiness', 'Whether what it needs is there'),
      responses: {
        200: {
          description: 'It is; `degraded` if something that the api can do without for a while is not.',
          content: { 'application/json': { schema: readiness } },
        },
        503: { description: 'It is not.', content: { 'application/json': { schema: readiness } } },
      },
    },
  },
  '/metrics': {
    get: {
      ...health('read-metrics', 'Figures for Prometheus'),
      responses: { 200: { description: 'Figures.', content: { 'text/plain': { schema: z.string() } } } },
    },
  },
};
