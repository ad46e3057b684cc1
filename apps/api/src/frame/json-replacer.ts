/** TypeScript's library does not know it yet; Node does since 21. */
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

/** Lets JSON carry amounts of any size exactly, as plain numbers. */
export function jsonReplacer(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? rawJSON(String(value)) : value;
}
