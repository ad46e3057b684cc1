/** Never returns: the compiler proves that a switch on a tagged union has handled every case. */
export function assertNever(value: never): never {
  throw new Error(`unhandled case: ${JSON.stringify(value)}`);
}
