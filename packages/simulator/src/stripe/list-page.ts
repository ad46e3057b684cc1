import type { Stripe } from 'stripe';
import { z } from 'zod';
import type { Collection, Owned } from './collection.ts';
import { anyEndpoint, integer } from './parameters.ts';
import { noSuchReference } from './refusal.ts';

/** The part of every list's parameters that pages (docs.stripe.com/api/pagination). */
export const pageParameters = {
  ...anyEndpoint,
  limit: integer.refine((limit) => limit >= 1 && limit <= 100, 'Invalid limit: must be between 1 and 100').default(10),
  starting_after: z.string().optional(),
  ending_before: z.string().optional(),
};

const bounds = z.strictObject({
  gt: integer.optional(),
  gte: integer.optional(),
  lt: integer.optional(),
  lte: integer.optional(),
});

/** `created=…` or `created[gte]=…` and its like, in seconds. */
export const createdFilter = z.union([integer.transform((at) => ({ gte: at, lte: at })), bounds]).optional();

export type PageRequest = {
  readonly limit: number;
  readonly starting_after?: string | undefined;
  readonly ending_before?: string | undefined;
};

export type CreatedRange = z.output<typeof bounds> | undefined;

/**
 * One page of a list, the newest first. `items` are part of the collection, oldest first; `keep` filters them.
 * Throws the refusal 400 if a cursor is no object of this kind.
 */
export function listPage<T extends { readonly id: string; readonly created?: number }>(
  collection: Collection<Owned<T>>,
  items: readonly Owned<T>[],
  list: { readonly url: string; readonly kind: string; readonly page: PageRequest; readonly created?: CreatedRange },
): Stripe.ApiList<T> {
  const { limit, starting_after, ending_before } = list.page;
  const backwards = starting_after === undefined && ending_before !== undefined;
  const cursor = starting_after ?? ending_before;
  const at = cursor === undefined ? undefined : collection.position(cursor);
  if (cursor !== undefined && at === undefined) {
    throw noSuchReference(list.kind, cursor, backwards ? 'ending_before' : 'starting_after');
  }

  // Backwards the page holds what was made right after the cursor, and still shows the newest first.
  const step = backwards ? 1 : -1;
  const data: T[] = [];
  let hasMore = false;
  for (let index = firstIndex(collection, items, at, backwards); index >= 0 && index < items.length; index += step) {
    const object = items[index]?.object;
    if (object === undefined || !isWithin(object.created ?? 0, list.created)) continue;
    hasMore = data.length === limit;
    if (hasMore) break;
    data.push(object);
  }
  return { object: 'list', data: backwards ? data.reverse() : data, has_more: hasMore, url: list.url };
}

/** Where to begin: right beside the cursor, found by halving, because `items` are in the order of their positions. */
function firstIndex<T extends { readonly id: string }>(
  collection: Collection<Owned<T>>,
  items: readonly Owned<T>[],
  cursor: number | undefined,
  backwards: boolean,
): number {
  if (cursor === undefined) return items.length - 1;
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const position = collection.position(items[middle]?.object.id ?? '') ?? 0;
    if (position < cursor || (backwards && position === cursor)) low = middle + 1;
    else high = middle;
  }
  return backwards ? low : low - 1;
}

function isWithin(created: number, range: CreatedRange): boolean {
  if (range === undefined) return true;
  const { gt, gte, lt, lte } = range;
  if (gt !== undefined && created <= gt) return false;
  if (gte !== undefined && created < gte) return false;
  if (lt !== undefined && created >= lt) return false;
  return lte === undefined || created <= lte;
}
