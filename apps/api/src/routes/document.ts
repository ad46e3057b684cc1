import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Router } from 'express';
import { z } from 'zod';
import type { ZodOpenApiPathsObject } from 'zod-openapi';
import type { ApiDocument } from '../document/create-api-document.ts';

const ours = fileURLToPath(new URL('../document/page', import.meta.url));
const swaggerUi = dirname(fileURLToPath(import.meta.resolve('swagger-ui-dist/swagger-ui-bundle.js')));

/** What the page is made of, by name. */
const files: Readonly<Record<string, string>> = {
  'page.js': ours,
  'page.css': ours,
  'icon.svg': ours,
  'swagger-ui.css': swaggerUi,
  'swagger-ui-bundle.js': swaggerUi,
};

/** The API's own description: `GET /api/doc.json`, and as a page at `/`. */
export function documentRoutes(document: ApiDocument): Router {
  const router = Router()
    .get('/api/doc.json', (_request, response) => void response.json(document))
    .get('/', (_request, response) => response.sendFile('index.html', { root: ours }));
  for (const [name, root] of Object.entries(files)) {
    router.get(`/page/${name}`, (_request, response) => response.sendFile(name, { root, maxAge: '1h' }));
  }
  return router;
}

export const documentPaths: ZodOpenApiPathsObject = {
  '/api/doc.json': {
    get: {
      tags: ['document'],
      operationId: 'read-document',
      summary: 'This document',
      security: [],
      responses: {
        200: {
          description: 'OpenAPI 3.1.',
          content: { 'application/json': { schema: z.looseObject({ openapi: z.string() }) } },
        },
      },
    },
  },
  '/': {
    get: {
      tags: ['document'],
      operationId: 'show-document',
      summary: 'This document as a page',
      security: [],
      responses: { 200: { description: 'The page.', content: { 'text/html': { schema: z.string() } } } },
    },
  },
};
