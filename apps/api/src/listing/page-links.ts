import type { Paging } from './filters.ts';

/** The value of the header `Link` (RFC 8288) with the pages beside this one; undefined if this is the only one. */
export function pageLinks(url: string, { page }: Paging, hasNext: boolean): string | undefined {
  const { pathname, searchParams } = new URL(url, 'http://any.invalid');
  const link = (to: number, relation: string) => {
    searchParams.set('page', String(to));
    return `<${pathname}?${searchParams.toString()}>; rel="${relation}"`;
  };
  const links = [...(hasNext ? [link(page + 1, 'next')] : []), ...(page > 1 ? [link(page - 1, 'prev')] : [])];
  return links.length > 0 ? links.join(', ') : undefined;
}
