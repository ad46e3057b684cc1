import type { ExpectedMovements, Movement } from './movement.ts';
import { movementsIn } from './movement.ts';

export type Comparison = {
  /** So many movements are called for. */
  readonly expected: number;
  readonly made: number;
  /** What is missing, wrong, superfluous or there twice, in words; empty when exactly what should has moved. */
  readonly differences: readonly string[];
};

/** Holds what has moved against what should have. */
export function compareMovements(expected: ExpectedMovements, actual: readonly Movement[]): Comparison {
  const wanted = new Map(movementsIn(expected).map((movement) => [movement.key, describe(movement)]));
  const seen = new Set<string>();
  const differences: string[] = [];
  for (const movement of actual) {
    const { key } = movement;
    if (seen.has(key)) differences.push(`${key}: made twice`);
    seen.add(key);
    const made = describe(movement);
    const should =
      wanted.get(key) ?? (expected.get(key)?.kind === undefined ? 'nothing' : `nothing (${expected.get(key)?.kind})`);
    if (made !== should) differences.push(`${key}: ${made} instead of ${should}`);
  }
  for (const [key, should] of wanted) if (!seen.has(key)) differences.push(`${key}: not made, ${should}`);
  return { expected: wanted.size, made: actual.length, differences };
}

function describe({ amount, currency, from, to, of }: Movement): string {
  return `${amount} ${currency} from ${from} to ${to}${of === undefined ? '' : ` out of ${of}`}`;
}
