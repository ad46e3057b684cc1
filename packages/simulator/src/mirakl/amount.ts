/** The parts of JSON that TypeScript's library does not know yet; Node has them since 22. */
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

/** An amount as Mirakl emits it: a JSON number with exactly these digits, `12.30` included. */
export function amount(text: string): unknown {
  return rawJSON(text);
}
