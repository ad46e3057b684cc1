/** Mirakl takes so many values in one filter. */
const mostValues = 100;

/** The values of a filter, given between commas or by repeating it; undefined if it is not given, `too-many` past 100. */
export function valuesOf(
  parameter: unknown,
  separator: ',' | 'repeated',
): ReadonlySet<string> | undefined | 'too-many' {
  if (parameter === undefined) return undefined;
  const given = [parameter].flat().map(String);
  const values = separator === ',' ? given.flatMap((value) => value.split(',')) : given;
  return values.length > mostValues ? 'too-many' : new Set(values);
}

/** The moment of a date filter in milliseconds; undefined if it is not given, `invalid` if it is none. */
export function momentOf(parameter: unknown): number | undefined | 'invalid' {
  if (parameter === undefined) return undefined;
  const ms = Date.parse(String(parameter).replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  return Number.isNaN(ms) ? 'invalid' : ms;
}

/** Seconds count: Mirakl's filters are inclusive and compare what its answers show. */
export function toSecond(moment: Date): number {
  return Math.floor(moment.getTime() / 1_000) * 1_000;
}
