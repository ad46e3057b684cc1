import { z } from 'zod';
import type { MiraklAnswer, MiraklClient } from './mirakl-client.ts';
import { MiraklError, type MiraklOperation } from './mirakl-error.ts';

/** Up to 100 objects of a listing. */
export type Page<T> = {
  readonly items: readonly T[];
  readonly unreadable: readonly Unreadable[];
  /** How many Mirakl says there are over all pages, if it says so. */
  readonly totalCount: number | undefined;
  readonly isLast: boolean;
};

/** One object of an unexpected shape: what could be read of it, and the field that could not. Never stops its page. */
export type Unreadable = {
  readonly id: string | undefined;
  readonly field: string;
  readonly value: string;
  /** As Mirakl wrote it. */
  readonly createdAt: string | undefined;
  readonly shopId: number | undefined;
};

export type Listing<Schema extends z.ZodType> = {
  readonly operation: MiraklOperation;
  readonly path: string;
  readonly query: URLSearchParams;
  /** The field of the answer that holds the objects. */
  readonly itemsField: string;
  readonly item: Schema;
};

/** Objects a page: the most that Mirakl gives. */
export const pageSize = 100;

/** A listing with offset pagination: follows `Link: <…>; rel="next"`, and stops at an empty page. */
export async function* offsetPages<Schema extends z.ZodType>(
  mirakl: MiraklClient,
  listing: Listing<Schema>,
): AsyncGenerator<Page<z.output<Schema>>> {
  const query = new URLSearchParams(listing.query);
  query.set('max', String(pageSize));
  const visited = new Set<string>();
  let next: string | undefined = `${listing.path}?${query}`;
  while (next !== undefined) {
    visited.add(next);
    const answer: MiraklAnswer = await mirakl.send({ operation: listing.operation, method: 'GET', url: next });
    const page = readPage(answer.body, listing);
    const link: string | undefined = nextLink(answer, mirakl.baseUrl);
    next = page.isEmpty || link === undefined || visited.has(link) ? undefined : link;
    yield { ...page, isLast: next === undefined };
  }
}

/** A listing with seek pagination (`/api/mms/*`): hands `next_page_token` on. */
export async function* seekPages<Schema extends z.ZodType>(
  mirakl: MiraklClient,
  listing: Listing<Schema>,
): AsyncGenerator<Page<z.output<Schema>>> {
  let token: string | undefined;
  do {
    const query = new URLSearchParams(listing.query);
    query.set('limit', String(pageSize));
    if (token !== undefined) query.set('page_token', token);
    const answer = await mirakl.send({ operation: listing.operation, method: 'GET', url: `${listing.path}?${query}` });
    const page = readPage(answer.body, listing);
    const next: string | undefined = page.isEmpty ? undefined : nextToken(answer.body);
    const isLast = next === undefined || next === token;
    token = next;
    yield { ...page, isLast };
    if (isLast) return;
  } while (token !== undefined);
}

function readPage<Schema extends z.ZodType>(body: unknown, { operation, itemsField, item }: Listing<Schema>) {
  const envelope = z.object({ [itemsField]: z.array(z.unknown()), total_count: z.string().optional() }).safeParse(body);
  if (!envelope.success) {
    const field = envelope.error.issues[0]?.path.join('.') || itemsField;
    throw new MiraklError(`Mirakl answered ${operation} without a list in the field ${field}`, {
      code: 'mirakl_unexpected_answer',
      operation,
      retryable: false,
    });
  }
  const raw = envelope.data[itemsField] as unknown[];
  const items: z.output<Schema>[] = [];
  const unreadable: Unreadable[] = [];
  for (const object of raw) {
    const parsed = item.safeParse(object);
    if (parsed.success) items.push(parsed.data);
    else unreadable.push(describeUnreadable(object, parsed.error));
  }
  const totalCount = Number(envelope.data.total_count ?? Number.NaN);
  return {
    items,
    unreadable,
    totalCount: Number.isNaN(totalCount) ? undefined : totalCount,
    isEmpty: raw.length === 0,
  };
}

/** What ids, dates and shops are called in the objects that we list. */
const outline = z.object({
  id: z.string().optional().catch(undefined),
  order_id: z.string().optional().catch(undefined),
  created_date: z.string().optional().catch(undefined),
  date_created: z.string().optional().catch(undefined),
  shop_id: z.string().optional().catch(undefined),
  shop: z.object({ id: z.string() }).optional().catch(undefined),
});

function describeUnreadable(object: unknown, error: z.ZodError): Unreadable {
  const { id, order_id, created_date, date_created, shop_id, shop } = outline.safeParse(object).data ?? {};
  const path = error.issues[0]?.path ?? [];
  const shopId = Number(shop_id ?? shop?.id ?? Number.NaN);
  return {
    id: order_id ?? id ?? shop_id,
    field: path.join('.') || 'the whole object',
    value: valueAt(object, path),
    createdAt: created_date ?? date_created,
    shopId: Number.isSafeInteger(shopId) ? shopId : undefined,
  };
}

/** A value for a reason text: short, and never a whole object, which could hold personal data. */
function valueAt(object: unknown, path: readonly PropertyKey[]): string {
  let value = object;
  for (const step of path) value = typeof value === 'object' && value !== null ? Reflect.get(value, step) : undefined;
  if (value === undefined) return '(missing)';
  return typeof value === 'object' && value !== null ? '(an object)' : String(value).slice(0, 100);
}

/** The next page on the host that we were given: the request carries the key, and must not follow a link elsewhere. */
function nextLink({ headers }: MiraklAnswer, baseUrl: string): string | undefined {
  const links = [headers.link ?? []].flat().join(', ');
  const link = /<([^>]+)>\s*;\s*rel="?next"?/.exec(links)?.[1];
  if (link === undefined) return undefined;
  const { pathname, search } = new URL(link, `${baseUrl}/`);
  return new URL(`${pathname}${search}`, `${baseUrl}/`).href;
}

function nextToken(body: unknown): string | undefined {
  return z.object({ next_page_token: z.string().min(1) }).safeParse(body).data?.next_page_token;
}
