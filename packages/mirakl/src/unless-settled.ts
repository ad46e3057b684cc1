const settled: readonly unknown[] = ['OK', 'REFUSED'];

/**
 * A debit or refund of a service, unless its state says that it is settled (SPA11, SPA12): no more is read of those. A state
 * that we do not know may still wait.
 */
export function unlessSettled(entry: unknown): readonly unknown[] {
  const state: unknown = typeof entry === 'object' && entry !== null ? Reflect.get(entry, 'state') : undefined;
  return settled.includes(state) ? [] : [entry];
}
