import { z } from 'zod';
import type { MiraklClient } from './mirakl-client.ts';
import { type MiraklOperation, unexpectedAnswer } from './mirakl-error.ts';
import type { MiraklAnswer } from './send-request.ts';
import { describeUnreadable, type Unreadable } from './unreadable.ts';
import { unwrapList } from './unwrap-list.ts';

/** Up to 100 objects of a listing. */
export type Page<T> = {
  readonly items: readonly T[];
  readonly unreadable: readonly Unreadable[];
  /** How many Mirakl says there are over all pages, if it says so. */
  readonly totalCount: number | undefined;
  readonly isLast: boolean;
};

export type Listing<Schema extends z.ZodType> = {
  readonly operation: MiraklOperation;
  readonly path: string;
  readonly query: URLSearchParams;
  /** The field of the answer that holds the objects. */
  readonly itemsField: string;
  /** Where the list may be the field of an object of its own (see `unwrapList`): that field. */
  readonly wrapper?: string;
  /** The objects that one entry of the list stands for: none, several, or itself, as it is unless given. */
  readonly objectsOf?: (entry: unknown) => readonly unknown[];
  /** The field that names an object which cannot be read; `order_id` or `id` unless given. */
  readonly idField?: string;
  readonly item: Schema;
};

/** Objects a page: the most that Mirakl gives. */
const pageSize = '100';

/** The query of the page after this answer; undefined if it was the last. */
type NextQuery = (answer: MiraklAnswer) => URLSearchParams | undefined;

/** A listing with offset pagination: follows `Link: <…>; rel="next"`, and stops at an empty page. */
export function offsetPages<Schema extends z.ZodType>(
  mirakl: MiraklClient,
  listing: Listing<Schema>,
): AsyncGenerator<Page<z.output<Schema>>> {
  const first = new URLSearchParams(listing.query);
  first.set('max', pageSize);
  return pagesOf(mirakl, listing, first, ({ link }) => nextLink(link, listing.operation));
}

/** A listing with seek pagination (`/api/mms/*`): hands `next_page_token` on, and stops at an empty page. */
export function seekPages<Schema extends z.ZodType>(
  mirakl: MiraklClient,
  listing: Listing<Schema>,
): AsyncGenerator<Page<z.output<Schema>>> {
  const first = new URLSearchParams(listing.query);
  first.set('limit', pageSize);
  return pagesOf(mirakl, listing, first, ({ body }) => {
    const token = nextToken.safeParse(body).data?.next_page_token;
    if (token === undefined) return undefined;
    const next = new URLSearchParams(first);
    next.set('page_token', token);
    return next;
  });
}

async function* pagesOf<Schema extends z.ZodType>(
  mirakl: MiraklClient,
  listing: Listing<Schema>,
  first: URLSearchParams,
  nextQuery: NextQuery,
): AsyncGenerator<Page<z.output<Schema>>> {
  const { operation, path } = listing;
  const asked = new Set<string>();
  let query: URLSearchParams | undefined = first;
  while (query !== undefined) {
    const page = `${path}?${query.toString()}`;
    // Going round for ever would be bad, and taking the listing for complete would leave out what comes after.
    if (asked.has(page)) throw unexpectedAnswer(operation, 'its next page has been read already');
    asked.add(page);
    const answer = await mirakl.send({ operation, method: 'GET', path: page });
    const { isEmpty, ...found } = readPage(answer.body, listing);
    query = isEmpty ? undefined : nextQuery(answer);
    yield { ...found, isLast: query === undefined };
  }
}

function readPage<Schema extends z.ZodType>(body: unknown, listing: Listing<Schema>) {
  const entries = entriesOf(body, listing);
  const { objectsOf, item, idField } = listing;
  const items: z.output<Schema>[] = [];
  const unreadable: Unreadable[] = [];
  for (const object of objectsOf ? entries.flatMap(objectsOf) : entries) {
    const parsed = item.safeParse(object);
    if (parsed.success) items.push(parsed.data);
    else unreadable.push(describeUnreadable(object, parsed.error, idField));
  }
  return { items, unreadable, totalCount: totalCount.safeParse(body).data?.total_count, isEmpty: entries.length === 0 };
}

function entriesOf(body: unknown, { operation, itemsField, wrapper }: Listing<z.ZodType>): readonly unknown[] {
  const list = z.object({ [itemsField]: z.unknown() }).safeParse(body).data?.[itemsField];
  const entries = unwrapList(list, wrapper);
  if (entries) return entries;
  throw unexpectedAnswer(operation, `no list in the field ${itemsField}`);
}

const totalCount = z.object({ total_count: z.string().regex(/^\d+$/).transform(Number) });
const nextToken = z.object({ next_page_token: z.string().min(1) });

/**
 * The query of the link to the next page. The rest of the link is what we asked for: the request carries the key, and must
 * not follow a link to another host or endpoint.
 */
function nextLink(links: string | undefined, operation: MiraklOperation): URLSearchParams | undefined {
  const link = /<([^>]*)>[^,<]*;\s*rel="?next\b/i.exec(links ?? '')?.[1];
  if (link === undefined) return undefined;
  const url = URL.parse(link, 'https://mirakl.invalid');
  if (!url?.search) throw unexpectedAnswer(operation, 'a Link to the next page that is none');
  return url.searchParams;
}
