import type { Database } from '@connector/database';
import type { RecordSlice } from '@connector/workflows';
import { Router } from 'express';
import { z } from 'zod';
import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { anyAnswer, messageAnswer } from '../document/answers.ts';
import { RequestProblem } from '../frame/request-problem.ts';
import type { Paging } from '../listing/filters.ts';
import { pageLinks } from '../listing/page-links.ts';
import { readId, readQuery } from '../listing/read-input.ts';
import { sendListing } from '../listing/send-listing.ts';

/** A kind of record that can be listed and looked up, with its part of the document. */
export type RecordKind<Stored, Filter, Shape extends z.ZodRawShape> = {
  /** As in the path. */
  readonly name: 'mappings' | 'transfers' | 'payouts' | 'refunds' | 'reconciliation/differences';
  readonly query: z.ZodObject & z.ZodType<Filter & Paging>;
  readonly answer: z.ZodObject<Shape>;
  show(record: Stored): z.output<z.ZodObject<Shape>>;
  list(db: Database, filter: Filter, slice: RecordSlice): Promise<Stored[]>;
  find(db: Database, id: number): Promise<Stored | undefined>;
};

/** `GET /api/…` and `GET /api/…/{id}`. */
export function recordRoutes<Stored, Filter, Shape extends z.ZodRawShape>(
  kind: RecordKind<Stored, Filter, Shape>,
  { db }: { readonly db: Database },
): Router {
  return Router()
    .get(`/api/${kind.name}`, async (request, response) => {
      const query = readQuery(request, kind.query);
      const { page, itemsPerPage: limit } = query;
      // One more than asked for tells whether there is a next page; counting all would read all.
      const found = await kind.list(db, query, { offset: (page - 1) * limit, limit: limit + 1 });
      const links = pageLinks(request.originalUrl, query, found.length > limit);
      if (links !== undefined) response.set('link', links);
      const items = found.slice(0, limit).map((record) => kind.show(record));
      sendListing(request, response, { items, columns: Object.keys(kind.answer.shape) });
    })
    .get(`/api/${kind.name}/:id`, async (request, response) => {
      const found = await kind.find(db, readId(request));
      if (!found) throw new RequestProblem(404, 'Not Found');
      response.json(kind.show(found));
    });
}

/** What the document says of these routes. */
export function recordPaths({ name, query, answer }: RecordDescription): ZodOpenApiPathsObject {
  const [tag = name, many = tag] = name.split('/');
  const one = many.slice(0, -1);
  return {
    [`/api/${name}`]: {
      get: {
        tags: [tag],
        operationId: `list-${many}`,
        summary: `List ${many}`,
        description: 'From the oldest to the newest. An unknown parameter is refused rather than overlooked.',
        requestParams: { query },
        responses: {
          ...anyAnswer,
          200: {
            description: `A page of ${many}.`,
            headers: z.object({ Link: z.string().optional().meta({ description: 'The next and the previous page.' }) }),
            content: { 'application/json': { schema: z.array(answer) }, 'text/csv': { schema: z.string() } },
          },
          400: messageAnswer('A parameter is unknown or malformed.'),
        },
      },
    },
    [`/api/${name}/{id}`]: {
      get: {
        tags: [tag],
        operationId: `find-${one}`,
        summary: `Look up a ${one}`,
        requestParams: { path: idInPath },
        responses: {
          ...anyAnswer,
          200: { description: `The ${one}.`, content: { 'application/json': { schema: answer } } },
          404: messageAnswer(`There is no ${one} of this id.`),
        },
      },
    },
  };
}

type RecordDescription = { readonly name: string; readonly query: z.ZodObject; readonly answer: z.ZodObject };

export const idInPath = z.object({ id: z.int().meta({ description: 'Our own id, from the ledger.' }) });
