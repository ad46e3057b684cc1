type SourceReviver = (key: string, value: unknown, context: { readonly source: string }) => unknown;

/** TypeScript's library does not know the third argument yet; Node does since 21. */
const parseWithSource = JSON.parse as (text: string, reviver: SourceReviver) => unknown;

/**
 * JSON in which every number is its own text: `12.30` stays `12.30` and never becomes a floating-point number. The schemas
 * of the resources turn the texts into exact decimals and ids.
 */
export function parseExactJson(text: string): unknown {
  return parseWithSource(text, (_key, value, { source }) => (typeof value === 'number' ? source : value));
}
