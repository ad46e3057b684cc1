import type { ExpectedMovements, Movement } from './movement.ts';
import { movementsIn } from './movement.ts';

export type Comparison = {
  /** So many movements are called for. */
  readonly expected: number;
  readonly made: number;
  /** What was made more often than once, in words, as all below. */
  readonly duplicates: readonly string[];
  readonly missing: readonly string[];
  /** What has another amount, currency or party, or is not called for at all. */
  readonly wrong: readonly string[];
  /** All of them; empty when exactly what should has moved. */
  readonly differences: readonly string[];
};

/** Holds what has moved against what should have. */
export function compareMovements(expected: ExpectedMovements, actual: readonly Movement[]): Comparison {
  const wanted = new Map(movementsIn(expected).map((movement) => [movement.key, describe(movement)]));
  const seen = new Set<string>();
  const [duplicates, missing, wrong]: [string[], string[], string[]] = [[], [], []];
  for (const movement of actual) {
    const { key } = movement;
    if (seen.has(key)) duplicates.push(`${key}: made twice`);
    seen.add(key);
    const made = describe(movement);
    const should =
      wanted.get(key) ?? (expected.get(key)?.kind === undefined ? 'nothing' : `nothing (${expected.get(key)?.kind})`);
    if (made !== should) wrong.push(`${key}: ${made} instead of ${should}`);
  }
  for (const [key, should] of wanted) if (!seen.has(key)) missing.push(`${key}: not made, ${should}`);
  const differences = [...duplicates, ...missing, ...wrong];
  return { expected: wanted.size, made: actual.length, duplicates, missing, wrong, differences };
}

function describe({ amount, currency, from, to, of }: Movement): string {
  return `${amount} ${currency} from ${from} to ${to}${of === undefined ? '' : ` out of ${of}`}`;
}
