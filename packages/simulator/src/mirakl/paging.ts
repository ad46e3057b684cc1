import type { Request } from 'express';
import type { Answer } from '../http/answer.ts';
import { refusal } from './refusal.ts';

const defaultSize = 10;
const largestSize = 100;

/** One page by `max` and `offset`, with `total_count` and a `Link` to the next and the previous one. */
export function offsetPage<T>(
  request: Request,
  field: string,
  objects: readonly T[],
  emit: (object: T) => unknown,
): Answer {
  const size = count(request.query.max, defaultSize);
  const offset = count(request.query.offset, 0);
  if (size === undefined || size < 1 || size > largestSize) return refusal(400, 'max must be between 1 and 100');
  if (offset === undefined) return refusal(400, 'offset must be a positive number');
  const link = [
    offset + size < objects.length ? linkTo(request, offset + size, 'next') : undefined,
    offset > 0 ? linkTo(request, Math.max(offset - size, 0), 'previous') : undefined,
  ].filter((part) => part !== undefined);
  const body = { [field]: objects.slice(offset, offset + size).map(emit), total_count: objects.length };
  return { status: 200, body, headers: link.length > 0 ? { link: link.join(', ') } : {} };
}

/** One page by `limit` and `page_token`, with `next_page_token` as long as there is more. */
export function seekPage<T>(request: Request, objects: readonly T[], emit: (object: T) => unknown): Answer {
  const size = count(request.query.limit, defaultSize);
  const token = request.query.page_token;
  const start = token === undefined ? 0 : tokenPosition(String(token));
  if (size === undefined || size < 1 || size > largestSize) return refusal(400, 'limit must be between 1 and 100');
  if (start === undefined) return refusal(400, 'page_token is invalid');
  const more = start + size < objects.length ? { next_page_token: tokenOf(start + size) } : {};
  return { status: 200, body: { data: objects.slice(start, start + size).map(emit), ...more } };
}

function count(value: unknown, fallback: number): number | undefined {
  if (value === undefined) return fallback;
  return /^\d{1,9}$/.test(String(value)) ? Number(value) : undefined;
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

function tokenPosition(token: string): number | undefined {
  const found = /^at:(\d+)$/.exec(Buffer.from(token, 'base64url').toString())?.[1];
  return found === undefined ? undefined : Number(found);
}
