import type { Decimal } from '@connector/kernel';

type SourceReviver = (key: string, value: unknown, context: { readonly source: string }) => unknown;

/** What TypeScript's library does not know yet: the third argument, and numbers given as texts. Node has both since 22. */
const json = JSON as unknown as {
  parse(text: string, reviver: SourceReviver): unknown;
  rawJSON(text: string): unknown;
};

/**
 * JSON in which every number is its own text: `12.30` stays `12.30` and never becomes a floating-point number. The schemas
 * of the resources turn the texts into exact decimals and ids.
 */
export function parseExactJson(text: string): unknown {
  return json.parse(text, (_key, value, { source }) => (typeof value === 'number' ? source : value));
}

/** An amount that a body writes as a JSON number with exactly its digits. */
export function exactNumber(amount: Decimal): unknown {
  return json.rawJSON(amount.toFixed());
}
