/** Mirakl takes so many ids in one filter. */
const idsPerCall = 100;

/** The ids in portions that fit a call; none for none. */
export function idChunks<Id>(ids: readonly Id[]): Id[][] {
  const chunks: Id[][] = [];
  for (let start = 0; start < ids.length; start += idsPerCall) chunks.push(ids.slice(start, start + idsPerCall));
  return chunks;
}

/** The pages of several listings as those of one: only the very last page is the last. */
export async function* inOneListing<Page extends { readonly isLast: boolean }>(
  listings: readonly AsyncIterable<Page>[],
): AsyncGenerator<Page> {
  for (const [index, pages] of listings.entries()) {
    const isLastListing = index === listings.length - 1;
    for await (const page of pages) yield { ...page, isLast: page.isLast && isLastListing };
  }
}
