const shape = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$/;

/** The moment of a date as Mirakl writes it: with or without milliseconds, `Z` or `+0100`; undefined if it is none. */
export function parseMiraklDate(text: string): Date | undefined {
  if (!shape.test(text)) return undefined;
  const date = new Date(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** Negative, zero or positive, as `a` is before, at or after `b`. What is no date counts as the earliest. */
export function compareMiraklDates(a: string, b: string): number {
  return (parseMiraklDate(a)?.getTime() ?? 0) - (parseMiraklDate(b)?.getTime() ?? 0);
}

/**
 * The date as a filter takes it, to the second. Fractions are cut off: filters are inclusive, and nothing may be missed.
 * Takes other ISO dates as well, such as `2026-11-01`. Throws a `RangeError` if it is no date.
 */
export function filterDate(text: string): string {
  const date = parseMiraklDate(text) ?? new Date(text);
  if (Number.isNaN(date.getTime())) throw new RangeError(`no date for a filter of Mirakl: ${text}`);
  return `${date.toISOString().slice(0, 19)}Z`;
}
