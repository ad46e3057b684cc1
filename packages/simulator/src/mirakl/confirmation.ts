import { BadRequest } from './refusal.ts';

/** Mirakl takes so many confirmations in one call. */
export const mostConfirmations = 100;

/** Refuses a call in which one thing is confirmed twice. */
export function requireEachOnce(ids: readonly string[]): void {
  const seen = new Set<string>();
  for (const id of ids) {
    if (seen.has(id)) throw new BadRequest(`${id} is given more than once`);
    seen.add(id);
  }
}

/** Refuses a confirmation that says something else than what is to be confirmed. What is not said is not compared. */
export function requireSame(of: string, field: string, given: string | number | undefined, expected: string): void {
  const same = typeof given === 'number' ? given === Number(expected) : given === expected;
  if (given !== undefined && !same) throw new BadRequest(`${of}: ${field} is ${given}, expected ${expected}`);
}
