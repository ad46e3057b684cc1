import type { Request } from 'express';
import type { Answer } from '../http/answer.ts';
import { flagOf, textOf } from './filters.ts';
import { BadRequest } from './refusal.ts';

const defaultSize = 10;
const largestSize = 100;

/** The parameters of the pages by `max` and `offset`. */
export const offsetParameters: readonly string[] = ['max', 'offset', 'paginate'];
/** The parameters of the pages by `limit` and `page_token`. */
export const seekParameters: readonly string[] = ['limit', 'page_token'];

/**
 * One page by `max` and `offset`, with `total_count` and a `Link` to the next and the previous one; everything with
 * `paginate=false`.
 */
export function offsetPage<T>(
  request: Request,
  field: string,
  objects: readonly T[],
  emit: (object: T) => unknown,
): Answer {
  const total_count = objects.length;
  if (flagOf(request.query, 'paginate') === false) {
    return { status: 200, body: { [field]: objects.map(emit), total_count } };
  }
  const size = sizeOf(request, 'max');
  const offset = count(request, 'offset') ?? 0;
  if (Number.isNaN(offset)) throw new BadRequest('offset must be a positive number');
  const link = [
    offset + size < total_count ? linkTo(request, offset + size, 'next') : undefined,
    offset > 0 ? linkTo(request, Math.max(offset - size, 0), 'previous') : undefined,
  ].filter((part) => part !== undefined);
  return {
    status: 200,
    headers: link.length > 0 ? { link: link.join(', ') } : {},
    body: { [field]: objects.slice(offset, offset + size).map(emit), total_count },
  };
}

/** The same in Mirakl's older form, in which a list is the only field of an object: `{"orders":{"order":[…]}}`. */
export function wrappedOffsetPage<T>(
  request: Request,
  { field, wrapper }: { readonly field: string; readonly wrapper: string },
  objects: readonly T[],
  emit: (object: T) => unknown,
): Answer {
  const { body, ...answer } = offsetPage(request, wrapper, objects, emit);
  const { total_count, ...list } = body as { readonly total_count: number };
  return { ...answer, body: { [field]: list, total_count } };
}

/** One page by `limit` and `page_token`, with `next_page_token` as long as there is more, and the way back. */
export function seekPage<T>(request: Request, objects: readonly T[], emit: (object: T) => unknown): Answer {
  const size = sizeOf(request, 'limit');
  const token = textOf(request.query, 'page_token');
  const start = token === undefined ? 0 : positionOf(token);
  const body = {
    data: objects.slice(start, start + size).map(emit),
    next_page_token: start + size < objects.length ? tokenOf(start + size) : undefined,
    previous_page_token: start > 0 ? tokenOf(Math.max(start - size, 0)) : undefined,
  };
  return { status: 200, body };
}

function sizeOf(request: Request, name: 'max' | 'limit'): number {
  const size = count(request, name) ?? defaultSize;
  if (size >= 1 && size <= largestSize) return size;
  throw new BadRequest(`${name} must be between 1 and ${largestSize}`);
}

/** Undefined if it is not given, NaN if it is no count. */
function count({ query }: Request, name: string): number | undefined {
  const text = textOf(query, name);
  if (text === undefined) return undefined;
  return /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
}

function linkTo(request: Request, offset: number, rel: string): string {
  const url = new URL(request.originalUrl, `${request.protocol}://${request.get('host')}`);
  url.searchParams.set('offset', String(offset));
  return `<${url.href}>; rel="${rel}"`;
}

/** Opaque to clients: they must hand it on as it is. */
function tokenOf(position: number): string {
  return Buffer.from(`at:${position}`).toString('base64url');
}

function positionOf(token: string): number {
  const found = /^at:(\d+)$/.exec(Buffer.from(token, 'base64url').toString())?.[1];
  if (found === undefined) throw new BadRequest('page_token is invalid');
  return Number(found);
}
